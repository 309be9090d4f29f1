"""Sheets as lists of texts, from and to XLSX.

Room: scripts/xlsform. May import python-calamine and XlsxWriter.
"""

from __future__ import annotations

import io
from typing import Any

import python_calamine

from scripts.errors import ScriptError
from scripts.exports.sheets import xlsx_bytes
from scripts.told import told

Sheet = list[list[str]]
MAX_ROWS, MAX_COLUMNS = 2_000, 100
"""More is no questionnaire that anybody answers on the telephone."""
MAX_BYTES = 5 * 1024 * 1024


def from_xlsx(content: bytes, name: str = "") -> dict[str, Sheet]:
    """The sheets of a workbook by name (in small letters), cells as text. Raises ScriptError."""
    if len(content) > MAX_BYTES:
        raise ScriptError(told("The workbook is too large"), file=name, expected=told("at most 5 MB"), code="too-large")
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {title.strip().lower(): book.get_sheet_by_name(title) for title in book.sheet_names}
        if any(sheet.height > MAX_ROWS or sheet.width > MAX_COLUMNS for sheet in sheets.values()):
            raise ScriptError(
                told("The workbook is too large"),
                file=name,
                expected=told("at most %(most)s rows a sheet", most=MAX_ROWS),
            )
        return {title: [[_text(cell) for cell in row] for row in sheet.to_python()] for title, sheet in sheets.items()}
    except ScriptError:
        raise
    # The reader's own faults have no common parent, and a Rust panic is only a BaseException.
    except BaseException as fault:
        if isinstance(fault, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise ScriptError(
            told("This is not a workbook that can be read"), file=name, expected="XLSX", code="unreadable"
        ) from (None)


def to_xlsx(sheets: dict[str, Sheet]) -> bytes:
    """A workbook of these sheets, the first row of each its headings."""
    return xlsx_bytes({name: (rows[0], rows[1:]) for name, rows in sheets.items()})


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell).strip()
