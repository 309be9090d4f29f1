"""``dialer report project``: people, load, conversion, plan and lists of a project over a period.

A door: may import ``dialer``, ``scripts`` and click.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from dialer import clock
from dialer.cli import finding
from dialer.errors import BadInput
from dialer.leads import terms
from dialer.reports import period as periods
from dialer.reports.project import project_figures
from dialer.reports.tables import Table, as_data, tables
from scripts.exports.sheets import xlsx_bytes


@click.command("project")
@click.argument("name")
@click.option("--period", type=click.Choice(tuple(periods.NAMED)), default="today", show_default=True)
@click.option("--from", "first", default="", help="First day, as 2026-03-01; wins over --period.")
@click.option("--to", "last", default="", help="Last day.")
@click.option("--zone", default="", help="Whose days; the zone of the project's working hours without it.")
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help="Write a workbook, a sheet a table.")
@click.option("--json", "as_json", is_flag=True, help="Plain data for programs.")
def project(name: str, period: str, first: str, last: str, zone: str, xlsx: Path | None, as_json: bool) -> None:
    """Figures of the project NAME (or its id) over a period."""
    with finding.database() as db, db.read() as s:
        row, now = finding.project(s, name), clock.now()
        where = _zone(zone) if zone else terms.of(row).hours.zone
        found = tables(project_figures(s, row, periods.asked(period, first, last, now, where), now))
    if xlsx is not None:
        _write(xlsx, found)
    elif as_json:
        click.echo(json.dumps(as_data(found), ensure_ascii=False))
    else:
        for title, (headings, rows) in found.items():
            _print(title, headings, rows)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"there is no time zone {name!r}; write one as Europe/Moscow") from None


def _write(path: Path, found: dict[str, Table]) -> None:
    try:
        path.write_bytes(xlsx_bytes(found))
    except OSError as err:
        raise BadInput(f"{path} cannot be written: {err.strerror}") from err
    click.echo(f"written: {path}")


def _print(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for the eye: columns as wide as what stands in them."""
    lines = [[str("–" if value is None else value) for value in row] for row in [headings, *rows]]
    widths = [max(len(line[n]) for line in lines) for n in range(len(headings))]
    click.echo(f"{title}")
    for line in lines:
        click.echo("  " + "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
