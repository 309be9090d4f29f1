"""Importing suppression lists: formats, bad lines, scopes, contacts that follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialer.compliance import suppression
from dialer.compliance.import_list import BATCH, Import, import_file
from dialer.compliance.written_numbers import Entry, read_number
from dialer.errors import BadInput
from dialer.rules.words import ContactState
from dialer.store import Database
from tests.conftest import NOON
from tests.support.small_campaign import desk

ONE = "+79161234567"


def file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def reason_of(db: Database, number: str, project_id: int | None = None) -> str | None:
    with db.read() as s:
        found = suppression.check(s, number, project_id)
        return found.reason if found else None


def test_one_number_a_line(db: Database, tmp_path: Path) -> None:
    path = file(tmp_path, f"{ONE}\n\n8 (495) 123-45-67\nhello\n+7926*\n{ONE}\n")
    report = import_file(db, path, Import(NOON, reason="spring list"))
    assert (report.rows, report.added, report.known, report.rejected) == (5, 3, 1, 1)
    assert [(line, text) for line, text, _ in report.refused] == [(4, "hello")]
    assert "cannot be read as a phone number" in report.refused[0][2]
    assert reason_of(db, "+74951234567") == "spring list"
    assert reason_of(db, "+79260000000") == "spring list"
    assert reason_of(db, "+79270000000") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_with_a_heading(lite: Database, tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["Имя", "Телефон", "Причина"], ["Пётр", "89161234567", "просил"], ["Анна", "8-926-000-00-01", ""]]
    path = file(tmp_path, "\r\n".join(delimiter.join(row) for row in rows), encoding)
    report = import_file(lite, path, Import(NOON, reason="file"))
    assert (report.rows, report.added, report.rejected) == (2, 2, 0)
    assert (reason_of(lite, ONE), reason_of(lite, "+79260000001")) == ("просил", "file")


def test_a_stray_quotation_mark_swallows_no_other_line(lite: Database, tmp_path: Path) -> None:
    path = file(tmp_path, 'number,reason\n+79160000001,"he said\n+79160000002,x\n+79160000003,"a, b"\n')
    report = import_file(lite, path, Import(NOON))
    assert (report.rows, report.added) == (3, 3)
    assert reason_of(lite, "+79160000003") == "a, b"


def test_contacts_of_the_list_are_not_dialled_any_more(db: Database, tmp_path: Path) -> None:
    here, there = desk(db, "Spring"), desk(db, "Autumn")
    mine, free, theirs = here.contact(ONE), here.contact("+79270000000"), there.contact(ONE)
    prefixed = here.contact("+79260000000")
    path = file(tmp_path, f"{ONE}\n+7926*\n")
    report = import_file(db, path, Import(NOON, scope_id=here.project_id))
    assert report.contacts == 2
    assert here.state(mine) is here.state(prefixed) is ContactState.SUPPRESSED
    assert here.state(free) is there.state(theirs) is ContactState.READY


def test_the_same_file_again_changes_nothing(db: Database, tmp_path: Path) -> None:
    path = file(tmp_path, "".join(f"+7916{n:07d}\n" for n in range(BATCH + 500)))
    heard: list[int] = []
    first = import_file(db, path, Import(NOON), heard.append)
    again = import_file(db, path, Import(NOON))
    assert (first.added, first.known) == (BATCH + 500, 0)
    assert (again.added, again.known) == (0, BATCH + 500)
    assert heard == [BATCH, BATCH + 500]


def test_a_file_that_is_not_there_is_one_sentence(lite: Database, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.csv cannot be read"):
        import_file(lite, tmp_path / "none.csv", Import(NOON))


@pytest.mark.parametrize(
    ("text", "country", "entry"),
    [
        ("+79161234567", "RU", Entry("+79161234567")),
        ("8 (916) 123-45-67", "RU", Entry("+79161234567")),
        ("7 916 123 45 67", "RU", Entry("+79161234567")),
        ("9161234567", "RU", Entry("+79161234567")),
        ("79161234567.0", "RU", Entry("+79161234567")),
        ("+44 20 7946 0000", "RU", Entry("+442079460000")),
        ("020 7946 0000", "GB", Entry("+442079460000")),
        ("(212) 555-0100", "US", Entry("+12125550100")),
        ("1 212 555 0100", "US", Entry("+12125550100")),
        ("+7495*", "RU", Entry("+7495", True)),
        ("+44 20*", "RU", Entry("+4420", True)),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, country: str, entry: Entry) -> None:
    assert read_number(text, country) == entry


@pytest.mark.parametrize("text", ["", "hello", "123", "+7*", "*", "+7916123456789012", "call me", "+7 916 &123", "²³"])
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadInput):
        read_number(text)
