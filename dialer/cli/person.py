"""``dialer person``: all that is kept of one person, given out or erased."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import click
from sqlalchemy.orm import Session

from dialer import clock, settings
from dialer.cli import finding
from dialer.compliance import person as persons
from dialer.compliance.entries import EVERYWHERE
from dialer.compliance.written_numbers import read_number
from dialer.errors import BadInput
from dialer.people import audit

DEFAULT_COUNTRY = "RU"
project_option = click.option("--project", "project_text", help="In this project only; without it, in all.")


@click.group()
def group() -> None:
    """A person's data: export and erasure."""


def _find(s: Session, number: str, project_text: str | None) -> tuple[persons.Person, int]:
    project = finding.project(s, project_text) if project_text else None
    wanted = read_number(number, project.country if project else DEFAULT_COUNTRY).number
    return persons.find(s, wanted, project.id if project else None), project.id if project else EVERYWHERE


@group.command()
@click.argument("number")
@project_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A ZIP file: person.json and recordings.")
@click.option("--json", "_as_json", is_flag=True, help="The default: everything as JSON.")
def export(number: str, project_text: str | None, out: Path | None, _as_json: bool) -> None:
    """Everything kept of the person with NUMBER."""
    with finding.database() as db, db.write() as s:
        found, scope = _find(s, number, project_text)
        text = json.dumps(persons.export(s, found), ensure_ascii=False, indent=1)
        sounds = persons.files(settings.load(), s, found)
        audit.write(s, clock.now(), None, "person.export", f"project:{scope or 'all'}", by="command")
    if out is None:
        click.echo(text)
        return
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("person.json", text)
            for path in sounds:
                packed.write(path, f"recordings/{path.name}")
    except OSError as err:
        raise BadInput(f"{out} cannot be written: {err.strerror}") from err
    click.echo(f"{out}: person.json and {len(sounds)} recordings", err=True)


@group.command()
@click.argument("number")
@project_option
@click.option("--yes", is_flag=True, help="Do not ask: there is no way back.")
@click.option("--despite-rules", is_flag=True, help="Also where the rules of a campaign keep its call details.")
@click.option("--json", "as_json", is_flag=True)
def erase(number: str, project_text: str | None, yes: bool, despite_rules: bool, as_json: bool) -> None:
    """Erase the person with NUMBER; the number is never dialled again, and only its keyed hash is left."""
    if not yes:
        click.confirm("Names, answers, notes and recordings go for good. Erase?", abort=True, err=True)
    with finding.database() as db, db.write() as s:
        found, scope = _find(s, number, project_text)
        done = persons.erase(s, found, clock.now(), scope, despite_rules=despite_rules)
        audit.write(
            s, clock.now(), None, "person.erase", f"project:{scope or 'all'}",
            by="command", contacts=done.contacts, despite_rules=despite_rules,
        )  # fmt: skip
        removed = persons.remove_files(s, settings.load(), done)
    values = {"contacts": done.contacts, "attempts": done.attempts, "numbers": done.numbers, "recordings": removed}
    told = f"erased: {done.contacts} contacts, {removed} recordings; {done.attempts} attempts are left without a number"
    click.echo(json.dumps(values) if as_json else told)
