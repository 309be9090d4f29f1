"""Why a campaign places no call just now, in the person's language (``dialer.reports.standstill`` finds it)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from dialer.reports.standstill import Reason
from dialer.rules.words import CampaignState, OperatorState
from webapp.words import label, rule_label


def told(reason: Reason) -> str:
    """The sentence of one reason; a code without words of its own is told in English."""
    make = _WORDS.get(reason.code)
    return make(**reason.values) if make else reason.text


def _when(at: datetime | None) -> str:
    return format_datetime(at, "d MMM, HH:mm") if at else _("no time that is known")


def _held(rules: dict[str, int]) -> str:
    other = _("another rule")
    listed = ", ".join(f"{rule_label(rule) if rule else other}: {n}" for rule, n in rules.items())
    return _("Every contact left is held by a rule (%(rules)s).", rules=listed)


def _closed(contacts: int, at: datetime | None) -> str:
    told_n = ngettext(
        "%(num)d contact is ready, but it is outside calling hours there.",
        "%(num)d contacts are ready, but it is outside calling hours there.",
        contacts,
    )
    begins = _("The first hours begin: %(at)s.", at=_when(at))
    return f"{told_n} {begins}"


def _nobody_ready(states: dict[str, int]) -> str:
    listed = ", ".join(f"{label(OperatorState(state))}: {n}" for state, n in states.items())
    return _("No operator is ready (%(states)s).", states=listed)


_WORDS: dict[str, Callable[..., Any]] = {
    "campaign_state": lambda state: _("The state of the campaign: %(state)s.", state=label(CampaignState(state))),
    "no_engine": lambda: _("No engine dials it. Ask your system administrator whether “dialer up” is running."),
    "engine": lambda text: _("The engine says: %(text)s", text=text),
    "rules": lambda text: _("Its rules cannot be used: %(text)s", text=text),
    "nobody_ready": _nobody_ready,
    "nobody_here": lambda: _("No operator is at work."),
    "nothing_left": lambda: _("Every contact is worked through."),
    "zones_closed": _closed,
    "waiting": lambda at: _("Every contact left waits for its time; the next one: %(at)s.", at=_when(at)),
    "held": _held,
}
