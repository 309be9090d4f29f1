"""``dialer rules waiting | retries | kept``: what holds contacts, a retry plan's calls, how long things are kept."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from dialer import clock
from dialer.cli import finding
from dialer.compliance import waiting as waits
from dialer.compliance.retry_forecast import forecast
from dialer.errors import BadInput
from dialer.recordings import retention

campaign_option = click.option("--campaign", "campaign_text", required=True, help="Its name, project/name or id.")
json_option = click.option("--json", "as_json", is_flag=True)
EVERY = 6
"""The text shows every sixth hour; JSON has them all."""


@click.command("waiting")
@campaign_option
@json_option
def waiting(campaign_text: str, as_json: bool) -> None:
    """How many contacts are held by which rule, now and hour by hour for seven days."""
    with finding.database() as db, db.read() as s:
        found = waits.look(s, finding.campaign(s, campaign_text), clock.now())
    if as_json:
        click.echo(json.dumps(found.as_dict()))
        return
    for hour in found.hours[:1] + found.hours[EVERY::EVERY]:
        told = ", ".join(f"{why} {n}" for why, n in hour.counts.items()) or "no contacts are left"
        click.echo(f"{hour.at:%a %Y-%m-%d %H:%M} UTC  {told}")
    if found.sampled:
        click.echo("contacts that were never asked about are counted by a sample")


@click.command("kept")
@json_option
def kept(as_json: bool) -> None:
    """How long each campaign's rules keep things, and how many recordings would be deleted now (a dry run)."""
    with finding.database() as db, db.read() as s:
        found = retention.look_ahead(s, clock.now())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
        return
    for one in found:
        least = f"call details at least {one.calls_d:g} d, consents at least {one.consent_d:g} d"
        most = f"recordings at most {one.recordings_d:g} d, {one.due} to be deleted now" if one.recordings_d else ""
        told = f"{least}; {most or 'recordings without end'}" if not one.problem else f"nothing goes: {one.problem}"
        click.echo(f"{one.campaign}: {told}")


@click.command("retries")
@campaign_option
@click.option("--plan", default="", help="Another retry plan than the campaign's own.")
@click.option("--calls-per-hour", "per_hour", type=click.FloatRange(0), default=0.0, help="What the team can place.")
@click.option("--contacts", type=click.IntRange(1), help="Pretend that the list has so many.")
@click.option("--mix", metavar="OUTCOME=SHARE,…", help="Shares of outcomes: no_answer=0.5,busy=0.1,refused_hard=0.4")
@json_option
def retries(
    campaign_text: str, plan: str, per_hour: float, contacts: int | None, mix: str | None, as_json: bool
) -> None:
    """How many calls a day the retry plan makes of the list."""
    shares = _mix(mix) if mix else None
    with finding.database() as db, db.read() as s:
        campaign = finding.campaign(s, campaign_text)
        given = {"plan": plan, "per_hour": per_hour, "mix": shares, "size": contacts or 0}
        found, source = forecast(s, campaign, clock.now(), **given)  # type: ignore[arg-type]
    days = [{"day": d.day.isoformat(), "first": d.first, "again": d.again, "closed": d.closed} for d in found.days]
    if as_json:
        click.echo(json.dumps({"days": days, "calls": found.calls, "unfinished": found.unfinished, "shares": source}))
        return
    for day in days:
        click.echo(f"{day['day']}  first {day['first']:>7}  again {day['again']:>7}  worked through {day['closed']:>7}")
    click.echo(f"{found.calls} calls in all, {found.unfinished} contacts left; outcomes: {source}")


def _mix(text: str) -> dict[str, float]:
    try:
        return {code.strip(): float(share) for code, share in (part.split("=") for part in text.split(","))}
    except ValueError:
        raise BadInput("write --mix as no_answer=0.5,busy=0.1,refused_hard=0.4") from None
