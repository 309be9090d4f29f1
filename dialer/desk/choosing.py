"""Whom to call: in a manual campaign operators look through its contacts and choose.

Room: desk. May import ``dialer.store``, ``dialer.people``, the search of ``dialer.reports`` and this room.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dialer.desk import by_hand, session
from dialer.errors import Refusal
from dialer.people import audit
from dialer.reports import contact_search
from dialer.rules.words import ContactState
from dialer.store.contacts import Contact
from dialer.store.people import User

MOST = 20


def find(s: Session, user_id: int, text: str, now: datetime) -> list[Contact]:
    """At most :data:`MOST` contacts of the manual campaign this operator sits in, by name, company, e-mail or number;
    without a text those that nobody has called yet. The look is written down (P8).

    Raises Refusal ``not_manual`` where the campaign is none of that kind, or nobody sits in one.
    """
    row = session.get(s, user_id, now)
    if row.campaign_id is None or not by_hand.may_choose(s, s.get_one(User, user_id), row):
        raise Refusal("not_manual")
    fresh = None if text.strip() else ContactState.READY
    page = contact_search.search(s, None, text=text, campaign_id=row.campaign_id, state=fresh)
    audit.write(s, now, user_id, "contact.choose", f"campaign:{row.campaign_id}")
    return [contact for contact, _campaign in page.rows[:MOST]]
