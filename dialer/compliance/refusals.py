"""The journal of refusals: each time the gate said no, by which rule, on which values, under which profile versions.

Written in the transaction of the claim or of the sending that was refused; read by the why page, the API and people who
must prove that rules are kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.rules.compliance import Refused, Rules
from dialer.store.compliance import Refusal
from dialer.store.transaction import append


def note(
    s: Session,
    campaign_id: int,
    contact_id: int,
    refused: Refused,
    rules: Rules,
    now: datetime,
    attempt_id: str | None = None,
) -> None:
    """Write one line. ``attempt_id``: refused just before sending, not at the claim."""
    append(
        s, Refusal, at=now, campaign_id=campaign_id, contact_id=contact_id, attempt_id=attempt_id, rule=refused.rule,
        until_at=refused.until, value=refused.detail, profile=rules.profile[:300],
    )  # fmt: skip


def of_contact(s: Session, contact_id: int, limit: int = 20) -> list[Refusal]:
    """The newest refusals of a contact, newest first."""
    query = select(Refusal).where(Refusal.contact_id == contact_id).order_by(Refusal.id.desc())
    return list(s.scalars(query.limit(limit)))


def as_dict(row: Refusal) -> dict[str, Any]:
    """For JSON."""
    return {
        "at": row.at.isoformat(),
        "attempt": row.attempt_id,
        "rule": row.rule,
        "until": row.until_at.isoformat() if row.until_at else None,
        "values": row.value,
        "profile": row.profile,
    }
