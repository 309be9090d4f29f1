"""``dialer campaign``: list, make, start, pause, stop, and how one stands, down to why it places no call just now.

A door: may import ``dialer`` and click.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.campaigns import editing, running
from dialer.cli import finding
from dialer.clock import now
from dialer.compliance.rules import rules_for
from dialer.errors import BadInput, Refusal
from dialer.people import audit
from dialer.reports import standstill
from dialer.reports.status import Status, contacts_by_state, status
from dialer.rules.words import Mode
from dialer.store.people import User
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import CallScript

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
REFUSED = {
    "campaign_without_script": "it has no script with a published version: --script at `dialer campaign create`",
    "campaign_without_contacts": "it has no contacts: `dialer contacts import FILE --campaign …`",
    "campaign_without_members": "nobody works in it: --operator at `dialer campaign create`",
    "campaign_state": "it is {state}",
}


@click.group("campaign")
def group() -> None:
    """Campaigns: list, create, start, pause, stop, status."""


@group.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Every campaign with its state and how many contacts stand where."""
    with finding.database() as db, db.read() as s:
        query = select(Campaign, Project.name).join(Project).order_by(Project.name, Campaign.name)
        rows = [_row(s, campaign, project) for campaign, project in s.execute(query)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        contacts = ", ".join(f"{n} {state}" for state, n in row["contacts"].items())
        click.echo(f"{row['id']:>4}  {row['project']}/{row['name']:<30} {row['state']:<9} {contacts or 'no contacts'}")
    if not rows:
        click.echo("There is no campaign yet: `dialer campaign create NAME --project PROJECT`.")


def _row(s: Session, campaign: Campaign, project: str) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "project": project,
        "name": campaign.name,
        "state": campaign.state.value,
        "mode": campaign.mode.value,
        "contacts": {state.value: n for state, n in contacts_by_state(s, campaign.id).items()},
    }


@group.command()
@click.argument("name")
@click.option("--project", "project_name", required=True, help="Made, with the client's name, if there is none yet.")
@click.option("--client", default="", help="Who pays, for a project that is made.")
@click.option("--country", default="RU", show_default=True, help="Of numbers without a country code, likewise.")
@click.option(
    "--mode", type=click.Choice([mode.value for mode in Mode]), default=Mode.PROGRESSIVE.value, show_default=True
)
@click.option("--script", "script_name", help="A script of the project, by name.")
@click.option("--caller-id", default="", help="What the called see: +74951234567.")
@click.option("--profile", "profile_names", multiple=True, help="Rules to dial by; see `dialer rules list`.")
@click.option("--retry-plan", default="standard", show_default=True)
@click.option("--operator", "operators", multiple=True, help="Login of who works on the first line; repeat for more.")
@click.option("--closer", "closers", multiple=True, help="Login of who works on the second line.")
@json_option
def create(
    name: str,
    project_name: str,
    client: str,
    country: str,
    mode: str,
    script_name: str | None,
    caller_id: str,
    profile_names: tuple[str, ...],
    retry_plan: str,
    operators: tuple[str, ...],
    closers: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make the campaign NAME; it dials once it is started."""
    with finding.database() as db, db.write() as s:
        project = _project(s, project_name, client, country)
        campaign = Campaign(
            project_id=project.id,
            name=_free_name(s, project, name),
            mode=Mode(mode),
            script_id=_script(s, project, script_name),
            caller_id=_caller_id(caller_id),
            rules={"profiles": list(profile_names)} if profile_names else {},
            retry_plan=profiles.retry_plan(retry_plan).name,
            created_at=now(),
        )
        rules_for(campaign, project)
        s.add(campaign)
        s.flush()
        editing.set_members(s, campaign, _people(s, operators), _people(s, closers), now())
        audit.write(s, now(), None, "campaign.edit", f"campaign:{campaign.id}", by="command")
        made = _row(s, campaign, project.name)
    click.echo(json.dumps(made, ensure_ascii=False) if as_json else f"made campaign {made['id']}: {name}")


def _project(s: Session, name: str, client: str, country: str) -> Project:
    found = s.scalars(select(Project).where(Project.name == name)).first()
    if found is not None or name.isdecimal():
        return found or finding.project(s, name)
    made = Project(name=name, client=client or name, country=country.upper(), created_at=now())
    s.add(made)
    s.flush()
    audit.write(s, now(), None, "project.edit", f"project:{made.id}", by="command")
    return made


def _free_name(s: Session, project: Project, name: str) -> str:
    if s.scalar(select(Campaign.id).where(Campaign.project_id == project.id, Campaign.name == name)) is not None:
        raise BadInput(f"the project {project.name} has a campaign {name} already")
    return name


def _script(s: Session, project: Project, name: str | None) -> int | None:
    if not name:
        return None
    mine = CallScript.project_id == project.id, CallScript.name == name
    found = s.scalar(select(CallScript.id).where(*mine))
    if found is None:
        raise BadInput(f"the project {project.name} has no script {name}")
    return found


def _caller_id(text: str) -> str:
    if text and not (text.startswith("+") and text[1:].isdecimal() and 7 <= len(text) <= 16):
        raise BadInput(f"a caller id is a number such as +74951234567, not {text!r}")
    return text


def _people(s: Session, logins: tuple[str, ...]) -> set[int]:
    found: dict[str, int] = dict(s.execute(select(User.login, User.id).where(User.login.in_(logins))).all())
    if missing := [login for login in logins if login not in found]:
        raise BadInput(f"there is nobody with the login name {missing[0]}: `dialer user add` makes them")
    return set(found.values())


def _moving(what: str, doing: str, move: Callable[[Session, int, datetime], Campaign]) -> click.Command:
    """One of the commands that move a campaign."""

    @json_option
    @click.argument("campaign_text", metavar="CAMPAIGN")
    def command(campaign_text: str, as_json: bool) -> None:
        with finding.database() as db, db.write() as s:
            campaign = finding.campaign(s, campaign_text)
            try:
                move(s, campaign.id, now())
            except Refusal as err:
                why = REFUSED.get(err.code, err.code).format(**err.detail)
                raise BadInput(f"the campaign {campaign.name} cannot be {doing}: {why}") from err
            audit.write(s, now(), None, f"campaign.{what}", f"campaign:{campaign.id}", by="command")
            told = _row(s, campaign, campaign.project.name)
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{told['name']} is {told['state']}")

    return click.command(what)(command)


for _what, _doing, _move, _help in (
    ("start", "started", running.start, "Begin to dial."),
    ("pause", "paused", running.pause, "Place no more calls; those that are up go on."),
    ("stop", "stopped", lambda s, i, at: running.stop(s, i, None, at), "Place no more calls, hang up those that are."),
):
    _command = _moving(_what, _doing, _move)
    _command.help = _help
    group.add_command(_command)


@group.command("status")
@click.argument("campaign_text", metavar="CAMPAIGN")
@json_option
def status_(campaign_text: str, as_json: bool) -> None:
    """How it stands: people, calls, outcomes, contacts; and if no call is placed, why."""
    with finding.database() as db, db.read() as s:
        campaign = finding.campaign(s, campaign_text)
        found, reasons = status(s, campaign.id, now()), standstill.reasons(s, campaign, now())
        row = _row(s, campaign, campaign.project.name)
    if as_json:
        click.echo(json.dumps({**row, **_figures(found), "standstill": [asdict(r) for r in reasons]}, default=str))
        return
    click.echo(f"{row['project']}/{row['name']}: {row['state']}, {row['mode']}")
    for reason in reasons:
        click.echo(f"  no call is placed: {reason.text}")
    for title, counts in _figures(found).items():
        told = ", ".join(f"{n} {name}" for name, n in counts.items()) if isinstance(counts, dict) else counts
        click.echo(f"  {title.replace('_', ' '):<16} {told or '-'}")


def _figures(found: Status) -> dict[str, Any]:
    people: dict[str, int] = {}
    for worker in found.workers:
        people[worker.state.value] = people.get(worker.state.value, 0) + 1
    return {
        "people": people,
        "calls_up": {state.value: n for state, n in found.up.items()},
        "contacts": {state.value: n for state, n in found.contacts.items()},
        "held_by": found.held_by,
        "left": found.left,
        "attempts_24h": found.attempts,
        "outcomes_24h": {outcome.value: n for outcome, n in found.outcomes.items()},
        "dispositions_24h": found.dispositions,
        "abandoned_24h": found.abandoned,
        "abandon_rate": round(found.abandon_rate, 4),
    }
