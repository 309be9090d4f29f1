"""The blueprint of the appointments' pages and its words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp import problems
from webapp.desk.texts import LETTERS, city, time_at

blueprint = Blueprint("appointments", __name__, template_folder="templates")


PROBLEMS: dict[str, Any] = {
    "broken_off": _l("the connection broke in the middle"),
    "connection_lost": _l("the server hung up"),
    "unwritable": _l("it cannot be put into a letter"),
}
"""Why a letter did not leave; a server's own code is shown as it is."""


def problem_words(code: str) -> Any:
    """Why a letter did not leave, in words; ``smtp_550`` is the server's own code."""
    if code.startswith("smtp_"):
        return _("the mail server refused it (%(code)s)", code=code.removeprefix("smtp_"))
    return PROBLEMS.get(code, code)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"letter_problem": problem_words, "time_at": time_at, "city": city, "letters": LETTERS}


problems.SENTENCES.update(
    slot_taken=_l("This time is not free any more. Choose another one."),
    slot_full=_l("Nobody is free to call back in this quarter of an hour. Choose another time."),
    already_booked=_l("This contact has an appointment already."),
    hold_over=_l("The ten minutes are over and the time was given back. Choose a time again."),
    bad_address=_l("This is not an e-mail address."),
    hours_first=_l("Save your hours first."),
    contact_in_call=_l("Somebody talks to this contact just now. Try again after the call."),
    contact_suppressed=_l("This contact asked not to be called."),
    too_early=_l("It has not begun yet."),
    no_such_appointment=_l("There is no such appointment."),
    letter_not_stuck=_l("This letter is on its way or has left."),
    mail_unwanted=_l("This address does not want letters from us."),
)
