"""What the tests of scripts share: the fixture script, a context, and a caller that stores nothing but JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts import Position, StepView, parse_file, runner, view
from scripts.runner import Moved

HERE = Path(__file__).parent
SHAPE = parse_file(HERE / "shape.call")
CONTEXT: dict[str, Any] = {
    "contact": {"company": "Ромашка", "person": "Пётр", "city": "Самара"},
    "project": {
        "client": "Счёт", "product": "Учёт", "from_price": 300000, "closer": "Ирина", "bant": "standard",
    },
    "operator": {"name": "Анна"},
    "now": "2026-03-02T07:00+00:00",
    "timezone": "Europe/Samara",
}  # fmt: skip


class Caller:
    """Walks a script; between any two moves the position goes through JSON, as it does in a database."""

    def __init__(self, script: Any = SHAPE, context: dict[str, Any] | None = None, **start: Any) -> None:
        self.script, self.context = script, context or CONTEXT
        self.log: list[dict[str, Any]] = []
        self.errors: Any = {}
        self.keep(runner.start(script, self.context, **({"seed": "1"} | start)))

    def keep(self, moved: Moved) -> Moved:
        self.position = Position.from_dict(json.loads(json.dumps(moved.position.as_dict())))
        self.log += moved.log
        self.errors = moved.errors
        return moved

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.keep(getattr(runner, name)(self.script, self.position, self.context, *given))

    def see(self, language: str = "ru") -> StepView:
        return view(self.script, self.position, self.context, language)

    def at(self) -> str:
        return self.position.ended or self.position.node

    def to_today(self) -> Caller:
        self.choose("here")
        self.choose("yes")
        return self

    def to_who(self) -> Caller:
        self.to_today()
        self.answer({"books": "1"})
        self.choose("next")
        self.answer({"begin": "2026-03-20", "purse": "1200000"})
        self.choose("next")
        return self
