"""``dialer appointments``: what is booked, and which times are free, from the command line."""

from __future__ import annotations

import json

import click
from sqlalchemy import select

from dialer.cli import finding
from dialer.clock import now
from dialer.desk.appointments import lists, slots
from dialer.rules.words import AppointmentState
from dialer.store.projects import Campaign

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def group() -> None:
    """Appointments: list what is booked, look for free times."""


@group.command("list")
@click.option("--project", required=True, help="Name or id.")
@click.option("--state", type=click.Choice([state.value for state in AppointmentState]), help="Only of this state.")
@json_option
def list_(project: str, state: str | None, as_json: bool) -> None:
    """Appointments of a project: of the last two weeks and all to come, soonest first."""
    with finding.database() as db, db.read() as s:
        ours = select(Campaign.id).where(Campaign.project_id == finding.project(s, project).id)
        found = [line for line in lists.of_campaigns(s, ours, now()) if state in (None, line.row.state.value)]
    rows = [
        {
            "id": line.row.id, "state": line.row.state.value, "starts_at": line.row.starts_at.isoformat(),
            "ends_at": line.row.ends_at.isoformat(), "closer_id": line.row.closer_id, "closer": line.closer,
            "contact_id": line.row.contact_id, "campaign_id": line.row.campaign_id, "sequence": line.row.sequence,
        }
        for line in found
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for line in found:
        row = line.row
        click.echo(f"#{row.id}  {row.starts_at:%Y-%m-%d %H:%M}Z  {row.state.value:<10} {line.closer}  {line.company}")
    if not found:
        click.echo("no appointments")


@group.command("slots")
@click.option("--campaign", required=True, help="Name, project/name or id.")
@click.option("--limit", default=slots.SHOWN, show_default=True, type=click.IntRange(1, 200))
@json_option
def free(campaign: str, limit: int, as_json: bool) -> None:
    """Free times of a campaign's closers, soonest first."""
    with finding.database() as db, db.read() as s:
        found = slots.free(s, finding.campaign(s, campaign), now(), limit)
    rows = [
        {"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat(), "closer_id": one.closer_id,
         "closer": one.closer}
        for one in found
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.starts_at:%Y-%m-%d %H:%M}Z  {one.closer}")
    if not found:
        click.echo("no free times")
