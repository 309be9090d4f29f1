"""``dialer script load``: files become drafts; publishing needs a clean text; nobody's work is written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from dialer import settings
from dialer.cli.script import group
from dialer.errors import BadInput
from dialer.store import Database
from dialer.store.people import Audit, User
from dialer.store.projects import Project
from dialer.store.scripts import CallScript, ScriptVersion
from scripts.library import path_of
from tests.conftest import NOON

FILE = str(path_of("appointment"))
TEXT = Path(FILE).read_text(encoding="utf-8")


@pytest.fixture
def here(lite: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    settings.load.cache_clear()
    with lite.write() as s:
        s.add(Project(name="Mill", client="Mill", created_at=NOON))
        s.add(User(login="olga", name="Olga", password_hash="", created_at=NOON))
    return lite


def run(*words: str) -> Result:
    result = CliRunner().invoke(group, ["load", "--project", "Mill", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def script(db: Database) -> CallScript:
    with db.read() as s:
        return s.scalars(select(CallScript)).one()


def test_a_file_becomes_a_draft_under_its_own_name_and_again_changes_nothing(here: Database) -> None:
    first = json.loads(run(FILE, "--json").stdout)[0]
    assert (first["name"], first["made"], first["version"], first["errors"]) == ("library/appointment", True, None, 0)
    assert script(here).draft == TEXT and script(here).published_id is None
    again = json.loads(run(FILE, "--json").stdout)[0]
    assert (again["made"], again["changed"]) == (False, False) and script(here).revision == 0


def test_publishing_names_who_and_the_same_text_is_no_new_version(here: Database) -> None:
    for _ in range(2):
        assert run(FILE, "--publish", "--note", "first", "--by", "olga").exit_code == 0
    with here.read() as s:
        version = s.scalars(select(ScriptVersion)).one()
        assert (version.number, version.note, s.get_one(User, version.published_by).login) == (1, "first", "olga")
        assert "script.publish" in s.scalars(select(Audit.action)).all()


def test_an_error_of_lint_keeps_the_draft_and_forbids_publishing(here: Database, tmp_path: Path) -> None:
    run(FILE, "--publish")
    bad = tmp_path / "bad.call"
    bad.write_text(TEXT.replace("-> END:dnc", "-> nowhere", 1), encoding="utf-8")
    result = run(str(bad), "--publish")
    assert result.exit_code == 2 and f"{bad}:" in result.stderr and "forbid publishing" in result.stderr
    assert "nowhere" in script(here).draft
    with here.read() as s:
        assert s.scalars(select(ScriptVersion)).one().text == TEXT


def test_a_draft_that_is_not_published_is_written_over_only_if_asked(here: Database, tmp_path: Path) -> None:
    run(FILE, "--publish")
    with here.write() as s:
        s.scalars(select(CallScript)).one().draft = TEXT + "# somebody's work\n"
    other = tmp_path / "other.call"
    other.write_text(TEXT + "# mine\n", encoding="utf-8")
    with pytest.raises(BadInput, match="not published"):
        run(str(other))
    assert "somebody's work" in script(here).draft
    run(str(other), "--replace-draft")
    assert script(here).draft.endswith("# mine\n")


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(here: Database) -> None:
    assert "draft made, published as version 1" in run(FILE, "--publish", "--dry-run").stdout
    with here.read() as s:
        assert s.scalars(select(CallScript)).all() == [] == s.scalars(select(Audit)).all()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["/nowhere.call"], "cannot be read"), ([FILE, FILE, "--name", "x"], "one file"),
        ([FILE, "--by", "nobody"], "nobody with the login"), ([FILE, "--project", "None"], "no project"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence_and_changes_nothing(here: Database, words: list[str], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        run(*words)
    with here.read() as s:
        assert s.scalars(select(CallScript)).all() == []
