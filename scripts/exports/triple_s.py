"""Triple-S 2.0: the survey as XML metadata with its data as CSV, for analysts' programs.

Room: scripts/exports. May import the standard library and the table. Standard: Triple-S XML 2.0 (``format="csv"``,
``skip="1"`` for the row of headings). A multi field becomes one variable of type multiple whose 0s and 1s are one
column as a bitstring, in the order of its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from scripts.exports.columns import Column
from scripts.exports.sheets import csv_bytes
from scripts.exports.table import Table
from scripts.labels import label_in
from scripts.model import Script

_TYPES = {"single": "single", "quantity": "quantity", "text": "character", "date": "date", "moment": "character"}
_ABOUT = {
    "case": "quantity",
    "version": "quantity",
    "share": "quantity",
    "operator": "quantity",
    "attempts": "quantity",
}
MOMENT_CHARACTERS = 25
OPEN_CHARACTERS = 1_000


def export(script: Script, table: Table, language: str, data_name: str) -> tuple[bytes, bytes]:
    """(metadata XML, data CSV) of a table. ``data_name`` is the file name of the data, named in the metadata."""
    root = ET.Element("sss", version="2.0")
    survey = ET.SubElement(root, "survey")
    ET.SubElement(survey, "name").text = script.name
    ET.SubElement(survey, "title").text = script.name
    record = ET.SubElement(survey, "record", ident="A", format="csv", skip="1", href=data_name)
    groups = _groups(table)
    for number, (name, columns) in enumerate(groups, 1):
        variable = ET.SubElement(record, "variable", ident=str(number), type=_type(name, columns))
        if name == "case":
            variable.set("use", "serial")
        ET.SubElement(variable, "name").text = name
        ET.SubElement(variable, "label").text = _label(name, columns, language)
        ET.SubElement(variable, "position", start=str(number))
        _values(variable, table, name, columns, language)
    ET.indent(root)
    metadata = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return metadata, csv_bytes([name for name, _ in groups], _rows(table, groups), bom=False)


def _groups(table: Table) -> list[tuple[str, list[Column]]]:
    """The variables: columns of one multi field's options are one."""
    found: list[tuple[str, list[Column]]] = [(name, []) for name in table.about]
    for column in table.columns:
        last = found[-1][1]
        if column.role == "option" and last and last[0].role == "option" and last[0].field.id == column.field.id:
            last.append(column)
        else:
            name = column.field.id if column.role == "option" else table.name_of(column)
            found.append((name, [column]))
    return found


def _type(name: str, columns: Sequence[Column]) -> str:
    if not columns:
        return _ABOUT.get(name, "character")
    return "multiple" if columns[0].role == "option" else _TYPES[columns[0].kind]


def _label(name: str, columns: Sequence[Column], language: str) -> str:
    if not columns:
        return name
    first = columns[0]
    return label_in(first.field.labels, language, name) if first.role == "option" else first.label(language)


def _values(variable: ET.Element, table: Table, name: str, columns: Sequence[Column], language: str) -> None:
    kind = variable.get("type")
    if kind == "character":
        longest = max((len(str(value)) for value in _column(table, name)), default=0)
        usual = OPEN_CHARACTERS if columns and columns[0].kind == "text" else MOMENT_CHARACTERS
        ET.SubElement(variable, "size").text = str(max(longest, usual))
    elif kind == "multiple":
        values = ET.SubElement(variable, "values")
        for number, column in enumerate(columns, 1):
            text = column.label(language).split(": ", 1)[-1]
            ET.SubElement(values, "value", code=str(number)).text = text
    elif kind in ("single", "quantity"):
        values = ET.SubElement(variable, "values")
        if kind == "quantity":
            low, high = _range(table, name, columns)
            ET.SubElement(values, "range", {"from": low, "to": high})
        for code, labels in ((columns[0].codes or {}) if columns else {}).items():
            ET.SubElement(values, "value", code=str(code)).text = label_in(labels, language)


def _column(table: Table, name: str) -> list[Any]:
    index = table.headings.index(name)
    return [row[index] for row in table.rows if row[index] is not None]


def _range(table: Table, name: str, columns: Sequence[Column]) -> tuple[str, str]:
    seen = [value for value in _column(table, name) if not (columns and value in columns[0].missing)]
    field = columns[0].field if columns else None
    low = field.min if field and field.min is not None else min(seen, default=0)
    high = field.max if field and field.max is not None else max(seen, default=0)
    # The range says too how many decimals its values may have: as many as any of them has.
    places = max((len(_plain(value).partition(".")[2]) for value in (low, high, *seen)), default=0)
    return f"{Decimal(_plain(low)):.{places}f}", f"{Decimal(_plain(high)):.{places}f}"


def _plain(number: Any) -> str:
    """The number in digits, without an exponent."""
    return format(Decimal(str(number)), "f")


def _rows(table: Table, groups: Sequence[tuple[str, Sequence[Column]]]) -> list[list[Any]]:
    at = {name: index for index, name in enumerate(table.headings)}
    return [[_cell(table, row, at, name, columns) for name, columns in groups] for row in table.rows]


def _cell(table: Table, row: Sequence[Any], at: dict[str, int], name: str, columns: Sequence[Column]) -> Any:
    if columns and columns[0].role == "option":
        bits = [row[at[table.name_of(column)]] for column in columns]
        return None if bits[0] is None else "".join(map(str, bits))
    value = row[at[name]]
    # Dates have no separators in Triple-S: 20261231.
    return value.replace("-", "") if columns and columns[0].kind == "date" and value else value
