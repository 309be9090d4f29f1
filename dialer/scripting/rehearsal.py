"""Playing a script as the desk would, without a call.

Room: scripting. The page keeps the list of moves and sends it whole; it is played from the beginning on the text as
it is now, so a sentence that was just changed is heard at once. A move that is no longer possible is where the play
stops. May import ``scripts``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialer.errors import BadInput
from scripts import runner
from scripts.errors import MoveRefused, ScriptError
from scripts.model import Script
from scripts.parser import parse_text
from scripts.position import Position
from scripts.preview import sample_context
from scripts.runner import Moved
from scripts.screen import StepView, view

MAX_MOVES = 300
MAX_KEYS = 40
_MOVES: dict[str, Callable[..., Moved]] = {
    "choose": runner.choose, "objection": runner.objection, "jump": runner.jump, "end": runner.end,
    "said": runner.no_such_answer, "answer": runner.answer,
}  # fmt: skip


@dataclass(frozen=True)
class Played:
    """The screen after the moves; ``kept`` of them were possible. ``refused`` says per language why the next was not,
    ``errors`` are answers not taken, by field and language."""

    screen: StepView
    kept: int
    refused: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def play(
    text: str,
    moves: Sequence[Mapping[str, Any]],
    *,
    language: str,
    now: datetime,
    contact: Mapping[str, str] | None = None,
    project: Mapping[str, Any] | None = None,
    operator: str = "",
    zone: str = "UTC",
    seed: str = "preview",
    node: str | None = None,
) -> Played:
    """Make the moves from the start (or from ``node``). A move is {"kind", "value", "answers"}.

    Raises BadInput with one sentence for a text that cannot be read and for moves that are none.
    """
    if len(moves) > MAX_MOVES:
        raise BadInput(f"A rehearsal has at most {MAX_MOVES} moves.")
    try:
        script = parse_text(text)
        context = _context(script, contact or {}, project or {}, operator, zone, now)
        position = runner.start(script, context, seed=seed[:80], node=node).position
        return _play(script, context, position, moves, language)
    except MoveRefused as refused:
        raise BadInput(refused.texts.get(language, refused.texts["en"])) from None
    except ScriptError as error:
        raise BadInput(error.placed) from None


def _context(
    script: Script, contact: Mapping[str, str], project: Mapping[str, Any], operator: str, zone: str, now: datetime
) -> dict[str, Any]:
    context = sample_context(script, {}, {}, now.isoformat())
    given = {str(name)[:60]: str(value) for name, value in list(contact.items())[:MAX_KEYS] if str(value).strip()}
    context["contact"] |= given
    context["project"] |= {name: value for name, value in project.items() if value not in ("", None)}
    context["timezone"] = zone
    if operator:
        context["operator"] = {"name": operator}
    return context


def _play(
    script: Script, context: Mapping[str, Any], position: Position, moves: Sequence[Mapping[str, Any]], language: str
) -> Played:
    kept = 0
    refused: Mapping[str, str] = {}
    errors: Mapping[str, Mapping[str, str]] = {}
    for move in moves:
        try:
            moved = _one(script, position, context, move)
        except MoveRefused as fault:
            refused, errors = fault.texts, fault.fields
            break
        position, errors = moved.position, moved.errors
        if errors and move.get("kind") != "answer":
            break
        kept += 1
    return Played(view(script, position, context, language), kept, refused, errors)


def _one(script: Script, position: Position, context: Mapping[str, Any], move: Mapping[str, Any]) -> Moved:
    kind, value, answers = str(move.get("kind", "")), move.get("value", ""), move.get("answers") or {}
    if kind == "back":
        return runner.back(script, position, context)
    if kind not in _MOVES or not isinstance(answers, Mapping):
        raise BadInput("This is not a move of a rehearsal.")
    if kind == "answer":
        return runner.answer(script, position, context, answers)
    if answers and kind in ("choose", "objection"):
        taken = runner.answer(script, position, context, answers)
        if taken.errors and kind == "choose":
            return taken
        position = taken.position
    return _MOVES[kind](script, position, context, str(value)[: runner.MAX_WORDS])
