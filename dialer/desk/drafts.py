"""Drafts: what is typed and chosen for the wrap-up of a call, kept before it is saved; typing prolongs the wrap-up.

Room: desk, step 9 of the way of a call. May import ``dialer.store``, ``dialer.rules.words`` and this room. The end of
a wrap-up is ``OperatorSession.wrap_until_at``, so that a reload does not change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dialer.desk.notes import MAX_NOTE
from dialer.errors import Refusal
from dialer.rules.words import OperatorState
from dialer.store.calls import Attempt
from dialer.store.desk import DeskDraft, OperatorSession
from dialer.store.projects import Campaign

WORDS = {"note": MAX_NOTE, "disposition": 40, "callback_at": 40, "callback_owner": 8}
"""What a draft may hold, and the most characters of each."""
TYPING_S = 15
"""Somebody who typed within so many seconds is not interrupted."""
LONGEST = 3
"""A wrap-up ends at the latest after so many times its length."""


def save(s: Session, attempt_id: str, user_id: int, words: Mapping[str, Any], now: datetime) -> DeskDraft | None:
    """Keep these words; others of the draft stay. None once the call was saved: there is nothing left to keep.

    Raises Refusal ``not_your_call``.
    """
    attempt = s.get(Attempt, attempt_id)
    if attempt is None or user_id not in (attempt.operator_id, attempt.closer_id):
        raise Refusal("not_your_call")
    if attempt.disposition is not None and user_id == attempt.operator_id:
        return None
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


def extend(s: Session, row: OperatorSession, now: datetime) -> None:
    """Somebody is typing: their wrap-up lasts TYPING_S more, but never beyond LONGEST times its length.

    A wrap-up without a clock (``wrap_until_at`` empty: a closer's) is left alone.
    """
    if row.state is not OperatorState.WRAP_UP or row.wrap_until_at is None or row.campaign_id is None:
        return
    length = timedelta(seconds=s.get_one(Campaign, row.campaign_id).wrap_up_s)
    wanted = max(row.wrap_until_at, now + timedelta(seconds=TYPING_S))
    row.wrap_until_at = min(wanted, max(row.wrap_until_at, row.since_at + LONGEST * length))
