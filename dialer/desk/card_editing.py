"""Putting a contact's card right: the name, the company and the e-mail as the person says them.

Room: desk. Numbers and zones are left to the lists of the base administrator. May import ``dialer.store``,
``dialer.lists.text`` and ``dialer.people``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dialer.errors import BadInput, Refusal
from dialer.lists.text import clean
from dialer.people import audit, authorize
from dialer.store.contacts import Contact
from dialer.store.outbox import tell
from dialer.store.people import User

LONGEST = {"name": 200, "company": 300, "email": 254}


def change(s: Session, user_id: int, contact_id: int, given: dict[str, str], now: datetime) -> Contact:
    """Change those of name, company and email that are given; the audit log keeps which, not what.

    Raises Refusal: ``no_such_contact``, ``forbidden``; BadInput for an e-mail that is none.
    """
    contact = s.get(Contact, contact_id)
    if contact is None:
        raise Refusal("no_such_contact")
    authorize(s, s.get_one(User, user_id), "contact.edit", contact)
    cleaned = {name: clean(given[name])[:longest] for name, longest in LONGEST.items() if name in given}
    email = cleaned.get("email", "")
    if email and (email.count("@") != 1 or " " in email or email[0] == "@" or email[-1] == "@"):
        raise BadInput("This is no e-mail address.")
    changed = [name for name, value in cleaned.items() if getattr(contact, name) != value]
    for name in changed:
        setattr(contact, name, cleaned[name])
    if changed:
        audit.write(s, now, user_id, "contact.edit", f"contact:{contact_id}", fields=changed)
        tell(s, now, "operator", f"user:{user_id}")
    return contact
