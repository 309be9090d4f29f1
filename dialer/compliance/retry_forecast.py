"""A retry plan tried on a campaign's own list: calls per day, before the launch or in the middle of it.

Outcomes are drawn by the shares of the project's last calls, if there are enough of them, else by a typical cold list.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.compliance.rules import rules_for
from dialer.errors import BadInput
from dialer.rules.open_zones import split
from dialer.rules.retry_preview import Forecast, preview
from dialer.rules.words import ContactState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.projects import Campaign

SAMPLE = 400
ENOUGH = 200
LATELY = timedelta(days=30)
TYPICAL = {
    "no_answer": 0.42, "busy": 0.07, "unreachable": 0.09, "machine": 0.08, "blocked": 0.03, "bad_number": 0.03,
    "gone_at_once": 0.04, "hung_up_intro": 0.05, "refused_soft": 0.06, "refused_hard": 0.04, "no_need": 0.04,
    "callback": 0.02, "info_sent": 0.01, "lead_warm": 0.02,
}  # fmt: skip
"""A cold list of firms: about a quarter of the calls are answered by a person."""


def forecast(
    s: Session,
    campaign: Campaign,
    now: datetime,
    *,
    plan: str = "",
    per_hour: float = 0.0,
    mix: dict[str, float] | None = None,
    size: int = 0,
) -> tuple[Forecast, str]:
    """The forecast and where its shares come from (``given``, ``history``, ``typical``).

    ``size``: pretend that the list has so many contacts. Raises BadInput: no contacts, shares of no use.
    """
    zones = _zones(s, campaign)
    total = size or sum(zones.values())
    if not zones or not total:
        raise BadInput(f"the campaign {campaign.name} has no contacts to be called: import a list first")
    shares, source = (_checked(mix), "given") if mix else _history(s, campaign, now)
    sample = _sample(zones, min(SAMPLE, total))
    found = preview(
        profiles.retry_plan(plan or campaign.retry_plan), profiles.dispositions(), shares, sample,
        rules_for(campaign, campaign.project), now, weight=total / len(sample), per_hour=per_hour,
        home=max(zones, key=lambda names: zones[names])[0],
    )  # fmt: skip
    return found, source


def _zones(s: Session, campaign: Campaign) -> dict[tuple[str, ...], int]:
    gone = (ContactState.CLOSED, ContactState.SUPPRESSED)
    query = select(ZoneSet.names, func.count()).join(Contact, Contact.zone_set_id == ZoneSet.id)
    rows = s.execute(
        query.where(Contact.campaign_id == campaign.id, Contact.state.not_in(gone)).group_by(ZoneSet.names)
    )
    return {split(names): n for names, n in rows}


def _sample(zones: dict[tuple[str, ...], int], size: int) -> list[tuple[str, ...]]:
    """Zone sets in the list's own proportions, each at least once."""
    total = sum(zones.values())
    return [names for names, n in sorted(zones.items()) for _ in range(max(1, round(n * size / total)))]


def _history(s: Session, campaign: Campaign, now: datetime) -> tuple[dict[str, float], str]:
    query = (
        select(Attempt.disposition, func.count())
        .join(Campaign, Campaign.id == Attempt.campaign_id)
        .where(
            Campaign.project_id == campaign.project_id,
            Attempt.placed_at > now - LATELY,
            Attempt.disposition.is_not(None),
            Attempt.inbound.is_(False),
        )
        .group_by(Attempt.disposition)
    )
    found: Counter[str] = Counter({code: n for code, n in s.execute(query) if code in profiles.dispositions()})
    if found.total() < ENOUGH:
        return dict(TYPICAL), "typical"
    return {code: n / found.total() for code, n in found.items()}, "history"


def _checked(mix: dict[str, Any]) -> dict[str, float]:
    known = profiles.dispositions()
    if unknown := [code for code in mix if code not in known]:
        raise BadInput(f"there is no outcome {unknown[0]}")
    if any(not 0 <= share <= 1 for share in mix.values()) or not any(mix.values()):
        raise BadInput("shares of outcomes are numbers from 0 to 1, such as no_answer=0.5, and not all are 0")
    return dict(mix)
