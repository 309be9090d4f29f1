"""Columns of an export: not asked, don't know and refused never look like an answer that somebody gave."""

from __future__ import annotations

from typing import Any

import pytest

from scripts import parse_text
from scripts.exports.columns import columns_of

TEXT = """---
script: x
kind: survey
languages: [en]
start: a
fields:
  f: {type: %s, dk: %s, ref: %s%s}
---
=== a
en> How many?
? f
-> END:complete
"""


def cells(kind: str, dk: int, ref: int, rest: str, answer: dict[str, Any] | None) -> dict[str, Any]:
    script = parse_text(TEXT % (kind, dk, ref, rest))
    return {column.name: column.value(answer) for column in columns_of(script)}


@pytest.mark.parametrize(
    ("kind", "dk", "ref", "rest"),
    [
        ("scale", 98, 99, ""),
        ("number", -1, -2, ", min: 0"),
        ("number", 98, 99, ", max: 20"),
        ("money", -8, -9, ""),
    ],
)
def test_codes_that_no_answer_can_have_stand_among_the_values(kind: str, dk: int, ref: int, rest: str) -> None:
    assert cells(kind, dk, ref, rest, {"state": "dk"}) == {"f": dk}
    assert cells(kind, dk, ref, rest, {"state": "ref"}) == {"f": ref}
    assert cells(kind, dk, ref, rest, None) == {"f": None}


@pytest.mark.parametrize(
    ("kind", "dk", "ref", "rest"),
    [("number", 98, 99, ""), ("number", -1, 5000, ", min: 0"), ("money", 98, 99, ""), ("number", -1, -2, "")],
)
def test_codes_that_might_be_answers_stand_in_a_column_of_their_own(kind: str, dk: int, ref: int, rest: str) -> None:
    assert cells(kind, dk, ref, rest, {"value": dk}) == {"f": dk, "f_state": 0}
    assert cells(kind, dk, ref, rest, {"state": "dk"}) == {"f": None, "f_state": 1}
    assert cells(kind, dk, ref, rest, {"state": "ref"}) == {"f": None, "f_state": 2}
    assert cells(kind, dk, ref, rest, None) == {"f": None, "f_state": None}
