"""The file that says what became of the rows that were not simply taken: line, reason, and the row itself.

It can be put right and imported again: its own columns are skipped and formula guards come off. It opens safely in
any spreadsheet (OWASP ASVS 5.0, 1.2.10: cells that begin like a formula get an apostrophe). Standard library only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from dialer.lists.reasons import sentence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
OWN_COLUMNS = ("import_line", "import_outcome", "import_reason")


class Report:
    """Written beside the final name and moved there by :meth:`finish`; a report without a row is not kept.

    ``language`` is en or ru. Readable by its owner only: it holds what people typed.
    """

    def __init__(self, path: Path, headings: Sequence[str], language: str) -> None:
        self.path, self._language, self._rows = path, language, 0
        self._part = path.with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._part.touch(mode=0o600)
        self._part.chmod(0o600)
        self._file: TextIO = self._part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*OWN_COLUMNS, *map(safe, headings)])

    def rejected(self, line: int, code: str, detail: str, cells: Iterable[str]) -> None:
        """A row that was not imported."""
        self._put(line, "rejected", sentence(code, detail, self._language), cells)

    def noted(self, line: int, notes: Iterable[tuple[str, str]], cells: Iterable[str]) -> None:
        """A row that was imported with something left out or cut."""
        self._put(line, "note", "; ".join(sentence(*note, self._language) for note in notes), cells)

    def _put(self, line: int, outcome: str, reason: str, cells: Iterable[str]) -> None:
        self._rows += 1
        self._writer.writerow([line, outcome, reason, *(safe(cell.replace("\u2028", " ")) for cell in cells)])

    def flush(self) -> None:
        """Hand what was written to the system, before the batch it belongs to is committed."""
        self._file.flush()

    def finish(self) -> Path | None:
        """Give the report its name. None if there was nothing to report."""
        self._file.close()
        if not self._rows:
            self._part.unlink()
            return None
        return self._part.replace(self.path)

    def abandon(self) -> None:
        """Close the file of an import that did not end."""
        self._file.close()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    cell = cell.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return "'" + cell if cell.startswith(FORMULA) else cell
