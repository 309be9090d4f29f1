"""Calls: the ways out of a campaign and its numbers. Read, written, put to rest."""

from __future__ import annotations

from datetime import timedelta

from dialer.campaigns import routes as ways
from dialer.errors import BadInput
from dialer.people import audit
from dialer.reports.routes import networks, of_campaign
from dialer.rules.routes_text import from_dicts, to_dicts
from dialer.store.projects import Campaign
from webapp.api.campaign_shapes import NetworkOut, RestIn, RouteOut, RoutesIn, RoutesOut
from webapp.api.contacts import _campaign
from webapp.api.room import Ask, call

TAG = "campaigns"


def _out(ask: Ask, campaign: Campaign) -> RoutesOut:
    links = [NetworkOut.model_validate(row) for row in networks(ask.s, ask.now)]
    routes = [RouteOut.model_validate(row) for row in of_campaign(ask.s, campaign, ask.now)]
    return RoutesOut(routes=routes, networks=links)


@call("GET", "/campaigns/<int:campaign_id>/routes", gives=RoutesOut, tag=TAG)
def campaign_routes(ask: Ask, campaign_id: int) -> RoutesOut:
    """The routes in order, how they fare, what each number did, and how the engines stand with the networks."""
    return _out(ask, _campaign(ask, campaign_id, "campaign.see"))


@call("PUT", "/campaigns/<int:campaign_id>/routes", takes=RoutesIn, gives=RoutesOut, tag=TAG)
def set_campaign_routes(ask: Ask, body: RoutesIn, campaign_id: int) -> RoutesOut:
    """Make these the routes; an empty list: the network of the settings."""
    campaign = _campaign(ask, campaign_id, "campaign.edit")
    try:
        campaign.routes = to_dicts(from_dicts(route.model_dump() for route in body.routes))
    except ValueError as err:
        raise BadInput(str(err)) from err
    audit.write(ask.s, ask.now, ask.user.id, "campaign.edit", f"campaign:{campaign_id}", routes=len(campaign.routes))
    return _out(ask, campaign)


@call("POST", "/campaigns/<int:campaign_id>/numbers/rest", takes=RestIn, gives=RoutesOut, tag=TAG)
def rest_number(ask: Ask, body: RestIn, campaign_id: int) -> RoutesOut:
    """Put a number of this campaign to rest everywhere, or show it again."""
    campaign = _campaign(ask, campaign_id, "campaign.edit")
    if body.number not in {number for route in ways.of(campaign) for number in route.caller_ids}:
        raise BadInput("This campaign shows no such number.")
    if body.hours:
        ways.rest(ask.s, body.number, ask.now + timedelta(hours=body.hours), body.reason, ask.now, ask.user.id)
    else:
        ways.wake(ask.s, body.number, ask.now)
    audit.write(ask.s, ask.now, ask.user.id, "campaign.edit", f"campaign:{campaign_id}", hours=body.hours)
    ask.s.flush()
    return _out(ask, campaign)
