"""``dialer routes``: by which networks, trunks and numbers a campaign's calls leave, and how those fare."""

from __future__ import annotations

import json
from datetime import timedelta

import click
from rich.console import Console
from rich.table import Table

from dialer import clock
from dialer.campaigns import routes
from dialer.cli import finding
from dialer.errors import BadInput
from dialer.people import audit
from dialer.reports.routes import NetworkRow, RouteRow, networks, of_campaign, plain
from dialer.rules.routes_text import NUMBER, read_lines, to_dicts

campaign_option = click.option("--campaign", "campaign_text", required=True, help="Name, project/name, or id.")
json_option = click.option("--json", "as_json", is_flag=True)


@click.group()
def group() -> None:
    """Ways out in order: dialer routes set --campaign C "asterisk:a +74951112233 cap=300" "twilio +12025550100"."""


@group.command()
@campaign_option
@json_option
def show(campaign_text: str, as_json: bool) -> None:
    """The routes of a campaign: their health, and what each number did."""
    with finding.database() as db, db.read() as s:
        rows = of_campaign(s, finding.campaign(s, campaign_text), clock.now())
        links = networks(s, clock.now())
    if as_json:
        click.echo(json.dumps([plain(row) for row in rows], ensure_ascii=False, default=str))
    elif not rows:
        click.echo("no routes of its own: calls leave by the network of the settings")
    else:
        Console().print(_table(rows))
    for link in () if as_json else links:
        click.echo(_link(link))


def _link(link: NetworkRow) -> str:
    """One network in one line."""
    since = link.silent_since or link.since_at
    state = "no sign of the engine" if link.silent_since else link.state
    last = f"; last fault {link.error_at:%d.%m. %H:%M} UTC: {link.error}" if link.error_at else ""
    return f"{link.network} ({link.engine}): {state} since {since:%d.%m. %H:%M} UTC{last}"


def _table(rows: list[RouteRow]) -> Table:
    table = Table("route", "number", "calls in 24 h", "answered of 7 days", "state")
    for row in rows:
        resting = f"rests until {row.resting_until:%d.%m. %H:%M} UTC: {row.reason}" if row.resting_until else "well"
        table.add_row(row.name, "", "", "", resting)
        for one in row.numbers:
            calls = f"{one.calls} of {one.cap}" if one.cap else str(one.calls)
            state = f"rests until {one.resting_until:%d.%m. %H:%M} UTC: {one.reason}" if one.resting_until else ""
            table.add_row("", one.number, calls, f"{one.answered} of {one.week}", state)
    return table


@group.command("set")
@campaign_option
@click.argument("lines", nargs=-1)
@json_option
def set_(campaign_text: str, lines: tuple[str, ...], as_json: bool) -> None:
    """Make LINES the campaign's routes, in order; without any, calls leave by the network of the settings again."""
    try:
        ways = read_lines("\n".join(lines))
    except ValueError as err:
        raise BadInput(str(err)) from err
    with finding.database() as db, db.write() as s:
        campaign = finding.campaign(s, campaign_text)
        campaign.routes = to_dicts(ways)
        audit.write(s, clock.now(), None, "campaign.edit", f"campaign:{campaign.id}", routes=len(ways))
    names = [way.name for way in ways]
    text = f"{campaign_text}: {', then '.join(names)}" if names else f"{campaign_text}: the network of the settings"
    click.echo(json.dumps(to_dicts(ways)) if as_json else text)


@group.command()
@click.argument("number")
@click.option("--hours", type=click.FloatRange(min=0, min_open=True, max=24 * 365), default=72.0, show_default=True)
@click.option("--reason", default="", help="Why, for whoever asks later.")
@json_option
def rest(number: str, hours: float, reason: str, as_json: bool) -> None:
    """Do not show NUMBER for so long, in any campaign."""
    until = clock.now() + timedelta(hours=hours)
    with finding.database() as db, db.write() as s:
        routes.rest(s, _ours(number), until, reason, clock.now())
    _say(as_json, number, until.isoformat(), f"{number} rests until {until:%d.%m.%Y %H:%M} UTC")


@group.command()
@click.argument("number")
@json_option
def wake(number: str, as_json: bool) -> None:
    """Show NUMBER again."""
    with finding.database() as db, db.write() as s:
        woken = routes.wake(s, _ours(number), clock.now())
    _say(as_json, number, None, f"{number} {'is shown again' if woken else 'did not rest'}")


def _ours(number: str) -> str:
    if not NUMBER.match(number):
        raise BadInput(f"{number} is not a number like +74951112233")
    return number


def _say(as_json: bool, number: str, until: str | None, text: str) -> None:
    click.echo(json.dumps({"number": number, "resting_until": until}) if as_json else text)
