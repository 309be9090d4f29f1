"""How the lab's Asterisk is fetched: in order, once, and never taken half-built. Nothing is downloaded here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialer.lab import LabUnavailable, image
from dialer.lab.behaviours import TABLE

Steps = list[list[str]]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Steps:
    """A machine on which every step of the building is only written down."""
    done: Steps = []
    root = tmp_path / "asterisk"

    def run(command: list[str], log: Path, *, must: bool = True) -> None:
        assert not (root / image.STAMP).exists(), "the stamp must come last"
        done.append(command)
        if command[0] == "debootstrap":
            for folder in ("etc", "usr/sbin", "var/cache/apt/archives", "usr/lib/x/asterisk/modules"):
                (root / folder).mkdir(parents=True)

    def record(folder: Path, speaker: Any) -> None:
        done.append(["voices"])

    monkeypatch.setenv("DIALER_LAB_ROOT", str(root))
    monkeypatch.setattr(image, "_run", run)
    monkeypatch.setattr(image.voices, "record", record)
    monkeypatch.setattr(image.voices, "complete", lambda folder: True)
    monkeypatch.setattr(image, "_why_not_build", lambda: "")
    monkeypatch.setattr(image.os, "geteuid", lambda: 0)
    return done


def test_it_is_built_once_and_then_reused(steps: Steps) -> None:
    found = image.obtain(lambda line: None)
    assert [s[0] for s in steps if s[0] != "apt-get"] == ["debootstrap", "chroot", "voices"]
    assert found.command("-V")[:1] == ["chroot"] and found.modules == "/usr/lib/x/asterisk/modules"
    hosts = (image.cache_folder() / "etc/hosts").read_text()
    assert "A.ROOT-SERVERS.NET" in hosts and "localhost" in hosts
    steps.clear()
    image.obtain(lambda line: None)
    assert steps == []


def test_a_kept_root_is_given_the_voices_it_lacks(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    image.obtain(lambda line: None)
    steps.clear()
    monkeypatch.setattr(image.voices, "complete", lambda folder: False)
    image.obtain(lambda line: None)
    assert steps == [["voices"]]


def test_a_half_built_root_is_built_anew(steps: Steps) -> None:
    leftover = image.cache_folder() / "usr/bin/half"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("")
    (image.cache_folder() / image.BUILDING).touch()
    image.obtain(lambda line: None)
    assert [s[0] for s in steps if s[0] == "debootstrap"] == ["debootstrap"] and not leftover.exists()


def test_a_folder_with_other_files_is_left_alone(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image.shutil, "which", lambda name, **_: None)
    precious = image.cache_folder() / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("")
    with pytest.raises(LabUnavailable, match="holds something else"):
        image.obtain(lambda line: None)
    assert precious.exists() and steps == []


def test_an_older_kind_of_root_is_built_anew(steps: Steps) -> None:
    image.obtain(lambda line: None)
    (image.cache_folder() / image.STAMP).write_text("0\n")
    image.obtain(lambda line: None)
    assert len([s for s in steps if s[0] == "debootstrap"]) == 2


def test_debootstrap_is_installed_where_it_is_missing(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image.shutil, "which", lambda *_, **__: None)
    image.obtain(lambda line: None)
    assert [s[1] for s in steps[:2]] == ["update", "install"] and steps[1][-1] == "debootstrap"


def test_a_step_that_fails_names_itself_and_leaves_no_stamp(tmp_path: Path) -> None:
    with pytest.raises(LabUnavailable, match="failed at false"):
        image._run(["false"], tmp_path / "log")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sources.list", "deb http://mirror.example.org/debian bookworm main\n"),
        ("sources.list.d/debian.sources", "Types: deb\nURIs: http://mirror.example.org/debian\nSuites: bookworm\n"),
    ],
)
def test_the_mirror_is_the_one_the_machine_uses(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d/other.list").write_text("deb http://example.org/node nodistro main\n")
    (tmp_path / name).write_text("# deb http://old.example.org/debian x main\n" + text)
    assert image._mirror(tmp_path) == "http://mirror.example.org/debian"


def test_the_page_on_the_lab_lists_every_behaviour() -> None:
    page = (Path(__file__).parents[2] / "docs" / "lab.md").read_text(encoding="utf-8")
    for b in TABLE:
        code = f" {b.sip_code} " if b.sip_code else " "
        assert f"| {b.first:02d}-{b.last:02d} | {b.name} | {b.what} |{code}|" in page
