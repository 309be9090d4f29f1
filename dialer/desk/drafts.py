"""Drafts: what is typed and chosen for the wrap-up of a call, kept before it is saved, and how long that may take.

Room: desk, step 9 of the way of a call. May import ``dialer.store`` and ``dialer.desk``. While somebody types, the end
of the wrap-up moves on, up to three times its length; it is worked out here so that a reload does not change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dialer.desk.notes import MAX_NOTE
from dialer.errors import Refusal
from dialer.store.calls import Attempt
from dialer.store.desk import DeskDraft, OperatorSession
from dialer.store.projects import Campaign

WORDS = {"note": MAX_NOTE, "disposition": 40, "callback_at": 40, "callback_owner": 8}
"""What a draft may hold, and the most characters of each."""
TYPING_S = 15
"""Somebody who typed within so many seconds is not interrupted."""
LONGEST = 3
"""A wrap-up ends at the latest after so many times its length."""


def save(s: Session, attempt_id: str, user_id: int, words: Mapping[str, Any], now: datetime) -> DeskDraft:
    """Keep these words; others of the draft stay. Raises Refusal ``not_your_call``."""
    attempt = s.get(Attempt, attempt_id)
    if attempt is None or user_id not in (attempt.operator_id, attempt.closer_id):
        raise Refusal("not_your_call")
    draft = s.get(DeskDraft, (attempt_id, user_id))
    if draft is None:
        draft = DeskDraft(attempt_id=attempt_id, user_id=user_id, words={})
        s.add(draft)
    kept = {name: str(words[name])[:limit] for name, limit in WORDS.items() if name in words}
    draft.words = {**draft.words, **kept}
    draft.typed_at = now
    return draft


def words_of(s: Session, attempt_id: str, user_id: int) -> dict[str, str]:
    """The words kept for this call by this person, ``""`` where there are none."""
    draft = s.get(DeskDraft, (attempt_id, user_id))
    return dict.fromkeys(WORDS, "") | (draft.words if draft else {})


def drop(s: Session, attempt_id: str, user_id: int) -> None:
    """The wrap-up was saved: its draft is no longer needed."""
    draft = s.get(DeskDraft, (attempt_id, user_id))
    if draft is not None:
        s.delete(draft)


def wrap_up_ends(s: Session, row: OperatorSession) -> datetime | None:
    """When this person's wrap-up is over, as far as can be said now; None without a campaign."""
    if row.campaign_id is None:
        return None
    length = timedelta(seconds=s.get_one(Campaign, row.campaign_id).wrap_up_s)
    ends = row.since_at + length
    draft = s.get(DeskDraft, (row.attempt_id, row.user_id)) if row.attempt_id else None
    if draft is not None:
        ends = max(ends, draft.typed_at + timedelta(seconds=TYPING_S))
    return min(ends, row.since_at + LONGEST * length)
