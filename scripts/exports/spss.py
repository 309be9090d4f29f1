"""SPSS system files (.sav), with labels and missing values.

Room: scripts/exports. May import pyreadstat, if it is installed: it is an extra (``pip install 'warmline[spss]'``),
because it brings a data-frame library that nothing else needs.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from scripts.errors import ScriptError
from scripts.exports.columns import Column
from scripts.exports.table import Table
from scripts.labels import label_in
from scripts.model import Script

MISSING = "SPSS files need an extra package: pip install 'warmline[spss]'; CSV, XLSX and Triple-S need nothing"
_MEASURES = {"single": "nominal", "logical": "nominal", "quantity": "scale", "text": "nominal"}
_NUMBERS = ("single", "logical", "quantity")
_ABOUT_NUMBERS = ("case", "version", "share", "operator", "attempts")


def sav_bytes(script: Script, table: Table, language: str) -> bytes:
    """The table as a .sav file. Raises ScriptError, with the sentence MISSING, where pyreadstat is not installed."""
    try:
        import pandas
        import pyreadstat
    except ImportError:
        raise ScriptError(MISSING, code="no-spss") from None
    frame = pandas.DataFrame(list(table.rows), columns=table.headings)
    for name in frame.columns:
        frame[name] = pandas.to_numeric(frame[name]) if _is_number(table, name) else frame[name].fillna("").astype(str)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sav"
        pyreadstat.write_sav(frame, str(path), file_label=script.name[:60], **_words(table, language))
        return path.read_bytes()


def _column_of(table: Table, name: str) -> Column | None:
    return next((column for column in table.columns if table.name_of(column) == name), None)


def _is_number(table: Table, name: str) -> bool:
    column = _column_of(table, name)
    return column.kind in _NUMBERS if column else name in _ABOUT_NUMBERS


def _words(table: Table, language: str) -> dict[str, Any]:
    """Labels of columns and of values, codes that are no answer, and what kind of measure each column is."""
    by_name = {table.name_of(column): column for column in table.columns}
    labels = {name: column.label(language)[:255] for name, column in by_name.items()}
    return {
        "column_labels": [labels.get(name, name) for name in table.headings],
        "variable_value_labels": {
            name: {code: label_in(texts, language) for code, texts in column.codes.items()}
            for name, column in by_name.items()
            if column.codes
        },
        "missing_ranges": {name: list(column.missing) for name, column in by_name.items() if column.missing},
        "variable_measure": {name: _MEASURES.get(column.kind, "nominal") for name, column in by_name.items()},
    }
