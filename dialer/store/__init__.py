"""The database: tables by subject, the two kinds of transaction, waiting for others' commits.

``database`` opens it, ``watch`` waits for changes, ``outbox`` tells the pages and the engine;
``people projects contacts compliance calls scripts desk leads appointments mail touches messages provider`` hold the
tables. May import ``dialer.rules.words`` and ``dialer.settings``.
"""

from dialer.store import (
    appointments,
    calls,
    compliance,
    contacts,
    desk,
    leads,
    mail,
    messages,
    people,
    projects,
    provider,
    scripts,
    touches,
)
from dialer.store.base import Base
from dialer.store.database import Database

__all__ = [
    "Base", "Database", "appointments", "calls", "compliance", "contacts", "desk", "leads", "mail", "messages",
    "people", "projects", "provider", "scripts", "touches",
]  # fmt: skip
