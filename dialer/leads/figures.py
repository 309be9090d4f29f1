"""What closers said of each script's leads: accepted, sent back and why. Read-only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dialer.rules.words import HandoffState
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff
from dialer.store.leads import HandoffPacket
from dialer.store.scripts import CallScript, ScriptVersion

REASONS = (
    "no_budget", "no_authority", "no_need", "no_timing", "wrong_contact", "duplicate", "already_customer",
    "not_reached", "other",
)  # fmt: skip
"""Why a closer sends a lead back; the pages translate them. Words of their own go with every one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One script version's leads. ``accept_rate`` is 0..1 of those judged; ``reasons`` counts those sent back."""

    script: str
    number: int
    accepted: int
    rejected: int
    reasons: dict[str, int]

    @property
    def accept_rate(self) -> float:
        """Of those judged."""
        return self.accepted / (self.accepted + self.rejected)


def verdicts(
    s: Session, campaigns: Select[int] | list[int], since_at: datetime, until_at: datetime | None = None
) -> list[Verdict]:
    """By script version, the most judged first; calls without a script are left out."""
    query = (
        select(CallScript.name, ScriptVersion.number, Handoff.state, HandoffPacket.reason_code, func.count())
        .join(Attempt, Attempt.id == Handoff.attempt_id)
        .join(ScriptVersion, ScriptVersion.id == Attempt.script_version_id)
        .join(CallScript, CallScript.id == ScriptVersion.script_id)
        .outerjoin(HandoffPacket, HandoffPacket.handoff_id == Handoff.id)
        .where(
            Handoff.state.in_((HandoffState.ACCEPTED, HandoffState.REJECTED)),
            Handoff.settled_at >= since_at,
            Attempt.campaign_id.in_(campaigns),
        )
        .group_by(CallScript.name, ScriptVersion.number, Handoff.state, HandoffPacket.reason_code)
    )
    if until_at is not None:
        query = query.where(Handoff.settled_at < until_at)
    accepted: Counter[tuple[str, int]] = Counter()
    rejected: dict[tuple[str, int], Counter[str]] = {}
    for name, number, state, code, n in s.execute(query):
        if state is HandoffState.ACCEPTED:
            accepted[name, number] += n
        else:
            rejected.setdefault((name, number), Counter())[code or "other"] += n
    keys = {*accepted, *rejected}
    found = [
        Verdict(*key, accepted[key], sum(rejected.get(key, Counter()).values()), dict(rejected.get(key, Counter())))
        for key in keys
    ]
    return sorted(found, key=lambda v: (-(v.accepted + v.rejected), v.script, v.number))
