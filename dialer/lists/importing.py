"""The whole import: a file into a campaign. The command line and the browser's import page both call it.

Reads a batch of rows, writes it in one transaction together with the list's counts, tells the pages, goes on. The same
file with the same choices is known again by its fingerprint (``ledger``): a finished import is not done twice, and one
that was interrupted goes on behind the last batch that was committed, with true counts in the end.
May import ``dialer.store`` and ``dialer.settings``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dialer import settings
from dialer.errors import BadInput
from dialer.lists import ledger, ranges
from dialer.lists.layout import Mapping_
from dialer.lists.numbers import Numbers
from dialer.lists.reasons import LANGUAGES
from dialer.lists.report import Report
from dialer.lists.rows import Rows
from dialer.lists.running import Progress, run
from dialer.lists.table import Table, open_table
from dialer.lists.trial import Trial
from dialer.lists.writing import Writer
from dialer.store.database import Database


@dataclass(frozen=True)
class ImportResult:
    """``report`` is the file of rejected rows below the data folder, ``""`` if there is none. ``repeated``: this very
    file had been imported before and nothing was done. ``list_id`` is 0 after a dry run.
    """

    list_id: int
    rows: int
    accepted: int
    merged: int
    rejected: int
    report: str = ""
    repeated: bool = False
    dry_run: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


@dataclass(frozen=True)
class Choices:
    """What the person chose beside the file; ``country`` is where numbers without a country code belong."""

    mapping: Mapping_ | None
    priority: int
    country: str


def import_file(
    db: Database,
    path: str | Path,
    campaign_id: int,
    mapping: Mapping_ | None = None,
    *,
    priority: int = 0,
    country: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    user_id: int | None = None,
    name: str | None = None,
    language: str = "en",
    data: Path | None = None,
) -> ImportResult:
    """Import a list of contacts (CSV, XLSX, XLS, ODS) into a campaign.

    ``mapping``: field -> heading (``{"phone": ["Tel", "#4"]}``); ``country``: ISO letters, the project's if None;
    ``name``: the list's name if the file's own says nothing; ``language`` of the report, en or ru; ``data``: the data
    folder, the setting's if None. Raises BadInput with one sentence if the file or a choice cannot be used.
    """
    path = Path(path)
    if language not in LANGUAGES:
        raise BadInput(f"there is no language {language!r}; take en or ru")
    project_id, home = ledger.campaign(db, campaign_id)
    with db.read() as s:
        ranges.read(s)
    choices = Choices(mapping, priority, (country or home).upper())
    numbers = Numbers(choices.country)
    folder = data or settings.load().data
    with open_table(path, mapping, choices.country) as table:
        rows = Rows(table.layout, numbers, priority)
        if dry_run:
            report = _report(folder, f"dry-run-{table.source.sha256[:12]}", table, language)
            counts = run(table, rows, Trial(db, campaign_id), report, 0, progress)
            return ImportResult(0, **asdict(counts), report=_below(folder, report.finish()), dry_run=True)
        entry = ledger.begin(db, campaign_id, name or path.name, table, choices, home, user_id)
        if entry.finished:
            merged = entry.rows - entry.rejected
            return ImportResult(entry.id, entry.rows, 0, merged, entry.rejected, entry.report, repeated=True)
        report = _report(folder, f"import-{entry.id}", table, language)
        sink = Writer(db, campaign_id, project_id, entry.id)
        counts = run(table, rows, sink, report, entry.rows, progress, entry.counts)
    made = _below(folder, report.finish())
    ledger.finish(db, entry.id, made)
    return ImportResult(entry.id, **asdict(counts), report=made)


def _report(folder: Path, name: str, table: Table, language: str) -> Report:
    headings = [column.heading for column in table.layout.columns]
    return Report(folder / "reports" / f"{name}.csv", headings, language)


def _below(folder: Path, path: Path | None) -> str:
    return path.relative_to(folder).as_posix() if path else ""
