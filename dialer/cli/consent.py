"""``dialer consent``: who agreed to be called, and the proof of it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from dialer import clock
from dialer.cli import finding
from dialer.compliance import consents
from dialer.compliance.written_numbers import read_number
from dialer.errors import BadInput
from dialer.people import audit
from dialer.store.compliance import Consent

DEFAULT_COUNTRY = "RU"
project_option = click.option("--project", "project_text", help="For this project only; without it, for all.")
json_option = click.option("--json", "as_json", is_flag=True)


@click.group()
def group() -> None:
    """Consents to be called, with their proof."""


def _who(s: Session, number: str, project_text: str | None) -> tuple[str, int | None]:
    project = finding.project(s, project_text) if project_text else None
    return read_number(number, project.country if project else DEFAULT_COUNTRY).number, project.id if project else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"the day {text!r} cannot be read: write 2026-03-01") from None


@group.command()
@click.argument("number")
@project_option
@click.option("--on", "on_text", required=True, metavar="YYYY-MM-DD", help="The day it was given.")
@click.option("--proof", required=True, help="Where the proof is: a document's number, a recording's id, a form.")
@click.option(
    "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The document: its SHA-256 is kept."
)
@click.option("--purpose", default="", help="What was agreed to.")
@json_option
def record(
    number: str, project_text: str | None, on_text: str, proof: str, file: Path | None, purpose: str, as_json: bool
) -> None:
    """Write down that the person with NUMBER agreed."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest() if file else ""
    with finding.database() as db, db.write() as s:
        who, project_id = _who(s, number, project_text)
        row = consents.record(
            s, who, _day(on_text), proof, clock.now(), project_id=project_id, purpose=purpose, sha256=digest
        )
        audit.write(s, clock.now(), None, "consent.record", f"consent:{row.id}", by="command")
        told = _told(row)
    click.echo(json.dumps(told) if as_json else f"{who}: consent of {told['given_on']} is recorded")


@group.command()
@click.argument("number")
@project_option
@json_option
def withdraw(number: str, project_text: str | None, as_json: bool) -> None:
    """The person with NUMBER takes the consent back: it no longer counts from now on."""
    with finding.database() as db, db.write() as s:
        who, project_id = _who(s, number, project_text)
        count = consents.withdraw(s, who, clock.now(), project_id=project_id)
        audit.write(s, clock.now(), None, "consent.withdraw", f"project:{project_id or 'all'}", by="command", n=count)
    click.echo(json.dumps({"number": who, "withdrawn": count}) if as_json else f"{who}: {count} consents withdrawn")


@group.command()
@click.argument("number")
@project_option
@json_option
def show(number: str, project_text: str | None, as_json: bool) -> None:
    """Every consent recorded for NUMBER, newest first."""
    with finding.database() as db, db.read() as s:
        who, project_id = _who(s, number, project_text)
        rows = [_told(row) for row in consents.of_number(s, who) if project_id in (None, row.project_id)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = f"withdrawn {row['withdrawn_at']}" if row["withdrawn_at"] else "in force"
        click.echo(f"{row['given_on']}  {state}  {row['purpose'] or '-'}  proof: {row['proof']}")
    if not rows:
        click.echo(f"no consent is recorded for {who}")


def _told(row: Consent) -> dict[str, Any]:
    return {
        "number": row.number,
        "project": row.project_id,
        "given_on": row.given_on.isoformat(),
        "purpose": row.purpose,
        "proof": row.proof,
        "sha256": row.sha256,
        "recorded_at": row.recorded_at.isoformat(),
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
    }
