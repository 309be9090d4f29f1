"""``dialer leads``: how a base stands by its project's terms, and the later pool, from the command line."""

from __future__ import annotations

import json

import click

from dialer.cli import finding
from dialer.clock import now
from dialer.leads import drawing, qualification, terms

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
project_option = click.option("--project", required=True, help="Name or id.")


@click.group()
def group() -> None:
    """Leads: judge a base, look into the later pool, draw from it."""


@group.command()
@project_option
@click.option("--level", type=click.Choice([*terms.LEVELS, "own"]), help="Another level than the project's own.")
@json_option
def score(project: str, level: str | None, as_json: bool) -> None:
    """How many contacts would be leads, by the answers there are; nobody is called and nothing is changed."""
    with finding.database() as db, db.read() as s:
        row = finding.project(s, project)
        held = terms.read(level, row.second_line or {}) if level else terms.of(row)
        found = qualification.count(qualification.base(s, row, now(), held))
    if as_json:
        click.echo(json.dumps({"contacts": found.contacts, "leads": found.met, **found.temperatures}))
        return
    click.echo(f"{found.met} of {found.contacts} contacts that answered anything would be leads")
    click.echo("  ".join(f"{name} {n}" for name, n in found.temperatures.items()))


@group.command()
@project_option
@click.option("--filter", "expression", default="", help="Such as: bant.N >= 2 and days > 60")
@click.option("--into", "campaign", default="", help="Draw them into this campaign; without it they are only counted.")
@json_option
def later(project: str, expression: str, campaign: str, as_json: bool) -> None:
    """Count, or draw, contacts of the later pool that pass a filter."""
    with finding.database() as db, db.write() as s:
        row = finding.project(s, project)
        if campaign:
            done = drawing.draw(s, row, finding.campaign(s, campaign), expression, None, now())
            told = {"drawn": done.drawn, "taken": done.taken, "barred": done.barred}
        else:
            told = {"passing": sum(1 for _ in drawing.pool(s, row, expression, now()))}
    click.echo(json.dumps(told) if as_json else ", ".join(f"{name} {n}" for name, n in told.items()))
