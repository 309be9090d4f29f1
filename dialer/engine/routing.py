"""By which way the calls of a campaign leave: the routes of ``dialer.rules.routes`` met with the network.

An attempt has one way and is never sent by a second one (P1). What a network's front door refused certainly did not
ring: its contact is due again at once, and its next attempt leaves by another route. An attempt that may have rung,
that is, any other, is followed by the campaign's retry plan alone; a congested line only counts against the route.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from dialer.campaigns import routes
from dialer.campaigns.language import spoken_in
from dialer.desk import next_step
from dialer.engine.turn import Turn
from dialer.providers.base import CustomerCall
from dialer.providers.switchboard import reachable
from dialer.rules.pacing import Hindrance
from dialer.rules.routes import MOST, Pick, Route
from dialer.rules.words import CampaignState, Outcome
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign

log = logging.getLogger(__name__)
TOO_LATE = "the gate was asked too long ago"
"""Our own reason for not sending an attempt: no network had a part in it."""
LATELY = timedelta(minutes=10)
"""How long a route is avoided for a contact whose attempt it refused."""


class Chooser:
    """The ways of one campaign within one turn."""

    def __init__(self, t: Turn, campaign: Campaign, contact_ids: Collection[int] = ()) -> None:
        self._t, self._campaign = t, campaign
        self._ways = routes.ways(t.s, campaign, reachable(t.provider), t.now) if campaign.routes else None
        self._refused = self.refused_lately(contact_ids) if contact_ids else {}

    def left(self) -> int:
        """How many calls may leave now."""
        return self._ways.left() if self._ways else MOST

    def hindrance(self) -> str:
        """Why none may; empty if one may."""
        if self._ways is None or self._ways.left():
            return ""
        return Hindrance(self._ways.why(), "route", routes=[route.name for route in self._ways.routes])

    def take(self, contact_id: int) -> Pick | None:
        """The way of a call to this contact."""
        campaign = self._campaign
        if self._ways is None:
            return Pick(Route(self._t.provider.name, campaign.trunk), campaign.caller_id)
        return self._ways.take(self._refused.get(contact_id, ()))

    def refused_lately(self, contact_ids: Collection[int]) -> dict[int, set[str]]:
        """The routes that refused an attempt to these contacts a short while ago."""
        found: dict[int, set[str]] = {}
        if self._ways is None or len(self._ways.routes) < 2:
            return found
        query = select(Attempt.contact_id, Attempt.provider, Attempt.trunk).where(
            Attempt.contact_id.in_(contact_ids),
            Attempt.placed_at > self._t.now - LATELY,
            Attempt.outcome == Outcome.FAILED,
        )
        for contact_id, provider, trunk in self._t.s.execute(query):
            found.setdefault(contact_id, set()).add(Route(provider, trunk).name)
        return found


def columns(way: Pick) -> dict[str, Any]:
    """What an attempt keeps of its way."""
    return {"provider": way.route.network, "trunk": way.route.trunk, "caller_id": way.caller_id}


def call_of(attempt: Attempt, campaign: Campaign, *, after_beep: bool) -> CustomerCall:
    """The request to the network; ``after_beep``: a machine would be left a message."""
    return CustomerCall(
        attempt.id,
        attempt.to_number,
        attempt.caller_id,
        campaign.ring_s,
        spoken_in(campaign) if campaign.amd else "",
        attempt.trunk,
        attempt.provider,
        after_beep,
    )


def name_of(attempt: Attempt) -> str:
    """The name of the route an attempt left by."""
    return Route(attempt.provider, attempt.trunk).name


def refused(t: Turn, attempt: Attempt, reason: str) -> None:
    """The network's front door refused an attempt, now disposed of: another route may take its contact."""
    campaign = t.campaign(attempt.campaign_id)
    if not campaign.routes or reason == TOO_LATE:
        return
    note_error(t, attempt, reason)
    t.s.flush()  # the chooser counts refusals in the database, this one too
    chooser = Chooser(t, campaign)
    tried = chooser.refused_lately([attempt.contact_id]).get(attempt.contact_id, set())
    if {route.name for route in routes.of(campaign)} - tried - {name_of(attempt)}:
        next_step.again(t.s, attempt.contact_id, t.now)


def note_error(t: Turn, attempt: Attempt, reason: str) -> None:
    """A network error: the route comes closer to a rest."""
    if t.campaign(attempt.campaign_id).routes:
        after = routes.note_error(t.s, name_of(attempt), reason, t.now)
        if after.resting_until is not None:
            log.warning("route %s rests until %s", name_of(attempt), after.resting_until.isoformat())
        t.touch(attempt.campaign_id)


def carried(t: Turn, attempt: Attempt) -> None:
    """The network carried this call: its route is well."""
    if t.campaign(attempt.campaign_id).routes:
        routes.note_success(t.s, name_of(attempt), t.now)


def ended(t: Turn, attempt: Attempt, outcome: Outcome) -> None:
    """A call ended: congestion that nobody heard ring is the network's, everything else the callee's."""
    if outcome is Outcome.CONGESTION and attempt.ringing_at is None and attempt.answered_at is None:
        note_error(t, attempt, "congestion")
    elif outcome not in (Outcome.FAILED, Outcome.UNKNOWN, Outcome.CANCELLED):
        carried(t, attempt)


def look_at_numbers(t: Turn) -> None:
    """Once a while: numbers of running campaigns that are answered too rarely rest."""
    for campaign in t.s.scalars(select(Campaign).where(Campaign.state == CampaignState.RUNNING)):
        for _ in routes.rest_the_poor(t.s, routes.of(campaign), t.now) if campaign.routes else ():
            log.warning("a number of campaign %s rests: it is answered too rarely", campaign.id)
            t.touch(campaign.id)
