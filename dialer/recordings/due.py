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
    return settle(db, settings.asterisk.recordings, names.settled_folder(settings), clock.now())


def sweep_due(db: Database, settings: Settings) -> Swept:
    """Find what was forgotten and try again what failed. Call it every :data:`SWEEP_EVERY_S`, and at the start."""
    return sweep(db, settings.asterisk.recordings, names.settled_folder(settings), clock.now())
