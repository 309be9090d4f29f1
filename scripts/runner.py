"""Walking a script: pure moves from one position to the next.

Room: scripts; the desk keeps the Position and calls these. May import the model, the walk and the answers. Every move
takes (script, position, context, …) and returns :class:`Moved`, or raises MoveRefused and has changed nothing.
``context`` is the mapping of :mod:`scripts.context`. The log entries are for an append-only table; the caller adds
instants and ids.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scripts import words
from scripts.answers import Rejected, read_answer
from scripts.context import read_context
from scripts.errors import MoveRefused
from scripts.messages import say
from scripts.model import Ask, Script
from scripts.position import Position
from scripts.walk import Walk, refuse, variant_of

MAX_DRAFT = 4_000
MAX_WORDS = 1_000


@dataclass(frozen=True)
class Moved:
    """A move that was made. ``errors`` are answers not taken: {field: {"ru": …, "en": …}}."""

    position: Position
    log: tuple[dict[str, Any], ...] = ()
    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def start(
    script: Script,
    context: Mapping[str, Any],
    seed: str = "",
    node: str | None = None,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> Moved:
    """Begin a call. ``seed`` (the contact's id) picks A/B texts, so a redial hears the same.

    ``node`` and ``answers`` resume an earlier call; a node that this version does not have means its beginning.
    Raises MoveRefused if the script cannot begin (lint would have said so).
    """
    known = {name: dict(value) for name, value in (answers or {}).items() if name in script.fields}
    first = Position(version=script.version_hash, node="", seed=str(seed), answers=known)
    walk = Walk(script, first, read_context(context, script))
    walk.enter(node if node and node in script.by_id else script.start, via="start")
    return Moved(walk.position(), tuple(walk.log))


def _walk(script: Script, position: Position, context: Mapping[str, Any], ended: bool = False) -> Walk:
    walk = Walk(script, position, read_context(context, script))
    if walk.ended is not None and not ended:
        raise refuse("ended")
    return walk


def answer(script: Script, position: Position, context: Mapping[str, Any], values: Mapping[str, Any]) -> Moved:
    """Take answers to questions of the current step, each by itself: good ones stay, bad ones are in ``errors``.

    ``values`` are raw form values by field; an empty one takes the answer away; "@dk" and "@ref" (or ``{"state":
    "dk"}``, or the field's codes) mean don't know and refused; ``{"value": …, "open": words}`` fills an open option.
    Raises MoveRefused for a field that this step does not ask for.
    """
    walk = _walk(script, position, context)
    asks = {ask.field: ask for ask in walk.step().asks if ask.field in script.fields}
    for name in values:
        if name not in asks:
            raise refuse("not_asked_here", field=name)
    errors: dict[str, dict[str, str]] = {}
    for name in [name for name in asks if name in values]:
        try:
            _take(walk, asks[name], values[name])
        except Rejected as rejected:
            errors[name] = rejected.texts
            _keep_draft(walk, name, values[name])
    _forget_hidden(walk)
    return Moved(walk.position(), tuple(walk.log), errors)


def _take(walk: Walk, ask: Ask, raw: Any) -> None:
    found = read_answer(walk.script.fields[ask.field], raw, walk.context.now, walk.context.zone)
    if found is not None and not walk.is_true(ask.condition):
        raise Rejected("not_shown")
    walk.drafts.pop(ask.field, None)
    _record(walk, ask.field, found)


def _record(walk: Walk, name: str, found: dict[str, Any] | None) -> None:
    before = {key: value for key, value in walk.answers.get(name, {}).items() if key != "node"}
    if before == (found or {}):
        return
    if found is None:
        walk.answers.pop(name)
    else:
        walk.answers[name] = found | {"node": walk.node}
    value = None if found is None else found.get("value", found.get("state"))
    walk.note("answered", field=name, value=value, code=(found or {}).get("state"), revised=bool(before))


def _keep_draft(walk: Walk, name: str, raw: Any) -> None:
    try:
        fits = len(json.dumps(raw)) <= MAX_DRAFT
    except (TypeError, ValueError, RecursionError):
        fits = False
    if fits:
        walk.drafts[name] = raw


def _forget_hidden(walk: Walk) -> None:
    """An answer given on this step to a question that its other answers no longer lead to was not asked after all."""
    shown = {ask.field for ask in walk.shown_asks()}
    for ask in walk.step().asks:
        if ask.field not in shown and walk.answers.get(ask.field, {}).get("node") == walk.node:
            _record(walk, ask.field, None)


def draft(script: Script, position: Position, context: Mapping[str, Any], values: Mapping[str, Any]) -> Moved:
    """Keep what is typed but not yet an answer, so that an objection, Back or a reload does not lose it."""
    walk = _walk(script, position, context)
    asked = {ask.field for ask in walk.step().asks}
    for name, raw in values.items():
        if name not in asked:
            raise refuse("not_asked_here", field=name)
        _keep_draft(walk, name, raw)
    return Moved(walk.position())


def choose(script: Script, position: Position, context: Mapping[str, Any], code: str) -> Moved:
    """Press an answer button, or "next" where the step has branches. Raises MoveRefused.

    Required questions must be answered first (don't know and refused are answers), but for an answer with ``skip``.
    """
    walk = _walk(script, position, context)
    node = walk.step()
    button = node.answer(code)
    if button is None and not (code == words.NEXT and node.branches):
        raise refuse("no_answer", answer=code)
    if button is None or not button.skip:
        _require(walk)
    if button is None:
        walk.remember()
        if not walk.branch(node, 0, via="next"):
            raise refuse("stuck")
        return Moved(walk.position(), tuple(walk.log))
    used = f"{node.id}/{code}"
    spent = button.limit is not None and walk.uses.get(used, 0) >= button.limit
    if spent or not walk.is_true(button.condition):
        raise refuse("no_answer", answer=code)
    walk.remember(used)
    walk.uses[used] = walk.uses.get(used, 0) + 1
    walk.follow(button.target, None, "choice", code)
    return Moved(walk.position(), tuple(walk.log))


def _require(walk: Walk) -> None:
    missing = [ask.field for ask in walk.shown_asks() if ask.required and ask.field not in walk.answers]
    if missing:
        reasons = {name: say("required") for name in missing}
        raise MoveRefused("answers_missing", say("answers_missing"), reasons)


def objection(script: Script, position: Position, context: Mapping[str, Any], node_id: str) -> Moved:
    """Go to an objection; its ``<-`` comes back to this very step, typed words and all."""
    walk = _walk(script, position, context)
    node = script.by_id.get(node_id)
    if node is None or "objection" not in node.flags or node_id == walk.node:
        raise refuse("no_objection")
    walk.remember()
    walk.push(None)
    walk.enter(node_id, via="objection", code=node_id)
    return Moved(walk.position(), tuple(walk.log))


def back(script: Script, position: Position, context: Mapping[str, Any]) -> Moved:
    """Undo the last move, an end too; answers stay and count as revised when they are changed."""
    walk = _walk(script, position, context, ended=True)
    if not walk.trail:
        raise refuse("cannot_go_back")
    entry = walk.trail.pop()
    came_from, walk.ended = walk.node, None
    walk.node, walk.stack = entry["node"], list(entry["stack"])
    for node_id in entry["entered"]:
        walk.visits[node_id] = max(0, walk.visits.get(node_id, 0) - 1)
    if entry["used"]:
        walk.uses[entry["used"]] = max(0, walk.uses.get(entry["used"], 0) - 1)
    walk.note("entered", variant=variant_of(walk.step(), walk.seed), via="back", came_from=came_from)
    return Moved(walk.position(), tuple(walk.log))


def jump(script: Script, position: Position, context: Mapping[str, Any], node_id: str) -> Moved:
    """Go to a step that was visited before, to talk it through again: its once-only answers are there once more.

    What waited to be returned to is dropped, but a step that ends with ``<-`` comes back to where one jumped from.
    """
    walk = _walk(script, position, context)
    if not walk.visits.get(node_id) or node_id not in script.by_id or script.by_id[node_id].is_logic:
        raise refuse("not_visited")
    walk.remember()
    walk.stack.clear()
    node = walk.step(node_id)
    if node.returns:
        walk.push(None)
    for button in node.answers:
        walk.uses.pop(f"{node_id}/{button.code}", None)
    walk.enter(node_id, via="jump")
    return Moved(walk.position(), tuple(walk.log))


def no_such_answer(script: Script, position: Position, context: Mapping[str, Any], text: str) -> Moved:
    """Tell the author what the client said that the script has no answer for; the step stays."""
    walk = _walk(script, position, context)
    said = " ".join(str(text).split())[:MAX_WORDS]
    if not said:
        raise refuse("no_words")
    walk.note("unscripted", value=said)
    return Moved(walk.position(), tuple(walk.log))


def end(script: Script, position: Position, context: Mapping[str, Any], how: str) -> Moved:
    """End from any step: "callback", "dnc" (stop calling) or "hung_up".

    Who hangs up on a goal whose only way on is an end has reached it; before any answer it is ``hung_up_intro``,
    later ``break_off``.
    """
    walk = _walk(script, position, context)
    if how not in words.ALWAYS:
        raise refuse("no_such_end")
    walk.remember()
    walk.end(_hung_up(walk) if how == words.HUNG_UP else how, via=how, code=None)
    return Moved(walk.position(), tuple(walk.log))


def _hung_up(walk: Walk) -> str:
    node = walk.step()
    only = node.branches[0].target if len(node.branches) == 1 and not node.answers else None
    if "goal" in node.flags and only and only.kind == "end" and node.branches[0].condition is None:
        return only.name
    return "break_off" if walk.answers else "hung_up_intro"


def forget_drafts(position: Position) -> Position:
    """The same position without typed words, for when a call is closed."""
    return replace(position, drafts={})
