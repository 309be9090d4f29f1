"""A script on paper has no Jinja left, and names what only a call knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from script_fixtures import SHAPE

from scripts import parse_file
from scripts.library import names, path_of
from scripts.paper import on_paper


def test_what_only_a_call_knows_is_named() -> None:
    lines = on_paper(SHAPE, "en", {"client": "Ledger & Co"}, "Anna")
    assert [line.text for line in lines["door"]] == ["Good afternoon, Anna, Ledger & Co. Is ‹person› there?"]
    assert [line.variant for line in lines["today"]] == ["a", "b"]
    assert lines["hello"][0].verbatim


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_jinja_and_no_gap_is_left_on_paper(name: str, language: str) -> None:
    script = parse_file(Path(path_of(name)))
    for lines in on_paper(script, language).values():
        for line in lines:
            assert line.text and not {"{", "}", "…"} & set(line.text), line.text
