"""The page and its body. Looking at a contact is written down once a call (P8); a new call's script is begun."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, session

from dialer import clock
from dialer.desk import script_run
from dialer.people import audit
from dialer.rules.words import OperatorState
from dialer.store.desk import OperatorSession
from dialer.store.scripts import ScriptRun
from webapp.data import reading, writing
from webapp.desk import snapshot
from webapp.desk.room import blueprint, body, my_id
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen, midnight

LOOKED = "desk_looked_at"
WITH_SCRIPT = (OperatorState.PREVIEWING, OperatorState.DIALLING, OperatorState.TALKING, OperatorState.WRAP_UP)


@blueprint.get("/desk")
@needs("desk.use")
def show() -> Any:
    """The whole page."""
    _meet_the_call()
    with reading() as s:
        return render_template("desk/page.html", desk=snapshot.take(s, me(), clock.now(), chosen(), midnight()))


@blueprint.get("/desk/body")
@needs("desk.use")
def part() -> Response:
    """The page's body, fetched again whenever something changed."""
    _meet_the_call()
    return body()


def _meet_the_call() -> None:
    """Begin the script of the call on the desk and note that its contact was looked at; both once."""
    with reading() as s:
        row = s.get(OperatorSession, my_id())
        if row is None or row.attempt_id is None or row.state not in WITH_SCRIPT:
            return
        attempt_id, begun = row.attempt_id, s.get(ScriptRun, row.attempt_id) is not None
    if begun and session.get(LOOKED) == attempt_id:
        return
    with writing() as s:
        script_run.ensure(s, attempt_id, my_id(), clock.now())
        audit.write(s, clock.now(), my_id(), "contact.see", f"attempt:{attempt_id}")
    session[LOOKED] = attempt_id
