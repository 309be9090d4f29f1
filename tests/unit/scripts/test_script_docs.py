"""The language's page shows every construct, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import parse_text, words
from scripts.bant import PRESETS
from scripts.calltest import run_text
from scripts.filters import FILTERS, TESTS
from scripts.head import KEYS
from scripts.head_fields import BY_TYPE, COMMON
from scripts.lint import ERRORS, WARNINGS, lint

PAGE = (Path(__file__).parents[3] / "docs" / "call-language.md").read_text(encoding="utf-8")


def blocks(start: str) -> list[str]:
    return [block for block in re.findall(r"```\w*\n(.*?)```", PAGE, re.DOTALL) if start in block]


def test_the_whole_script_of_the_page_is_clean_and_its_test_passes() -> None:
    script = parse_text(blocks("script: docs/bakery")[0])
    assert lint(script) == []
    (result,) = run_text(script, blocks("=== An owner with an old oven")[0])
    assert result.fault == ""


@pytest.mark.parametrize(
    "word",
    sorted(
        {
            *ERRORS, *WARNINGS, *words.OUTCOMES, *words.FIELD_TYPES, *words.KINDS, *words.DISCLOSURES, *PRESETS, *KEYS,
            *COMMON, *(key for keys in BY_TYPE.values() for key in keys), *FILTERS, *TESTS,
            *(f"@{flag}" for flag in words.FLAGS), *words.PLAIN_NAMES,
            "open", "exclusive", "skip", "title>", "note>", "visits(",
        }
    ),
)  # fmt: skip
def test_the_page_names(word: str) -> None:
    assert re.search(rf"(?<![a-z_-]){re.escape(word)}(?![a-z_-])", PAGE)


def test_the_page_names_nothing_that_does_not_exist() -> None:
    tables = re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \|", PAGE, re.MULTILINE)
    assert tables and set(tables) <= ERRORS.keys() | WARNINGS.keys()
