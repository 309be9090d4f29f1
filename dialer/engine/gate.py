"""The gate as the engine asks it: which zones are open, and may these contacts be dialled now (P2).

Rules that cannot be read stop the campaign's dialling, they never open it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dialer.compliance import gate_many, rules_for
from dialer.compliance.facts import list_days
from dialer.compliance.sentences import sentence
from dialer.errors import BadInput
from dialer.rules import compliance
from dialer.rules.compliance import Refused, Rules, campaign_refusal
from dialer.rules.pacing import Hindrance
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.projects import Campaign

_NAMES = select(ZoneSet.names, ZoneSet.id).where(ZoneSet.id.in_(bindparam("ids", expanding=True)))


def rules_of(campaign: Campaign) -> Rules:
    """The campaign's merged rules. Raises BadInput if they cannot be used."""
    return rules_for(campaign, campaign.project)


def open_zone_sets(s: Session, campaign: Campaign, zone_set_ids: Collection[int], now: datetime) -> list[int]:
    """Those of the zone sets in which the campaign may dial now."""
    if not zone_set_ids:
        return []
    names = {row.names: row.id for row in s.execute(_NAMES, {"ids": list(zone_set_ids)})}
    return [names[key] for key in compliance.open_zone_sets(names, rules_of(campaign), now)]


def check(
    s: Session,
    campaign: Campaign,
    contacts: Iterable[Contact],
    now: datetime,
    own_attempts: Collection[str] = (),
) -> dict[int, Refused | None]:
    """For each contact id, the rule that refuses its next number, or None if it may be dialled.

    ``own_attempts`` are the ids about to be sent: they do not count against their own caps.
    """
    pairs = {(c.id, c.number_id or 0): c.id for c in contacts}
    s.flush()
    verdicts = gate_many(s, list(pairs), rules_of(campaign), now, own_attempts)
    return {pairs[pair]: verdict if isinstance(verdict, Refused) else None for pair, verdict in verdicts.items()}


def standing(s: Session, campaign: Campaign, now: datetime) -> str:
    """Why nobody of the whole campaign may be dialled now, in one sentence; empty if nothing stands in the way.

    Asked before anybody is claimed, so that a list too old or a mode not allowed does not hold contacts one by one.
    """
    try:
        rules = rules_of(campaign)
    except BadInput as err:
        return Hindrance(f"the rules cannot be used: {err}", "rules", error=str(err))
    lists = list_days(s, rules, {campaign.project_id}) if rules.lists else {}
    no = campaign_refusal(rules, campaign.mode, lists, now)
    return Hindrance(sentence(no, "en"), "rule", rule=no.rule, detail=no.detail) if no else ""
