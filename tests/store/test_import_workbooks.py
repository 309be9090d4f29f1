"""Workbooks: XLSX, what pretends to be one, and what wants to fill the memory."""

from __future__ import annotations

import resource
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from dialer.errors import BadInput
from dialer.lists import workbook as workbooks
from dialer.lists.importing import import_file
from dialer.lists.preview import preview
from dialer.store import Database
from dialer.store.contacts import Contact
from tests.support.lists import a_campaign, contacts, encrypted, patched, report_of, workbook, zip_bomb


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        preview(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_workbook_is_read_with_its_floats_dates_and_line_breaks(lite: Database, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Выгрузка", None, None, None],
        [None, None, None, None],
        ["Телефон", "ФИО", "Дата", "Оборот"],
        [79160000001.0, "Анна", datetime(2026, 3, 4), 1.5],
        ["8 (916) 000-00-02\n8 495 000-00-02", "Борис\nИ.", datetime(2026, 3, 4, 12, 30), 3.0],
        ["нет", "Вера", None, None],
        [None, None, None, None],
        [9.16e20, "Глеб", None, None],
    ]
    path = workbook(tmp_path / "list.xlsx", rows, before="Инструкция")
    campaign_id = a_campaign(lite)
    result = import_file(lite, path, campaign_id, data=tmp_path)
    assert (result.rows, result.accepted, result.rejected) == (4, 2, 2)
    assert contacts(lite, campaign_id) == [
        ("Анна", ["+79160000001"]),
        ("Борис И.", ["+79160000002", "+74950000002"]),
    ]
    assert [row[0] for row in report_of(result, tmp_path)] == ["6", "8"]
    with lite.read() as s:
        assert [c.fields for c in s.scalars(select(Contact).order_by(Contact.id))] == [
            {"data": "2026-03-04", "oborot": "1.5"},
            {"data": "2026-03-04T12:30:00", "oborot": "3"},
        ]


def test_what_a_workbook_is_called_does_not_matter(lite: Database, tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["phone"], ["89160000001"]]).rename(tmp_path / "list.csv")
    assert import_file(lite, path, a_campaign(lite), data=tmp_path).accepted == 1
    text = tmp_path / "text.xls"
    text.write_text("phone\n89160000001\n")
    assert import_file(lite, text, a_campaign(lite, "other"), data=tmp_path).accepted == 1


def test_formulas_are_read_by_their_values_and_links_are_not_followed(lite: Database, tmp_path: Path) -> None:
    rows: list[list[object]] = [["phone", "name"], ["89160000001", '=HYPERLINK("http://192.0.2.1/","x")']]
    result = import_file(lite, workbook(tmp_path / "list.xlsx", rows), a_campaign(lite), data=tmp_path)
    assert result.accepted == 1


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    assert "password" in refusal(encrypted(tmp_path / "list.xlsx"))


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04", b"PK\x03\x04" + bytes(5000), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)]
)
def test_a_damaged_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", [["phone"], ["89160000001"]])
    path.write_bytes(path.read_bytes()[:-400])
    assert "damaged" in refusal(path)


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = zip_bomb(tmp_path / "list.xlsx")
    assert path.stat().st_size < 1_000_000
    assert "unpacks to more" in refusal(path)


def test_a_sheet_that_claims_billions_of_cells_is_refused(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", [["phone", "name"], ["89160000001", 5]])
    change = {b'<row r="2"': b'<row r="1048576"', b'r="A2"': b'r="A1048576"', b'r="B2"': b'r="XFD1048576"'}
    path = patched(plain, "xl/worksheets/sheet1.xml", change, tmp_path / "list.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "unpacks to more" in refusal(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + 100_000


def test_entities_that_laugh_a_billion_times_are_not_expanded(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", [["phone", "name"], ["89160000001", "Анна"]])
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>'.encode()
    change = {b"<sst ": head + b"<sst ", "Анна".encode(): b"&l9;"}
    path = patched(plain, "xl/sharedStrings.xml", change, tmp_path / "list.xlsx")
    try:
        shown = preview(path).rows[0][1]
    except BadInput:
        return
    assert len(shown) < 100


def test_a_workbook_without_a_row_is_refused(tmp_path: Path) -> None:
    assert "no rows" in refusal(workbook(tmp_path / "list.xlsx", []))


def test_nothing_of_a_workbook_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    preview(workbook(tmp_path / "list.xlsx", [["phone"], ["89160000001"]]))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_limits_are_those_of_the_other_process_only() -> None:
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != workbooks.MEMORY
