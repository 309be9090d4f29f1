"""What is kept of a person, table by table: where it hangs, and what an erasure does to it. Data only.

Rule: every table that points at contacts, attempts or legs stands here; a test walks the tables and names what lacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dialer.rules.words import RecordingState
from dialer.store import (
    appointments,
    calls,
    compliance,
    contacts,
    desk,
    leads,
    mail,
    provider,
    scripts,
    touches,
)
from dialer.store.base import Base

DELETE = "delete"
KEEP = "keep"
BLANK = "blank"


@dataclass(frozen=True)
class Kept:
    """One table. ``by``: the column that leads to the person, ``on`` what it holds: a contact's or an attempt's id.

    ``erase``: DELETE the rows, BLANK the columns of ``blank`` (to these values), or KEEP what says nothing of a person.
    """

    model: type[Base]
    by: str
    on: str
    erase: str
    blank: dict[str, Any] = field(default_factory=dict)


TABLES = (
    Kept(contacts.ContactNumber, "contact_id", "contact", DELETE),
    Kept(desk.Note, "contact_id", "contact", DELETE),
    Kept(desk.Callback, "contact_id", "contact", DELETE),
    Kept(scripts.Answer, "contact_id", "contact", DELETE),
    Kept(mail.Letter, "contact_id", "contact", DELETE),
    # An address that wants no letters stays: without it the next import would bring the letters back.
    Kept(mail.MailStop, "contact_id", "contact", KEEP),
    Kept(touches.TouchPlace, "contact_id", "contact", DELETE),
    Kept(
        appointments.Appointment, "contact_id", "contact", BLANK, {"email": "", "note": "", "reason": "", "packet": {}}
    ),
    Kept(leads.LaterPlace, "contact_id", "contact", DELETE),
    Kept(leads.FunnelPlace, "contact_id", "contact", BLANK, {"reason": ""}),
    Kept(leads.FunnelMove, "contact_id", "contact", BLANK, {"reason": ""}),
    Kept(leads.LeadDispute, "contact_id", "contact", BLANK, {"reason": "", "answer": ""}),
    Kept(desk.Lead, "contact_id", "contact", BLANK, {"bant": ""}),
    Kept(compliance.Refusal, "contact_id", "contact", BLANK, {"value": {}}),
    Kept(desk.DeskDraft, "attempt_id", "attempt", DELETE),
    Kept(desk.Listening, "attempt_id", "attempt", KEEP),
    Kept(scripts.ScriptStep, "attempt_id", "attempt", DELETE),
    Kept(scripts.ScriptRun, "attempt_id", "attempt", DELETE),
    Kept(leads.RecordingShare, "attempt_id", "attempt", DELETE),
    Kept(leads.GateAsk, "attempt_id", "attempt", BLANK, {"reason": ""}),
    Kept(desk.Handoff, "attempt_id", "attempt", BLANK, {"reason": ""}),
    Kept(calls.AttemptMove, "attempt_id", "attempt", BLANK, {"detail": None}),
    Kept(
        calls.Recording,
        "attempt_id",
        "attempt",
        BLANK,
        {"state": RecordingState.MISSING, "reason": "erased", "path": "", "sha256": "", "peaks": None},
    ),
    Kept(provider.ProviderEvent, "leg", "attempt", DELETE),
    Kept(provider.ProviderQuestion, "leg", "attempt", DELETE),
    Kept(desk.OperatorMove, "attempt_id", "attempt", KEEP),
    Kept(desk.OperatorSession, "attempt_id", "attempt", KEEP),
    Kept(calls.Attempt, "contact_id", "contact", BLANK, {"provider_ref": ""}),
)
"""In this order. An attempt's ``to_number`` becomes a hash, a packet goes with its handoff: see ``person``."""
