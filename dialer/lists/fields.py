"""What scripts may call ``contact.NAME``: the contact's own columns and every further column of its list.

``contact.person`` is the name (so that a script reads well), ``contact.name`` the same; then ``company``, ``email``,
``city``, ``region``, ``position``, ``address``, ``website``, ``comment``, ``industry``, ``source``, ``country``
whatever language the heading was in; any other column by its heading in Latin letters: ``Кол-во складов`` is
``contact.kol_vo_skladov``. Numbers are not among them: a script has no use for them. May import ``dialer.store``.
"""

from __future__ import annotations

from dialer.store.contacts import Contact


def script_fields(contact: Contact) -> dict[str, str]:
    """Name -> text of everything a script may print of a contact."""
    own = {"person": contact.name, "name": contact.name, "company": contact.company, "email": contact.email}
    return {**{name: str(value) for name, value in contact.fields.items()}, **own}
