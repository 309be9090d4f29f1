"""How a refusal reads: codes become sentences in the person's language, errors become calm pages.

A page asked for by htmx or by a script gets the sentence alone; everybody else gets a whole page.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from dialer.errors import BadInput, Refusal
from dialer.settings import Settings
from webapp.told import of_error

log = structlog.get_logger("webapp")


class NotThere(Exception):
    """The row that the address names does not exist (any more)."""


SENTENCES = {
    "forbidden": _l("You do not have the right to do this. Ask your project manager or system administrator."),
    "not_your_call": _l("This call belongs to somebody else."),
    "not_manual": _l("Only in a manual campaign do operators choose whom to call."),
    "call_not_over": _l("The call is not over yet: hang up first."),
    "unknown_disposition": _l("This outcome does not exist in this campaign."),
    "already_saved": _l("The outcome of this call was saved before."),
    "callback_needs_time": _l("A callback needs a date and a time."),
    "campaign_state": _l("The campaign is not in a state that allows this. Look at its status."),
    "campaign_without_script": _l("The campaign has no published script yet. Choose one first."),
    "campaign_without_contacts": _l("The campaign has no contacts yet. Import a list first."),
    "campaign_without_members": _l("Nobody works in this campaign yet. Add operators first."),
    "too_many_looks": _l("You have opened many numbers within an hour. Try again later."),
    "own_duties": _l("You cannot change your own duties or switch yourself off. Ask another system administrator."),
    "script_has_errors": _l("The script has errors. Mend them first."),
    "file_gone": _l("The uploaded file is no longer here. Upload it again."),
    "no_recording": _l("There is no recording to play for this call."),
}
"""code of a Refusal -> what the person reads. Rooms may add theirs."""

PAGES = {
    400: (_l("This request cannot be read"), _l("Go back, check what you entered and try again.")),
    403: (_l("Not allowed"), SENTENCES["forbidden"]),
    404: (_l("There is nothing here"), _l("The address is wrong, or what it showed has been removed.")),
    405: (_l("Not possible in this way"), _l("Go back and use the buttons of the page.")),
    409: (_l("Not possible now"), _l("Go back and try again.")),
    413: (_l("Too large"), _l("The file or text is larger than this page accepts.")),
    500: (_l("Something broke on our side"), _l("It has been written down with its time. Nothing you saved is lost.")),
}


def sentence(refusal: Refusal) -> str:
    """What to tell the person."""
    known = SENTENCES.get(refusal.code)
    if refusal.detail.get("next_at"):
        return f"{known} " + _(
            "The next free one: %(at)s.", at=format_datetime(refusal.detail["next_at"], "d MMM, HH:mm")
        )
    return str(known) if known else _("This is not possible now (%(code)s).", code=refusal.code)


def wants_part() -> bool:
    """Whether a script asked: it shows one sentence, not a page within a page."""
    return request.headers.get("HX-Request") == "true" or request.accept_mimetypes.best == "application/json"


def page(status: int, text: str = "") -> Response:
    """The page (or sentence) for an HTTP status."""
    title, usual = PAGES.get(status, PAGES[500 if status >= 500 else 400])
    told = text or str(usual)
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(error=told), status)
    if wants_part():
        return make_response(render_template("layout/problem_part.html", text=told), status)
    return make_response(render_template("layout/problem.html", title=title, text=told, status=status), status)


def _refused(refusal: Refusal) -> Response:
    status = 403 if refusal.code == "forbidden" else 409
    return page(status, sentence(refusal))


def _write_down(info: Any) -> None:
    """In place of Flask's own line: structured, and with the view's name instead of the address."""
    log.error("page_failed", endpoint=request.endpoint, exc_info=info)


def set_up(app: Flask, settings: Settings) -> None:
    """Attach the handlers."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(BadInput, lambda error: page(400, of_error(error)))
    app.register_error_handler(NotThere, lambda error: page(404))
    app.register_error_handler(
        CSRFError, lambda error: page(400, _("This page was open too long. Reload it and retry."))
    )
    app.register_error_handler(HTTPException, lambda error: page(error.code or 500))
    app.register_error_handler(500, lambda error: page(500))
    app.log_exception = _write_down  # type: ignore[assignment]
