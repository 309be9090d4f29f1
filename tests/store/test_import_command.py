"""``dialer contacts`` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dialer import settings
from dialer.bench import imports as bench
from dialer.cli import main
from dialer.cli.bench import group as bench_group
from dialer.cli.contacts import group
from dialer.errors import BadInput
from dialer.store import Database
from tests.support.lists import a_campaign, contacts


@pytest.fixture
def here(lite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DIALER_DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("DIALER_DATA", str(tmp_path / "data"))
    settings.load.cache_clear()
    yield tmp_path
    settings.load.cache_clear()


def run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), catch_exceptions=False)


def saved(folder: Path, text: str) -> str:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_import_says_what_became_of_the_rows(lite: Database, here: Path) -> None:
    a_campaign(lite)
    path = saved(here, "phone,name\n89160000001,Анна\n12,Борис\n")
    done = run("import", path, "--campaign", "spring")
    assert done.exit_code == 0
    assert "2 rows: 1 accepted, 0 merged" in done.output and str(here / "data" / "reports") in done.output
    again = run("import", path, "--campaign", "spring")
    assert "nothing was changed" in again.output and "0 accepted, 1 merged" in again.output


def test_import_as_json_counts_every_row(lite: Database, here: Path) -> None:
    campaign_id = a_campaign(lite)
    path = saved(here, "Кто,Куда,Склад\nАнна,89160000001,да\n")
    words = ("--map", "phone=Куда", "--map", "name=#1", "--map", "stock=Склад", "--priority", "7", "--json")
    told = json.loads(run("import", path, "--campaign", str(campaign_id), *words).output)
    assert {k: told[k] for k in ("rows", "accepted", "merged", "rejected")} == {
        "rows": 1, "accepted": 1, "merged": 0, "rejected": 0,
    }  # fmt: skip
    shown = json.loads(run("show", "8 916 000-00-01", "--campaign", "spring", "--json").output)
    assert shown["priority"] == 7 and shown["fields"]["person"] == "Анна" and shown["fields"]["stock"] == "да"


def test_a_dry_run_imports_nothing(lite: Database, here: Path) -> None:
    campaign_id = a_campaign(lite)
    done = run("import", saved(here, "phone\n89160000001\n"), "--campaign", "spring", "--dry-run")
    assert "Dry run" in done.output and "1 accepted" in done.output
    assert contacts(lite, campaign_id) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "absent.csv", "--campaign", "spring"), "cannot be read"),
        (("import", "LIST", "--campaign", "autumn"), "no campaign autumn"),
        (("import", "LIST", "--campaign", "spring", "--map", "phone"), "FIELD=COLUMN"),
        (("import", "LIST", "--campaign", "spring", "--map", "phone=Nope"), "no column 'Nope'"),
        (("import", "LIST", "--campaign", "spring", "--country", "ZZ"), "no country"),
        (("show", "12", "--campaign", "spring"), "not a telephone number"),
        (("show", "89169999999", "--campaign", "spring"), "no contact"),
    ],
)
def test_a_mistake_is_one_sentence(lite: Database, here: Path, words: tuple[str, ...], sentence: str) -> None:
    a_campaign(lite)
    path = saved(here, "phone\n89160000001\n")
    with pytest.raises(BadInput, match=sentence) as caught:
        run(*(path if word == "LIST" else word for word in words))
    assert "\n" not in str(caught.value)


def test_a_mistake_ends_with_exit_code_2_and_no_traceback(
    lite: Database, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["dialer", "contacts", "import", "absent.csv", "--campaign", "spring"])
    a_campaign(lite)
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2 and told.err.count("\n") == 1 and told.out == ""


def test_the_bench_imports_its_own_list_and_compares(tmp_path: Path) -> None:
    done = CliRunner().invoke(bench_group, ["import", "--rows", "300", "--json"], catch_exceptions=False)
    figures = json.loads(done.output)
    assert [leg["what"] for leg in figures["legs"]] == ["bare", "import", "bare"]
    counts = figures["legs"][1]["counts"]
    assert counts["rows"] == 300 == counts["accepted"] + counts["merged"] + counts["rejected"]
    assert counts["merged"] > 0 and counts["rejected"] > 0 and figures["ratio"] > 0 and figures["peak_mb"] > 10


def test_the_list_of_the_bench_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        bench.make_list(tmp_path / name, 200)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
