"""``dialer suppress``: the list of numbers that must not be dialled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from dialer import clock
from dialer.cli import finding
from dialer.compliance import suppression
from dialer.compliance.entries import EVERYWHERE
from dialer.compliance.import_list import Import, Report, import_file
from dialer.compliance.written_numbers import Entry, read_number

DEFAULT_COUNTRY = "RU"
project_option = click.option("--project", "project_text", help="For this project only; without it, everywhere.")
json_option = click.option("--json", "as_json", is_flag=True)


@click.group()
def group() -> None:
    """Numbers that must not be dialled; +7495* is a prefix."""


def _scope(s: Session, project_text: str | None) -> tuple[int, str]:
    """The scope's id, and the country by which numbers are read."""
    if project_text is None:
        return EVERYWHERE, DEFAULT_COUNTRY
    project = finding.project(s, project_text)
    return project.id, project.country


def _say(as_json: bool, values: dict[str, Any], text: str) -> None:
    click.echo(json.dumps(values, ensure_ascii=False) if as_json else text)


def _written(entry: Entry) -> str:
    return entry.number + ("*" if entry.prefix else "")


@group.command()
@click.argument("number")
@project_option
@click.option("--reason", default="", help="Why, for whoever asks later.")
@json_option
def add(number: str, project_text: str | None, reason: str, as_json: bool) -> None:
    """Stop NUMBER from now on."""
    with finding.database() as db, db.write() as s:
        scope_id, country = _scope(s, project_text)
        entry = read_number(number, country)
        added = suppression.add(
            s, entry.number, clock.now(), scope_id=scope_id, prefix=entry.prefix, reason=reason, source="operator"
        )
    text = f"{_written(entry)} {'is stopped' if added else 'was stopped already'}"
    _say(as_json, {"number": entry.number, "prefix": entry.prefix, "scope": scope_id, "added": added}, text)


@group.command()
@click.argument("number")
@project_option
@json_option
def remove(number: str, project_text: str | None, as_json: bool) -> None:
    """Take NUMBER off the list; contacts that only it stopped may be dialled again."""
    with finding.database() as db, db.write() as s:
        scope_id, country = _scope(s, project_text)
        entry = read_number(number, country)
        removed = suppression.remove(s, entry.number, clock.now(), scope_id=scope_id)
    text = f"{_written(entry)} {'is off the list' if removed else 'was not on the list'}"
    _say(as_json, {"number": entry.number, "scope": scope_id, "removed": removed}, text)


@group.command()
@click.argument("number")
@project_option
@json_option
def check(number: str, project_text: str | None, as_json: bool) -> None:
    """Say whether NUMBER is stopped (exit code 1) and by which entry."""
    with finding.database() as db, db.read() as s:
        scope_id, country = _scope(s, project_text)
        wanted = read_number(number, country).number
        found = suppression.check(s, wanted, scope_id or None)
    values = {"number": wanted, "suppressed": found is not None}
    if found:
        values |= {"entry": found.entry, "scope": found.scope_id, "reason": found.reason}
    where = "everywhere" if found and found.scope_id == EVERYWHERE else f"project {found.scope_id}" if found else ""
    text = f"{wanted} is stopped by {found.entry} ({where}): {found.reason or '-'}" if found else f"{wanted} is free"
    _say(as_json, values, text)
    if found:
        raise SystemExit(1)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@project_option
@click.option("--country", help="How numbers without a country code are read.")
@click.option("--reason", default="", help="For lines that give none.")
@json_option
def import_command(file: Path, project_text: str | None, country: str | None, reason: str, as_json: bool) -> None:
    """Stop every number of FILE: one a line, or CSV with a column number (and reason)."""
    with finding.database() as db:
        with db.read() as s:
            scope_id, home = _scope(s, project_text)
        what = Import(clock.now(), country or home, scope_id, reason)
        with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
            task = progress.add_task(file.name, total=None)
            report = import_file(db, file, what, lambda rows: progress.update(task, completed=rows))
    _say(as_json, vars(report), _told(report))


def _told(report: Report) -> str:
    lines = [f"line {line}: {why}" for line, _, why in report.refused[:20]]
    total = (
        f"{report.rows} lines: {report.added} added, {report.known} known already, {report.rejected} rejected;"
        f" {report.contacts} waiting contacts will not be dialled"
    )
    return "\n".join([*lines, total])
