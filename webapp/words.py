"""The fixed words of the trade as people read them: every enumeration of ``dialer.rules.words`` in both languages."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from dialer.rules.words import (
    AttemptState,
    CampaignState,
    ContactState,
    Duty,
    HandoffState,
    Mode,
    OperatorState,
    Outcome,
    RecordingState,
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
        "rejected": _l("Rejected"),
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
    RecordingState: {
        "expected": _l("Being made"),
        "ok": _l("Complete"),
        "partial": _l("Partial"),
        "missing": _l("Missing"),
    },
}

COLOURS: dict[str, str] = {
    **dict.fromkeys(("ready", "running", "answered", "connected", "ok", "accepted", "joined"), "good"),
    **dict.fromkeys(("talking", "claimed", "dialling", "ringing", "previewing", "connecting"), "info"),
    **dict.fromkeys(("wrap_up", "paused", "waiting", "held", "partial", "offered", "expected"), "busy"),
    **dict.fromkeys(("stopped", "suppressed", "missing", "failed", "bad_number"), "bad"),
}
"""value -> tone; a colour never stands without its word."""


def label(word: StrEnum | None) -> str:
    """How a fixed word reads."""
    return "–" if word is None else str(LABELS[type(word)][word.value])


def tone(word: StrEnum | None) -> str:
    """Its colour: good, info, busy, bad or calm."""
    return "calm" if word is None else COLOURS.get(word.value, "calm")


def duty_label(value: str) -> str:
    """A duty by its value; what is not a duty stays as it is."""
    return str(LABELS[Duty].get(value, value))


def attach(app: Flask) -> None:
    """Make them known to the templates."""
    app.jinja_env.filters.update(label=label, tone=tone)
    app.jinja_env.globals["duty_label"] = duty_label
