"""``dialer report script`` and ``dialer report survey``: what came of a script's calls, and of a survey.

A door: may import ``dialer`` and click.
"""

from __future__ import annotations

import json
from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import clock
from dialer.cli import finding
from dialer.errors import BadInput
from dialer.scripting import cases, figures, quotas
from dialer.scripting.calls import Wanted
from dialer.store.scripts import CallScript
from scripts import aapor

JSON = click.option("--json", "as_json", is_flag=True, help="Plain data for programs.")


@click.command("script")
@click.argument("name")
@click.option("--version", "number", type=int, help="Only calls along this version.")
@click.option("--campaign", "campaign_text", help="Only calls of this campaign.")
@click.option("--days", type=click.IntRange(0, 3650), default=30, show_default=True, help="0 is everything.")
@click.option("--language", type=click.Choice(("ru", "en")), default="en", show_default=True)
@JSON
def script(name: str, number: int | None, campaign_text: str | None, days: int, language: str, as_json: bool) -> None:
    """Reach, losses, time, answers and conversion of the script NAME (or its id)."""
    with finding.database() as db, db.read() as s:
        campaign = finding.campaign(s, campaign_text).id if campaign_text else None
        since = clock.now() - timedelta(days=days) if days else None
        found = figures.of(s, Wanted(_script(s, name).id, number, campaign, since))
    if found is None:
        raise BadInput(f"the script {name} was never published")
    if as_json:
        click.echo(json.dumps(found.as_dict(language), ensure_ascii=False))
        return
    low, high = found.total.interval
    click.echo(f"{found.script.name}: {found.total.calls} calls, {found.total.hits} goals ({low:.1%} to {high:.1%})")
    for row in found.rows(language):
        line = dict(zip(figures.HEADINGS, row, strict=True))
        click.echo(f"  {line['step']:<24} reach {line['reach']:>4.0%}  lost {line['lost']:>4}  {line['answers']}")


def _script(s: Session, name: str) -> CallScript:
    found = list(s.scalars(select(CallScript).where(CallScript.name == name)))
    by_id = s.get(CallScript, int(name)) if name.isdecimal() and len(name) < 10 else None
    if len(found) > 1:
        raise BadInput(f"there are {len(found)} scripts named {name}; write the id")
    if not found and by_id is None:
        raise BadInput(f"there is no script {name}")
    return found[0] if found else by_id  # type: ignore[return-value]


@click.command("survey")
@click.option("--campaign", "campaign_text", required=True, help="Its name, project/name or id.")
@click.option("--e", "shares", multiple=True, metavar="CLASS=SHARE", help="Share of eligible cases: UH=0.6, UO=…, UR=…")
@JSON
def survey(campaign_text: str, shares: tuple[str, ...], as_json: bool) -> None:
    """Cases by AAPOR class, every rate, and the quotas of a campaign."""
    e = dict(_share(text) for text in shares)
    with finding.database() as db, db.read() as s:
        campaign = finding.campaign(s, campaign_text)
        found, cells = cases.of_campaign(s, campaign), quotas.cells(s, campaign)
    if found is None:
        raise BadInput("the campaign's script was never published")
    counts, rates = found.counts, aapor.rates(found.counts, e)
    told = [
        {"name": c.quota.name, "expression": c.quota.expression, "target": c.quota.target, "count": c.count}
        for c in cells
    ]
    if as_json:
        click.echo(json.dumps({"cases": counts.as_dict(), "rates": rates, "quotas": told}, ensure_ascii=False))
        return
    click.echo("  ".join(f"{name} {number}" for name, number in counts.as_dict().items()))
    for name, rate in rates.items():
        click.echo(f"  {name:<6} {'n/a' if rate is None else f'{rate:.1%}'}")
    for cell in told:
        click.echo(f"  {cell['name']}: {cell['count']} of {cell['target']}")


def _share(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if name not in aapor.UNKNOWN or not 0 <= share <= 1:
        raise BadInput(f"{text!r} is no share; write UH=0.6, with UH, UO or UR and a share from 0 to 1")
    return name, share
