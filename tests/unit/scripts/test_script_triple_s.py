"""Triple-S 2.0, read back by the standard's own rules: each field's place, size and range against its data."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from scripts import parse_text
from scripts.exports import triple_s
from scripts.exports.table import ABOUT, Case, tabulate

SCRIPT = parse_text(
    """---
script: survey/all
kind: survey
languages: [ru, en]
start: a
fields:
  one: {type: single, label: Один / One, dk: 98, ref: 99, options: {1: да / yes, 5: нет / no, 97: [иное / other, open]}}
  many: {type: multi, label: Много / Many, dk: 98, options: {1: а / a, 7: б / b, 97: [иное / other, open]}}
  mark: {type: scale, label: Оценка / Mark, min: 0, max: 10, dk: 98}
  count: {type: number, label: Сколько / Count, min: 0, dk: 998}
  free: {type: number, label: Число / Number, dk: -1}
  sum: {type: money, label: Сумма / Sum, min: 0, max: 1000000, ref: -2}
  day: {type: date, label: День / Day}
  at: {type: datetime, label: Когда / When}
  words: {type: text, label: Слова / Words}
  yes: {type: bool, label: Так ли / Is it so, dk: 8}
---
=== a
ru> Да
en> Yes
-> END:complete
"""
)
STATES = [{"state": "dk"}, None, {"state": "ref"}]
ANSWERS = [
    {
        "one": {"value": 97, "open": "свой, \"особый\"\nвариант"}, "many": {"value": [1, 97], "open": "x"},
        "mark": {"value": 10}, "count": {"value": 998}, "free": {"value": -3.75}, "sum": {"value": 1234.5},
        "day": {"value": "2026-12-31"}, "at": {"value": "2026-12-31T10:00:00+04:00"}, "words": {"value": "я" * 1500},
        "yes": {"value": False},
    },
    {name: {"state": "dk"} for name in ("one", "many", "mark", "count", "free", "yes")},
    {"one": {"state": "ref"}, "sum": {"state": "ref"}, "free": {"value": 12}},
    {},
]  # fmt: skip
ABOUT_CASE = {
    "version": 1, "outcome": "complete", "aapor": "1.1", "share": 0.8333333333333334, "operator": 3,
    "started_at": "2026-03-05T10:00:00+00:00", "ended_at": "2026-03-05T10:09:00+00:00", "language": "ru", "attempts": 2,
}  # fmt: skip
TYPES = ("single", "multiple", "quantity", "character", "logical", "date", "time")
ORDER = ("name", "label", "position", "filter", "size", "values")


class Variable:
    """One variable as the metadata describes it; :meth:`read` takes a cell or says which rule it breaks."""

    def __init__(self, element: ET.Element) -> None:
        self.name, self.type = element.findtext("name", ""), element.get("type", "")
        self.start = int(element.find("position").get("start"))
        self.size = int(element.findtext("size", "0"))
        found = element.find("values")
        self.codes = [] if found is None else [value.get("code", "") for value in found.iter("value")]
        span = None if found is None else found.find("range")
        self.low, self.high = (span.get("from"), span.get("to")) if span is not None else ("", "")
        order = [ORDER.index(child.tag) for child in element]
        assert self.type in TYPES and order == sorted(order) and re.fullmatch(r"[A-Za-z_][\w.]*", self.name), self.name
        assert len(set(self.codes)) == len(self.codes)

    def read(self, cell: str) -> object:
        """The value; None for an empty cell. Raises AssertionError."""
        return getattr(self, f"_{self.type}")(cell) if cell else None

    def _single(self, cell: str) -> str:
        assert cell in self.codes and cell.isdecimal(), (self.name, cell)
        return cell

    def _multiple(self, cell: str) -> list[str]:
        # A bitstring has a place for every code from 1 to the highest.
        assert len(cell) == max(map(int, self.codes)) and set(cell) <= {"0", "1"}, (self.name, cell)
        return [code for code in self.codes if cell[int(code) - 1] == "1"]

    def _quantity(self, cell: str) -> float:
        if cell in self.codes:
            return float(cell)
        places = max(len(end.partition(".")[2]) for end in (self.low, self.high))
        assert float(self.low) <= float(cell) <= float(self.high), (self.name, cell, self.low, self.high)
        assert len(cell.partition(".")[2]) <= places, (self.name, cell, self.low, self.high)
        return float(cell)

    def _character(self, cell: str) -> str:
        assert len(cell) <= self.size, (self.name, len(cell), self.size)
        return cell

    def _date(self, cell: str) -> date:
        assert re.fullmatch(r"\d{8}", cell), (self.name, cell)
        return date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))


def read_back(metadata: bytes, data: bytes) -> list[dict[str, object]]:
    """Every row by variable."""
    root = ET.fromstring(metadata)
    record = root.find("survey/record")
    assert root.get("version") == "2.0" and record is not None and record.get("format") == "csv"
    variables = [Variable(element) for element in record.iter("variable")]
    idents = [element.get("ident") for element in record.iter("variable")]
    assert len(set(idents)) == len(idents) == len({v.name.lower() for v in variables})
    assert [v.start for v in variables] == list(range(1, len(variables) + 1))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))[int(record.get("skip", "0")) :]
    assert all(len(row) == len(variables) for row in rows)
    return [{v.name: v.read(row[v.start - 1]) for v in variables} for row in rows]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    cases = [Case(ABOUT_CASE | {"case": n}, answers) for n, answers in enumerate(ANSWERS, 1)]
    return read_back(*triple_s.export(SCRIPT, tabulate(SCRIPT, cases), "en", "all.csv"))


def test_every_value_keeps_to_what_the_metadata_says_of_it(rows: list[dict[str, object]]) -> None:
    assert len(rows) == len(ANSWERS) and set(ABOUT) <= rows[0].keys()


def test_every_answer_comes_back(rows: list[dict[str, object]]) -> None:
    first = rows[0]
    assert (first["one"], first["mark"], first["sum"], first["free"]) == ("97", 10.0, 1234.5, -3.75)
    assert first["day"] == date(2026, 12, 31) and len(str(first["words"])) == 1500 and first["yes"] == "0"
    assert len(first["many"]) == 2 and first["count"] == 998.0


def test_not_asked_don_t_know_and_refused_stay_three_things(rows: list[dict[str, object]]) -> None:
    assert [row["one"] for row in rows] == ["97", "98", "99", None]
    assert rows[1]["many"] != [] and rows[3]["many"] is None
    assert rows[0]["count_state"] == "0" and rows[1]["count_state"] == "1" and rows[3]["count_state"] is None
