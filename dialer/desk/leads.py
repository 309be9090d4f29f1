"""Leads: a contact that qualified, with the points its answers earned.

Room: desk, step 10 of the way of a call. May import ``dialer.store`` and ``dialer.desk.script_run``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk import script_run
from dialer.store.calls import Attempt
from dialer.store.desk import Lead

LETTERS = "BANT"
HOT, WARM = "hot", "warm"


def bant_text(points: Mapping[str, int | None]) -> str:
    """Points per letter as the table keeps them: ``B2 A3 N1 T-``."""
    return " ".join(f"{letter}{'-' if points.get(letter) is None else points[letter]}" for letter in LETTERS)


def bant_points(text: str) -> dict[str, int | None]:
    """The reverse of :func:`bant_text`; a letter that is not there is not known."""
    found = {part[0]: part[1:] for part in text.split() if part}
    return {letter: int(found[letter]) if found.get(letter, "-").isdigit() else None for letter in LETTERS}


def make(s: Session, attempt: Attempt, temperature: str, now: datetime) -> Lead:
    """The lead of this attempt's contact: made now, or the one there is with its points brought up to date."""
    lead = s.scalars(select(Lead).where(Lead.contact_id == attempt.contact_id)).one_or_none()
    points = bant_text(script_run.bant(s, attempt.id))
    if lead is None:
        lead = Lead(contact_id=attempt.contact_id, campaign_id=attempt.campaign_id, created_at=now)
        s.add(lead)
    lead.attempt_id, lead.operator_id = attempt.id, attempt.operator_id
    lead.temperature, lead.bant = temperature, points
    s.flush()
    return lead
