"""Script runs: where a call stands in its script, kept in the database with every answer as it is given.

Room: desk, step 8 of the way of a call. ``scripts`` knows how to walk and holds no state; this module loads the
position, makes one move, and stores position, log and answers in the caller's transaction (P3).
Rule 1: a move names the revision it was made from; a stale page is refused (``script_moved``), never merged.
Rule 2: a call keeps the version it began with, whatever is published meanwhile.
May import ``dialer.store``, ``dialer.scripting``, ``dialer.desk`` and ``scripts``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from dialer.desk import script_answers, script_context
from dialer.errors import Refusal
from dialer.scripting import quotas
from dialer.scripting.kept import script_of
from dialer.store.calls import Attempt
from dialer.store.outbox import ask_engine, tell
from dialer.store.projects import Campaign
from dialer.store.scripts import CallScript, ScriptRun, ScriptStep, ScriptVersion
from scripts import runner, screen
from scripts.errors import MoveRefused, ScriptError
from scripts.model import Script
from scripts.position import Position
from scripts.screen import StepView

log = logging.getLogger(__name__)
MAX_DRAFT = 64
"""Fields of one draft: more than any step asks for."""
Move = Callable[[Script, Position, dict[str, Any]], runner.Moved]


@dataclass(frozen=True, slots=True)
class RunView:
    """What a page shows of a run. ``draft`` are typed words by field that are not yet answers."""

    revision: int
    languages: tuple[str, ...]
    step: StepView
    draft: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was stored. ``errors`` are answers that were not taken: {field: {"ru": …, "en": …}}."""

    revision: int
    ended: str | None
    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def ensure(s: Session, attempt_id: str, user_id: int, now: datetime) -> ScriptRun | None:
    """The run of this attempt, begun now if need be; None if the campaign has no published script."""
    run = s.get(ScriptRun, attempt_id)
    if run is not None:
        return run
    attempt = s.get_one(Attempt, attempt_id)
    version = _version_for(s, attempt)
    if version is None:
        return None
    try:
        script = script_of(s, version.id)
        context = script_context.of_attempt(s, attempt, user_id, now)
        known = script_answers.known(s, attempt.contact_id, version.script_id)
        moved = runner.start(script, context, seed=str(attempt.contact_id), answers=known)
    except ScriptError as error:
        # A call without its script is better than no call: the desk says that there is none.
        log.error("script cannot be begun", extra={"version": version.id, "code": error.code})
        return None
    run = ScriptRun(attempt_id=attempt_id, version_id=version.id, revision=0, position={}, draft={})
    run.language = _language(s, script, user_id)
    s.add(run)
    attempt.script_version_id = version.id
    _store(s, run, attempt, moved, now)
    return run


def view(s: Session, attempt_id: str, user_id: int, now: datetime) -> RunView | None:
    """The screen this call stands at; None while it has no run. ``user_id`` is whose name the text says."""
    run = s.get(ScriptRun, attempt_id)
    if run is None:
        return None
    script = _script(s, run)
    context = script_context.of_attempt(s, s.get_one(Attempt, attempt_id), user_id, now)
    step = screen.view(script, Position.from_dict(run.position), context, run.language)
    return RunView(run.revision, script.languages, step, dict(run.draft))


def answer(s: Session, attempt_id: str, user_id: int, revision: int, values: Mapping[str, Any], now: datetime) -> Moved:
    """Take answers to questions of the step shown. Raises Refusal: ``not_your_call``, ``script_moved``,
    ``script_refused`` (detail ``texts`` per language, ``fields`` per field)."""
    return _move(_open(s, attempt_id, user_id, revision, now), partial(_with, runner.answer, values))


def choose(
    s: Session, attempt_id: str, user_id: int, revision: int, code: str, now: datetime,
    values: Mapping[str, Any] | None = None,
) -> Moved:  # fmt: skip
    """Press an answer button, with what was typed until then. Wrong values stop the move but good ones are kept.

    Raises Refusal as :func:`answer` does.
    """
    call = _open(s, attempt_id, user_id, revision, now)
    position, said = call.position(), tuple[dict[str, Any], ...]()
    if values:
        taken = _walk(call, position, partial(_with, runner.answer, values))
        if taken.errors or taken.position.ended:
            return _keep(call, taken)
        position, said = taken.position, taken.log
    moved = _walk(call, position, partial(_with, runner.choose, code))
    return _keep(call, replace(moved, log=said + moved.log))


def objection(s: Session, attempt_id: str, user_id: int, revision: int, node: str, now: datetime) -> Moved:
    """Go to an objection; its way back returns to this step. Raises Refusal as :func:`answer` does."""
    return _move(_open(s, attempt_id, user_id, revision, now), partial(_with, runner.objection, node))


def back(s: Session, attempt_id: str, user_id: int, revision: int, now: datetime) -> Moved:
    """Undo the last move; answers stay. Raises Refusal as :func:`answer` does."""
    return _move(_open(s, attempt_id, user_id, revision, now), runner.back)


def jump(s: Session, attempt_id: str, user_id: int, revision: int, node: str, now: datetime) -> Moved:
    """Go to a step that was visited before. Raises Refusal as :func:`answer` does."""
    return _move(_open(s, attempt_id, user_id, revision, now), partial(_with, runner.jump, node))


def no_such_answer(s: Session, attempt_id: str, user_id: int, revision: int, text: str, now: datetime) -> Moved:
    """Tell the author what the client said that has no button. Raises Refusal as :func:`answer` does."""
    return _move(_open(s, attempt_id, user_id, revision, now), partial(_with, runner.no_such_answer, text))


def end(s: Session, attempt_id: str, user_id: int, revision: int, how: str, now: datetime) -> Moved:
    """End the script from any step: ``callback``, ``dnc`` or ``hung_up``. Raises Refusal as :func:`answer` does."""
    return _move(_open(s, attempt_id, user_id, revision, now), partial(_with, runner.end, how))


def save_draft(s: Session, attempt_id: str, user_id: int, values: Mapping[str, Any], now: datetime) -> None:
    """Keep typed words that are not yet answers; the revision does not rise. Raises Refusal ``not_your_call``."""
    run, _ = _locked(s, attempt_id, user_id)
    kept = {name: str(value)[: runner.MAX_DRAFT] for name, value in list(values.items())[:MAX_DRAFT]}
    run.draft = {**run.draft, **kept}


def set_language(s: Session, attempt_id: str, user_id: int, language: str, now: datetime) -> None:
    """Say the script in another of its languages from now on.

    Raises Refusal: ``not_your_call``, ``no_such_language``.
    """
    run, _ = _locked(s, attempt_id, user_id)
    if language not in _script(s, run).languages:
        raise Refusal("no_such_language")
    run.language = language
    run.revision += 1
    _tell(s, s.get_one(Attempt, attempt_id), run, now)


def bant(s: Session, attempt_id: str) -> dict[str, int | None]:
    """Points per letter that this call's answers earned; all unknown without a script."""
    run = s.get(ScriptRun, attempt_id)
    if run is None:
        return dict.fromkeys("BANT")
    attempt = s.get_one(Attempt, attempt_id)
    at = attempt.connected_at or attempt.placed_at
    found = view(s, attempt_id, attempt.operator_id or 0, at)
    return {letter: found.step.bant[letter] for letter in "BANT"} if found else dict.fromkeys("BANT")


def spoken_answers(s: Session, attempt_id: str, language: str) -> list[tuple[str, str]]:
    """(question, answer) of this call in words, in the order of the script's fields."""
    run = s.get(ScriptRun, attempt_id)
    if run is None:
        return []
    return script_answers.in_words(_script(s, run), Position.from_dict(run.position).answers, language)


def promised_time(s: Session, attempt_id: str) -> datetime | None:
    """The time that was answered last to a question for a date and time: what the callback picker begins with."""
    run = s.get(ScriptRun, attempt_id)
    if run is None:
        return None
    return script_answers.last_moment(_script(s, run), Position.from_dict(run.position).answers)


def _version_for(s: Session, attempt: Attempt) -> ScriptVersion | None:
    if attempt.script_version_id is not None:
        return s.get_one(ScriptVersion, attempt.script_version_id)
    script_id = s.get_one(Campaign, attempt.campaign_id).script_id
    kept = s.get(CallScript, script_id) if script_id is not None else None
    return s.get(ScriptVersion, kept.published_id) if kept is not None and kept.published_id else None


def _script(s: Session, run: ScriptRun) -> Script:
    return script_of(s, run.version_id)


def _language(s: Session, script: Script, user_id: int) -> str:
    wanted = script_context.language_of(s, user_id)
    return wanted if wanted in script.languages else script.languages[0]


def _locked(s: Session, attempt_id: str, user_id: int) -> tuple[ScriptRun, Attempt]:
    attempt = s.get(Attempt, attempt_id)
    run = s.get(ScriptRun, attempt_id, with_for_update=True, populate_existing=True)
    if attempt is None or run is None or user_id not in (attempt.operator_id, attempt.closer_id):
        raise Refusal("not_your_call")
    return run, attempt


def _with(
    move: Callable[..., runner.Moved], argument: Any, script: Script, position: Position, context: dict[str, Any]
) -> runner.Moved:
    return move(script, position, context, argument)


@dataclass(frozen=True, slots=True)
class _Open:
    """A run that is locked for moves, with all that a move needs: read once, for several moves too."""

    s: Session
    run: ScriptRun
    attempt: Attempt
    script: Script
    context: dict[str, Any]
    now: datetime

    def position(self) -> Position:
        """Where the run stands before the move."""
        return Position.from_dict(self.run.position)


def _open(s: Session, attempt_id: str, user_id: int, revision: int, now: datetime) -> _Open:
    run, attempt = _locked(s, attempt_id, user_id)
    if attempt.disposition is not None:
        raise Refusal("already_saved")
    if run.revision != revision:
        raise Refusal("script_moved", revision=run.revision)
    return _Open(s, run, attempt, _script(s, run), script_context.of_attempt(s, attempt, user_id, now), now)


def _move(call: _Open, move: Move) -> Moved:
    return _keep(call, _walk(call, call.position(), move))


def _walk(call: _Open, position: Position, move: Move) -> runner.Moved:
    """One move that is not stored yet. Raises Refusal ``script_refused``."""
    script = call.script
    try:
        moved = move(script, position, call.context)
    except MoveRefused as refused:
        labels = {name: dict(script.fields[name].labels) for name in refused.fields if name in script.fields}
        raise Refusal(
            "script_refused", reason=refused.code, texts=refused.texts, fields=refused.fields, labels=labels
        ) from refused
    return quotas.mind(call.s, call.attempt.campaign_id, script, moved, call.context)


def _keep(call: _Open, moved: runner.Moved) -> Moved:
    """Store what moves came to, in one go."""
    s, run, attempt = call.s, call.run, call.attempt
    _mind_recording(s, attempt, call.script, call.position(), moved.position, call.now)
    _store(s, run, attempt, moved, call.now)
    return Moved(run.revision, moved.position.ended, moved.errors)


def _store(s: Session, run: ScriptRun, attempt: Attempt, moved: runner.Moved, now: datetime) -> None:
    said = {entry["field"] for entry in moved.log if entry["event"] == "answered"}
    script_answers.keep(s, run, attempt, said, moved.position.answers, now)
    run.position = moved.position.as_dict()
    run.revision += 1
    run.draft = {name: text for name, text in run.draft.items() if name not in said}
    for entry in moved.log:
        s.add(ScriptStep(attempt_id=attempt.id, version_id=run.version_id, seq=entry["seq"], at=now, entry=entry))
    s.flush()
    _tell(s, attempt, run, now)


def _mind_recording(
    s: Session, attempt: Attempt, script: Script, before: Position, after: Position, now: datetime
) -> None:
    """Steps marked @norecord are not recorded: the engine is asked to pause and to go on."""
    silent = ["norecord" in script.by_id[p.node].flags and p.ended is None for p in (before, after)]
    if silent[0] != silent[1]:
        ask_engine(s, now, "call.record", attempt.operator_id, attempt=attempt.id, on=not silent[1])


def _tell(s: Session, attempt: Attempt, run: ScriptRun, now: datetime) -> None:
    for user_id in {attempt.operator_id, attempt.closer_id} - {None}:
        tell(s, now, "call", f"user:{user_id}", attempt=attempt.id, revision=run.revision)
