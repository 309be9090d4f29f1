"""``dialer report project`` in the terminal, as JSON, as a workbook, and with words it cannot use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from dialer.cli.report import group
from dialer.errors import BadInput
from dialer.store import Database
from tests.support.small_campaign import desk


@pytest.fixture(autouse=True)
def _base(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))
    desk(lite, "Spring").contact("+79161234501")


def run(*words: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(group, ["project", *words], catch_exceptions=True)


def test_json_and_text_tell_the_same() -> None:
    told = json.loads(run("Spring", "--period", "week", "--json").output)
    assert told["lists"][0]["contacts"] == 1 and told["totals"]["placed"] == 0
    assert "Spring calls" in run("Spring").output


def test_a_workbook_has_a_sheet_for_each_table(tmp_path: Path) -> None:
    assert run("1", "--xlsx", str(tmp_path / "f.xlsx")).exit_code == 0
    assert CalamineWorkbook.from_path(tmp_path / "f.xlsx").sheet_names[:2] == ["totals", "people"]


@pytest.mark.parametrize(
    "words",
    [("Winter",), ("Spring", "--from", "soon"), ("Spring", "--zone", "Mars/Base"), ("Spring", "--xlsx", "/no/f.xlsx")],
)
def test_what_cannot_be_used_is_one_sentence(words: tuple[str, ...]) -> None:
    error = run(*words).exception
    assert isinstance(error, BadInput) and "\n" not in str(error)
