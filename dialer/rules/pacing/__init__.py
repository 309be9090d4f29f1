"""Pacing: how many calls to place now (step 4 of a call).

Way: ``learnt`` (what happened) -> ``outlook`` (what to expect) -> ``snapshot`` (this instant) -> ``risk`` of one more
call against ``steering``'s theta -> ``decide``. Everything here is pure and may import the standard library only.
"""

from __future__ import annotations

from dialer.rules.pacing.bucket import Bucket
from dialer.rules.pacing.decide import calls_to_place
from dialer.rules.pacing.hindrance import Hindrance, facts_of, nothing
from dialer.rules.pacing.learnt import Learnt
from dialer.rules.pacing.outlook import Outlook, is_due, look_ahead
from dialer.rules.pacing.snapshot import NOTHING, Decision, Snapshot
from dialer.rules.pacing.steering import Steering, at_cap

__all__ = [
    "NOTHING",
    "Bucket",
    "Decision",
    "Hindrance",
    "Learnt",
    "Outlook",
    "Snapshot",
    "Steering",
    "at_cap",
    "calls_to_place",
    "facts_of",
    "is_due",
    "look_ahead",
    "nothing",
]
