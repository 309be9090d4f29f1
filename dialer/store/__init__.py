"""The database: tables by subject, the two kinds of transaction, waiting for others' commits.

``database`` opens it, ``watch`` waits for changes, ``outbox`` tells the pages and the engine;
``people projects contacts compliance calls scripts desk leads messages provider`` hold the tables. May import
``dialer.rules.words`` and ``dialer.settings``.
"""

from dialer.store import calls, compliance, contacts, desk, leads, messages, people, projects, provider, scripts
from dialer.store.base import Base
from dialer.store.database import Database

__all__ = [
    "Base", "Database", "calls", "compliance", "contacts", "desk", "leads", "messages", "people", "projects",
    "provider", "scripts",
]  # fmt: skip
