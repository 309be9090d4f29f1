"""``dialer jobs``: list imports, and what comes round every few seconds (recordings, tidying up)."""

from __future__ import annotations

import threading

import click

from dialer import logs, settings
from dialer.jobs import imports
from dialer.jobs.timers import timers
from dialer.jobs.work import Jobs
from dialer.store import Database

WORKERS = 2
"""A long import does not hold up a short one."""
GRACE_S = 5


@click.command()
def command() -> None:
    """Do the work that no page waits for, until SIGTERM or Ctrl-C."""
    config = settings.load()
    logs.configure(config)
    db = Database(config.database_url)
    jobs = Jobs(db, config)
    for token in imports.interrupted(config):
        jobs.import_list(token)
    stop = threading.Event()
    threads = [threading.Thread(target=t.run, args=(stop,), name=t.name, daemon=True) for t in timers(db, config)]
    for thread in threads:
        thread.start()
    consumer = jobs.huey.create_consumer(
        workers=WORKERS, periodic=False, initial_delay=0.1, max_delay=1.0, shutdown_timeout=GRACE_S
    )
    try:
        consumer.run()
    finally:
        stop.set()
        for thread in threads:
            thread.join(GRACE_S)
        db.close()
