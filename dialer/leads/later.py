"""The later pool: contacts that are not ready, with the reason and the date from which they are worth another call.

May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.scripting.kept import scripts_of
from dialer.store.leads import LaterPlace
from dialer.store.scripts import Answer

USUAL_DAYS = 90
"""When nobody said a date: a quarter, the span in which budgets and people change."""
AHEAD = timedelta(days=30)
"""Who said when they want to begin is called so long before it."""


def put(
    s: Session, contact_id: int, project_id: int, reason: str, ready_at: datetime, now: datetime,
    by: int | None = None, note: str = "",
) -> LaterPlace:  # fmt: skip
    """Put a contact into the pool, or bring its place there up to date."""
    row = s.get(LaterPlace, contact_id)
    if row is None:
        row = LaterPlace(contact_id=contact_id)
        s.add(row)
    row.project_id, row.reason, row.note = project_id, reason[:40], note[:300]
    row.ready_at, row.put_at, row.put_by = ready_at, now, by
    row.drawn_at, row.drawn_id = None, None
    s.flush()
    return row


def leave(s: Session, contact_id: int, now: datetime, drawn_id: int | None = None) -> None:
    """The contact is on its way again, by itself or as ``drawn_id`` in a later campaign; the row stays as its past."""
    row = s.get(LaterPlace, contact_id)
    if row is not None and row.drawn_at is None:
        row.drawn_at, row.drawn_id = now, drawn_id


def told_date(s: Session, contact_id: int, now: datetime) -> datetime | None:
    """When to call again by the date that was answered to a question of timing; None if none was, or it has passed."""
    answers = list(s.scalars(select(Answer).where(Answer.contact_id == contact_id, Answer.version_id.is_not(None))))
    scripts = scripts_of(s, {a.version_id for a in answers if a.version_id is not None})
    found = []
    for answer in answers:
        script = scripts.get(answer.version_id or 0)
        field = script.fields.get(answer.field) if script else None
        if field is not None and field.type == "date" and isinstance(answer.value, dict) and "value" in answer.value:
            found.append(datetime.fromisoformat(answer.value["value"]).replace(tzinfo=UTC))
    soonest = min(found, default=None)
    if soonest is None or soonest <= now:
        return None
    return max(soonest - AHEAD, now + timedelta(days=1))
