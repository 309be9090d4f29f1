"""What the jobs process calls: one turn of settling every few seconds, one sweep of the folder every ten minutes."""

from __future__ import annotations

from dialer import clock
from dialer.recordings import names
from dialer.recordings.settle import Tally, settle
from dialer.recordings.sweep import Swept, sweep
from dialer.settings import Settings
from dialer.store import Database

SETTLE_EVERY_S = 5
SWEEP_EVERY_S = 600


def settle_due(db: Database, settings: Settings) -> Tally:
    """Settle what has ended. Call it every :data:`SETTLE_EVERY_S`; two at once do no harm."""
    out, now = names.settled_folder(settings), clock.now()
    tally = settle(db, settings.asterisk.recordings, out, now)
    if (fetched := names.fetched_folder(settings)).is_dir():
        more = settle(db, fetched, out, now, fetched=True)
        tally.settled += more.settled
        tally.waiting += more.waiting
    return tally


def sweep_due(db: Database, settings: Settings) -> Swept:
    """Find what was forgotten and try again what failed. Call it every :data:`SWEEP_EVERY_S`, and at the start."""
    out, now = names.settled_folder(settings), clock.now()
    swept = sweep(db, settings.asterisk.recordings, out, now)
    if (fetched := names.fetched_folder(settings)).is_dir():
        more = sweep(db, fetched, out, now, fetched=True)
        for name in ("adopted", "retried", "cleared", "orphans"):
            getattr(swept, name).extend(getattr(more, name))
    return swept
