"""CSV and XLSX of tables and codebooks.

Room: scripts/exports. May import XlsxWriter. A text that a spreadsheet would take for a formula is written with an
apostrophe before it (CSV injection, CWE-1236): what a client said must not run on the analyst's machine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for another encoding."""


def safe(value: Any) -> Any:
    """The value as it may stand in CSV: None is empty, a text that looks like a formula is marked as text."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]], bom: bool = True) -> bytes:
    """A CSV file: commas, CR LF, UTF-8 (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe(heading) for heading in headings])
    writer.writerows([safe(value) for value in row] for row in rows)
    return ((BOM if bom else "") + out.getvalue()).encode()


def xlsx_bytes(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook: {sheet: (headings, rows)}. Texts stay texts, whatever they look like."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        for name, (headings, rows) in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            widths = [len(str(heading)) for heading in headings]
            sheet.write_row(0, 0, headings, bold)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
                        widths[column] = max(widths[column], min(60, len(str(value))))
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width + 2)
    return out.getvalue()
