"""Work that no page waits for: list imports, and what comes round every few seconds.

``queue`` is the huey queue (SQLite file in the data folder, or PostgreSQL), ``imports`` the import of an uploaded file,
``timers`` what the jobs process does by the clock. May import ``dialer.lists``, ``dialer.recordings`` and
``dialer.store``.
"""
