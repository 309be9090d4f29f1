"""Where a call is in its script: plain data that survives JSON.

Room: scripts, used by the runner; the desk stores it with the attempt. May import the standard library only.
A Position holds answers (personal data), so it is stored and erased with them and never logged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from scripts.errors import ScriptError

MAX_TRAIL = 300
"""Moves that Back remembers; older ones are forgotten."""


@dataclass(frozen=True)
class Position:
    """One moment of a walk. Never changed in place: every move makes a new one.

    ``stack`` are the places to return to: ``{"node", "at"}`` with the index of the next branch, or None for the
    screen itself. ``trail`` is what Back undoes: ``{"node", "stack", "used", "entered"}``. ``uses`` counts answers
    by "node/code". ``drafts`` are typed words that are not yet an answer, by field.
    """

    version: str
    node: str
    seed: str = ""
    stack: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    uses: Mapping[str, int] = field(default_factory=dict)
    trail: tuple[Mapping[str, Any], ...] = ()
    drafts: Mapping[str, Any] = field(default_factory=dict)
    ended: str | None = None
    seq: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, texts and numbers."""
        data: dict[str, Any] = json.loads(json.dumps({item.name: getattr(self, item.name) for item in fields(self)}))
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Position:
        """The position that :meth:`as_dict` was made from. Raises ScriptError for anything else."""
        known = {item.name for item in fields(cls)}
        if not isinstance(data, Mapping) or not set(data) <= known or not _well_formed(data):
            raise ScriptError("This is not a position in a script", code="position")
        values = dict(data)
        for name in ("stack", "trail"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)


def _well_formed(data: Mapping[str, Any]) -> bool:
    texts = all(isinstance(data.get(name), str) for name in ("version", "node"))
    maps = all(isinstance(data.get(name, {}), Mapping) for name in ("answers", "visits", "uses", "drafts"))
    lists = all(isinstance(data.get(name, []), (list, tuple)) for name in ("stack", "trail"))
    return texts and maps and lists and isinstance(data.get("seq", 0), int)
