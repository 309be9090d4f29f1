"""Calls: moves along the script. Each answers with the new revision; ``GET /call`` shows the new screen."""

from __future__ import annotations

from dialer.desk import script_run
from dialer.desk.script_run import Moved
from webapp.api.room import Ask, call
from webapp.api.script_shapes import (
    AnswersIn,
    ChooseIn,
    EndIn,
    LanguageIn,
    MovedOut,
    NodeIn,
    RevisionIn,
    WordsByField,
    WordsIn,
)
from webapp.api.shapes import Done

TAG = "script"


def _out(moved: Moved) -> MovedOut:
    errors = {field: dict(texts) for field, texts in moved.errors.items()}
    return MovedOut(revision=moved.revision, ended=moved.ended, errors=errors)


@call("POST", "/call/script/answer", takes=AnswersIn, gives=MovedOut, tag=TAG)
def answer(ask: Ask, body: AnswersIn) -> MovedOut:
    """Answer questions of the present step."""
    ask.needs("desk.use")
    return _out(script_run.answer(ask.s, body.attempt_id, ask.user.id, body.revision, body.values, ask.now))


@call("POST", "/call/script/draft", takes=WordsByField, gives=Done, tag=TAG)
def script_draft(ask: Ask, body: WordsByField) -> Done:
    """Keep typed words that are not yet answers."""
    ask.needs("desk.use")
    script_run.save_draft(ask.s, body.attempt_id, ask.user.id, body.values, ask.now)
    return Done()


@call("POST", "/call/script/choose", takes=ChooseIn, gives=MovedOut, tag=TAG)
def choose(ask: Ask, body: ChooseIn) -> MovedOut:
    """Press an answer button, or ``next``."""
    ask.needs("desk.use")
    moved = script_run.choose(ask.s, body.attempt_id, ask.user.id, body.revision, body.code, ask.now, body.values)
    return _out(moved)


@call("POST", "/call/script/objection", takes=NodeIn, gives=MovedOut, tag=TAG)
def objection(ask: Ask, body: NodeIn) -> MovedOut:
    """Answer an objection."""
    ask.needs("desk.use")
    return _out(script_run.objection(ask.s, body.attempt_id, ask.user.id, body.revision, body.node, ask.now))


@call("POST", "/call/script/back", takes=RevisionIn, gives=MovedOut, tag=TAG)
def back(ask: Ask, body: RevisionIn) -> MovedOut:
    """One step back."""
    ask.needs("desk.use")
    return _out(script_run.back(ask.s, body.attempt_id, ask.user.id, body.revision, ask.now))


@call("POST", "/call/script/jump", takes=NodeIn, gives=MovedOut, tag=TAG)
def jump(ask: Ask, body: NodeIn) -> MovedOut:
    """To a step that was visited."""
    ask.needs("desk.use")
    return _out(script_run.jump(ask.s, body.attempt_id, ask.user.id, body.revision, body.node, ask.now))


@call("POST", "/call/script/no-such-answer", takes=WordsIn, gives=MovedOut, tag=TAG)
def no_such_answer(ask: Ask, body: WordsIn) -> MovedOut:
    """Tell the author what was said that has no button."""
    ask.needs("desk.use")
    return _out(script_run.no_such_answer(ask.s, body.attempt_id, ask.user.id, body.revision, body.text, ask.now))


@call("POST", "/call/script/end", takes=EndIn, gives=MovedOut, tag=TAG)
def end(ask: Ask, body: EndIn) -> MovedOut:
    """Leave the script: callback, dnc or hung_up."""
    ask.needs("desk.use")
    return _out(script_run.end(ask.s, body.attempt_id, ask.user.id, body.revision, body.how, ask.now))


@call("POST", "/call/script/language", takes=LanguageIn, gives=Done, tag=TAG)
def language(ask: Ask, body: LanguageIn) -> Done:
    """Say the script in another of its languages."""
    ask.needs("desk.use")
    script_run.set_language(ask.s, body.attempt_id, ask.user.id, body.language, ask.now)
    return Done()
