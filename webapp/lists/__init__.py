"""The base administrator's pages: importing lists, contacts with search and history, the do-not-call list."""

from webapp.lists import contact, contacts, imports, suppression
from webapp.lists.room import blueprint

__all__ = ["blueprint", "contact", "contacts", "imports", "suppression"]
"""The others are imported for the views they register."""
