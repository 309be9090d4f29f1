"""The fixed words of the trade as people read them: every enumeration of ``dialer.rules.words`` in both languages."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from dialer.profiles import dispositions
from dialer.rules.words import (
    AppointmentState,
    AttemptState,
    CampaignState,
    ContactState,
    Duty,
    HandoffState,
    Mode,
    OperatorState,
    Outcome,
    RecordingState,
    Stage,
)

LABELS: dict[type[StrEnum], dict[str, Any]] = {
    Duty: {
        "operator": _l("Operator"),
        "closer": _l("Closer"),
        "group_lead": _l("Group lead"),
        "supervisor": _l("Supervisor"),
        "script_writer": _l("Script writer"),
        "base_admin": _l("Base administrator"),
        "project_manager": _l("Project manager"),
        "client_viewer": _l("Client viewer"),
        "system_admin": _l("System administrator"),
    },
    Mode: {
        "manual": _l("Manual"),
        "preview": _l("Preview"),
        "progressive": _l("Progressive"),
        "predictive": _l("Predictive"),
    },
    CampaignState: {
        "draft": _l("Draft"),
        "running": _l("Running"),
        "paused": _l("Paused"),
        "stopped": _l("Stopped"),
        "finished": _l("Finished"),
    },
    ContactState: {
        "ready": _l("Ready to be called"),
        "waiting": _l("Waiting for its time"),
        "claimed": _l("Being called"),
        "held": _l("Held by a rule"),
        "closed": _l("Worked through"),
        "suppressed": _l("Do not call"),
    },
    OperatorState: {
        "offline": _l("Offline"),
        "connecting": _l("Connecting"),
        "paused": _l("On a pause"),
        "ready": _l("Ready"),
        "previewing": _l("Looking at a contact"),
        "dialling": _l("Dialling"),
        "talking": _l("Talking"),
        "wrap_up": _l("Wrap-up"),
    },
    AttemptState: {
        "placed": _l("Placed"),
        "sent": _l("Sent"),
        "ringing": _l("Ringing"),
        "answered": _l("Answered"),
        "connected": _l("In a talk"),
        "messaged": _l("Hears a message"),
        "ended": _l("Ended"),
        "closed": _l("Closed"),
    },
    Outcome: {
        "answered": _l("Answered"),
        "machine": _l("Answering machine"),
        "fax": _l("Fax"),
        "busy": _l("Busy"),
        "no_answer": _l("No answer"),
        "rejected": _l("Call rejected"),
        "unreachable": _l("Unreachable"),
        "bad_number": _l("Bad number"),
        "congestion": _l("Network congestion"),
        "cancelled": _l("Cancelled by us"),
        "failed": _l("Could not be placed"),
        "unknown": _l("Not known"),
    },
    HandoffState: {
        "offered": _l("Offered"),
        "ringing": _l("Closer's phone rings"),
        "joined": _l("Closer joined"),
        "accepted": _l("Accepted"),
        "rejected": _l("Sent back"),
        "failed": _l("Failed"),
    },
    Stage: {
        "new": _l("New"),
        "contacted": _l("Talked to"),
        "qualified": _l("Qualified"),
        "handed_off": _l("Handed over"),
        "appointment": _l("Appointment"),
        "proposal": _l("Proposal"),
        "won": _l("Won"),
        "lost": _l("Lost"),
        "later_pool": _l("For later"),
    },
    AppointmentState: {
        "hold": _l("Time kept"),
        "lapsed": _l("Not agreed on"),
        "booked": _l("Booked"),
        "confirmed": _l("Confirmed"),
        "moved": _l("New time, not confirmed"),
        "held": _l("Took place"),
        "no_show": _l("Did not appear"),
        "cancelled": _l("Called off"),
        "disputed": _l("Disputed by the client"),
    },
    RecordingState: {
        "expected": _l("Being made"),
        "ok": _l("Complete"),
        "partial": _l("Partial"),
        "missing": _l("Missing"),
    },
}

COLOURS: dict[str, str] = {
    **dict.fromkeys(("ready", "running", "answered", "connected", "ok", "accepted", "joined", "confirmed"), "good"),
    **dict.fromkeys(("talking", "claimed", "dialling", "ringing", "previewing", "connecting"), "info"),
    **dict.fromkeys(
        ("wrap_up", "paused", "waiting", "held", "partial", "offered", "expected", "booked", "moved"), "busy"
    ),
    **dict.fromkeys(("stopped", "suppressed", "missing", "failed", "bad_number", "no_show", "disputed"), "bad"),
}
"""value -> tone; a colour never stands without its word."""
OF_ONE_KIND: dict[tuple[type[StrEnum], str], str] = {(AppointmentState, "held"): "good"}
"""Where one word means different things: a contact is held by a rule, a meeting was held."""


def label(word: StrEnum | None) -> str:
    """How a fixed word reads."""
    return "–" if word is None else str(LABELS[type(word)][word.value])


def tone(word: StrEnum | None) -> str:
    """Its colour: good, info, busy, bad or calm."""
    if word is None:
        return "calm"
    return OF_ONE_KIND.get((type(word), word.value)) or COLOURS.get(word.value, "calm")


def duty_label(value: str) -> str:
    """A duty by its value; what is not a duty stays as it is."""
    return str(LABELS[Duty].get(value, value))


RULES: dict[str, Any] = {
    "hours": _l("Outside calling hours"),
    "suppressed": _l("On the do-not-call list"),
    "prefix": _l("Number not among the allowed prefixes"),
    "mode": _l("The rules do not allow this mode"),
    "consent": _l("No consent on record"),
    "zone": _l("Time zone not known"),
    "bad_number": _l("Number is no good"),
    "campaign": _l("Campaign is not running"),
    "contact": _l("Waits for its own time"),
    "min_gap": _l("Too soon after the last attempt"),
    "after_talk": _l("Too soon after the last talk"),
    "after_abandon": _l("Rest after a call answered into silence"),
    "after_refusal": _l("Rest after a refusal"),
    "cap_number_day": _l("Number was tried often enough today"),
    "cap_number_week": _l("Number was tried often enough this week"),
    "cap_number_month": _l("Number was tried often enough this month"),
    "cap_number_lifetime": _l("Number was tried often enough"),
    "cap_contact_day": _l("Contact was tried often enough today"),
    "cap_contact_week": _l("Contact was tried often enough this week"),
    "cap_contact_month": _l("Contact was tried often enough this month"),
    "cap_contact_lifetime": _l("Contact was tried often enough"),
    "rules": _l("The campaign's rules or retry plan cannot be read"),
    "": _l("Another rule"),
}
"""rule of ``dialer.rules.gate`` -> why a contact is held."""

REASONS: dict[str, Any] = {
    "break": _l("Break"),
    "lunch": _l("Lunch"),
    "training": _l("Training"),
    "meeting": _l("Meeting"),
    "technical": _l("Technical trouble"),
    "personal": _l("Personal"),
    "away": _l("Away"),
    "phone_lost": _l("Phone lost"),
    "page_lost": _l("Page closed"),
    "logout": _l("Logged out"),
}
"""Why somebody is paused or offline (``dialer.desk.session``)."""


def rule_label(rule: str) -> str:
    """Why a rule holds a contact; rolling caps (``cap_number_30d``) name their span."""
    if rule in RULES:
        return str(RULES[rule])
    if rule.startswith("list_"):
        return gettext("The list %(name)s is missing or too old", name=rule.removeprefix("list_"))
    of, _sep, per = rule.removeprefix("cap_").partition("_")
    if rule.startswith("cap_") and of in ("number", "contact"):
        days = gettext("%(n)s h", n=per[:-1]) if per.endswith("h") else gettext("%(n)s days", n=per.rstrip("d"))
        told = (
            gettext("Number was tried often enough in")
            if of == "number"
            else gettext("Contact was tried often enough in")
        )
        return f"{told} {days}"
    return rule


def reason_label(code: str) -> str:
    """Why somebody is paused or offline."""
    return str(REASONS.get(code, code))


FIELDS: dict[str, Any] = {
    "city": _l("City"),
    "region": _l("Region"),
    "position": _l("Position"),
    "country": _l("Country"),
    "website": _l("Website"),
    "address": _l("Address"),
    "industry": _l("Industry"),
    "comment": _l("Comment"),
    "source": _l("Source"),
}
"""Fields of a contact that the import knows by name (``dialer.lists.headings``)."""


def field_label(name: str) -> str:
    """A contact's field; a column of the customer's own keeps the name it had in the file."""
    return str(FIELDS.get(name, name))


TEMPERATURES: dict[str, Any] = {"hot": _l("Hot"), "warm": _l("Warm"), "cold": _l("Cold")}


def temperature_label(word: str) -> str:
    """How ready a lead is."""
    return str(TEMPERATURES.get(word, word))


def disposition_label(code: str | None) -> str:
    """An outcome of a talk, in the person's language."""
    if not code:
        return "–"
    known = dispositions().get(code)
    return known.label.get(str(get_locale()), code) if known else code


def attach(app: Flask) -> None:
    """Make them known to the templates."""
    app.jinja_env.filters.update(
        label=label,
        tone=tone,
        rule=rule_label,
        reason=reason_label,
        field=field_label,
        disposition=disposition_label,
        temperature=temperature_label,
    )
    app.jinja_env.globals["duty_label"] = duty_label
