"""``dialer contacts``: import a list, show a contact; ``why`` (a module of its own) says why one is not dialled.

A door: may import ``dialer`` and click, rich.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import settings
from dialer.cli import finding, why
from dialer.errors import BadInput
from dialer.lists import ranges
from dialer.lists.fields import script_fields
from dialer.lists.importing import ImportResult, import_file
from dialer.lists.numbers import Numbers
from dialer.lists.reasons import LANGUAGES, RowRejected
from dialer.lists.running import Progress
from dialer.lists.writing import Counts
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.projects import Campaign


@click.group("contacts")
def group() -> None:
    """Contact lists: import a file, look at a contact."""


group.add_command(why.command)


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--campaign", "campaign_text", required=True, help="Its name, project/name or id.")
@click.option(
    "--map", "mapped", multiple=True, metavar="FIELD=COLUMN", help="What a column is; COLUMN by heading or #3."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--priority", type=click.IntRange(-1000, 1000), default=0, help="For rows without one of their own.")
@click.option("--country", help="Where numbers without a country code belong; the project's country if not given.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the report.")
@click.option("--json", "as_json", is_flag=True, help="rows, accepted, merged, rejected, …")
def import_command(
    file: Path,
    campaign_text: str,
    mapped: tuple[str, ...],
    dry_run: bool,
    priority: int,
    country: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Import the contacts in FILE (CSV, XLSX, XLS, ODS).

    Columns are recognised by their Russian or English headings. --map phone=Контакт --map name=#2 says what a column
    is; several columns may be phone. Any other name keeps the column for scripts: --map stock=Склад is contact.stock.
    """
    mapping = _mapping(mapped)
    with finding.database() as db:
        with db.read() as s:
            campaign_id = finding.campaign(s, campaign_text).id
        with _progress_bar(not as_json and sys.stderr.isatty()) as progress:
            result = import_file(
                db,
                file,
                campaign_id,
                mapping,
                priority=priority,
                country=country,
                dry_run=dry_run,
                progress=progress,
                language=language,
            )
    click.echo(json.dumps(result.as_dict(), ensure_ascii=False) if as_json else _told(result))


def _mapping(mapped: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in mapped:
        field, equals, column = one.partition("=")
        if not (field.strip() and equals and column.strip()):
            raise BadInput(f"--map wants FIELD=COLUMN, not {one!r}; for example --map phone=Контакт")
        found.setdefault(field.strip(), []).append(column.strip())
    return found


@group.command("def-codes")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def def_codes(file: Path, as_json: bool) -> None:
    """Import the regulator's table of Russian mobile ranges (АВС/DEF;От;До;…;Регион): they settle time zones."""
    with finding.database() as db, db.write() as s:
        done = ranges.import_file(s, file)
    if as_json:
        click.echo(json.dumps(vars(done), ensure_ascii=False))
        return
    for region in done.regions:
        click.echo(f"no time zone is known for: {region}")
    click.echo(f"{done.ranges} ranges are known now, {done.unknown} lines left out")


@contextmanager
def _progress_bar(shown: bool) -> Iterator[Progress | None]:
    """A bar on standard error, or None where nobody is looking."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=1.0, counts="")

        def step(share: float, counts: Counts) -> None:
            said = (
                f"{counts.rows:,} rows: {counts.accepted:,} new, {counts.merged:,} known, {counts.rejected:,} rejected"
            )
            bar.update(task, completed=share, counts=said)

        yield step


def _told(result: ImportResult) -> str:
    counts = (
        f"{result.rows} rows: {result.accepted} accepted, {result.merged} merged into contacts that were there,"
        f" {result.rejected} rejected"
    )
    if result.repeated:
        counts = f"This file was imported into the campaign before; nothing was changed. {counts}"
    if result.dry_run:
        counts = f"Dry run, nothing was changed. {counts}"
    where = settings.load().data / result.report
    return f"{counts}\nRejected rows and notes: {where}" if result.report else counts


@group.command("show")
@click.argument("number")
@click.option("--campaign", "campaign_text", required=True, help="Its name, project/name or id.")
@click.option("--json", "as_json", is_flag=True)
def show(number: str, campaign_text: str, as_json: bool) -> None:
    """Show the contact that has NUMBER: its state, numbers and fields."""
    with finding.database() as db, db.read() as s:
        contact = _contact(s, finding.campaign(s, campaign_text), number)
        told = _described(s, contact)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for name, value in told.items():
        shown = ", ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:<12} {', '.join(map(str, value)) if isinstance(value, list) else shown}")


def _contact(s: Session, campaign: Campaign, text: str) -> Contact:
    try:
        found, _ = Numbers(campaign.project.country).read(text)
    except RowRejected as err:
        raise BadInput(f"{text!r} is not a telephone number") from err
    wanted = [n.e164 for n in found]
    mine = ContactNumber.campaign_id == campaign.id, ContactNumber.number.in_(wanted)
    contact = s.scalars(select(Contact).join(ContactNumber).where(*mine)).first()
    if contact is None:
        raise BadInput(f"the campaign has no contact with the number {text}")
    return contact


def _described(s: Session, contact: Contact) -> dict[str, Any]:
    zones = s.get_one(ZoneSet, contact.zone_set_id).names
    return {
        "id": contact.id,
        "state": contact.state.value,
        "priority": contact.priority,
        "due_at": contact.due_at,
        "tries": contact.tries,
        "disposition": contact.disposition,
        "zones": zones.split("|"),
        "numbers": [n.number + (f" ext {n.extension}" if n.extension else "") for n in contact.numbers],
        "fields": script_fields(contact),
    }
