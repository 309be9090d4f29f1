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
from dialer.compliance import named_lists, suppression
from dialer.compliance.entries import EVERYWHERE
from dialer.compliance.import_list import Import, Report, import_file
from dialer.compliance.written_numbers import Entry, read_number
from dialer.errors import BadInput

DEFAULT_COUNTRY = "RU"
project_option = click.option("--project", "project_text", help="For this project only.")
client_option = click.option(
    "--client", "client_text", help="For every project of this client; without both, everywhere."
)
json_option = click.option("--json", "as_json", is_flag=True)


@click.group()
def group() -> None:
    """Numbers that must not be dialled; +7495* is a prefix."""


def _scope(s: Session, project_text: str | None, client_text: str | None) -> tuple[int, str]:
    """The scope's id, and the country by which numbers are read. Raises BadInput."""
    if project_text is not None and client_text is not None:
        raise BadInput("say either --project or --client")
    if client_text is not None:
        return suppression.client_scope(s, client_text), DEFAULT_COUNTRY
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
@client_option
@click.option("--reason", default="", help="Why, for whoever asks later.")
@json_option
def add(number: str, project_text: str | None, client_text: str | None, reason: str, as_json: bool) -> None:
    """Stop NUMBER from now on."""
    with finding.database() as db, db.write() as s:
        scope_id, country = _scope(s, project_text, client_text)
        entry = read_number(number, country)
        added = suppression.add(
            s, entry.number, clock.now(), scope_id=scope_id, prefix=entry.prefix, reason=reason, source="operator"
        )
    text = f"{_written(entry)} {'is stopped' if added else 'was stopped already'}"
    _say(as_json, {"number": entry.number, "prefix": entry.prefix, "scope": scope_id, "added": added}, text)


@group.command()
@click.argument("number")
@project_option
@client_option
@json_option
def remove(number: str, project_text: str | None, client_text: str | None, as_json: bool) -> None:
    """Take NUMBER off the list; contacts that only it stopped may be dialled again."""
    with finding.database() as db, db.write() as s:
        scope_id, country = _scope(s, project_text, client_text)
        entry = read_number(number, country)
        removed = suppression.remove(s, entry.number, clock.now(), scope_id=scope_id)
    text = f"{_written(entry)} {'is off the list' if removed else 'was not on the list'}"
    _say(as_json, {"number": entry.number, "scope": scope_id, "removed": removed}, text)


@group.command()
@click.argument("number")
@project_option
@client_option
@json_option
def check(number: str, project_text: str | None, client_text: str | None, as_json: bool) -> None:
    """Say whether NUMBER is stopped (exit code 1) and by which entry."""
    with finding.database() as db, db.read() as s:
        scope_id, country = _scope(s, project_text, client_text)
        wanted = read_number(number, country).number
        found = suppression.check_scope(s, wanted, scope_id)
        where = suppression.scope_name(s, found.scope_id) if found else ""
    values = {"number": wanted, "suppressed": found is not None}
    if found:
        values |= {"entry": found.entry, "scope": found.scope_id, "reason": found.reason}
    text = f"{wanted} is stopped by {found.entry} ({where}): {found.reason or '-'}" if found else f"{wanted} is free"
    _say(as_json, values, text)
    if found:
        raise SystemExit(1)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@project_option
@client_option
@click.option("--country", help="How numbers without a country code are read.")
@click.option("--reason", default="", help="For lines that give none.")
@click.option("--list", "list_name", help="The named list this is a whole copy of: us_dnc, tps_ctps, …")
@click.option("--as-of", "as_of_text", metavar="YYYY-MM-DD", help="With --list: the day the copy was drawn.")
@json_option
def import_command(
    file: Path,
    project_text: str | None,
    client_text: str | None,
    country: str | None,
    reason: str,
    list_name: str | None,
    as_of_text: str | None,
    as_json: bool,
) -> None:
    """Stop every number of FILE: one a line, or CSV with a column number (and reason)."""
    copy = named_lists.read(list_name, as_of_text, clock.now())
    with finding.database() as db:
        with db.write() as s:
            scope_id, home = _scope(s, project_text, client_text)
        what = Import(clock.now(), country or home, scope_id, reason)
        with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
            task = progress.add_task(file.name, total=None)
            report = import_file(db, file, what, lambda rows: progress.update(task, completed=rows))
        if copy:
            with db.write() as s:
                named_lists.note(s, copy, scope_id, file, report.rows, clock.now())
    _say(as_json, vars(report), _told(report))


def _told(report: Report) -> str:
    lines = [f"line {line}: {why}" for line, _, why in report.refused[:20]]
    total = (
        f"{report.rows} lines: {report.added} added, {report.known} known already, {report.rejected} rejected;"
        f" {report.contacts} waiting contacts will not be dialled"
    )
    return "\n".join([*lines, total])


@group.command("lists")
@json_option
def lists(as_json: bool) -> None:
    """The named lists that were imported: the newest copy of each and its age."""
    with finding.database() as db, db.read() as s:
        rows = named_lists.newest(s, clock.now())
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['list']:<12} {row['where']}: of {row['as_of']}, {row['age_d']} days old, {row['rows']} lines")
    if not rows:
        click.echo("no named list was imported; dialer suppress import FILE --list us_dnc --as-of 2026-03-01")
