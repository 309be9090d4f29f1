"""A table of Russian DEF codes settles where a mobile number is; without it, every zone of the country counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from dialer import settings
from dialer.cli.contacts import group
from dialer.errors import BadInput
from dialer.lists import ranges, zones
from dialer.lists.dialling_plan import Number
from dialer.lists.importing import import_file
from dialer.store import Database
from dialer.store.contacts import Contact, ZoneSet
from tests.support.small_campaign import desk

TABLE = """АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН
913;0000000;0009999;10000;ПАО "Оператор";Новосибирская обл.;;1
913;0010000;0019999;10000;ПАО "Оператор";Республика Тыва;;1
913;0020000;0029999;10000;ПАО "Оператор";Российская Федерация;;1
"""


@pytest.fixture(autouse=True)
def _no_table() -> Iterator[None]:
    ranges._table = ranges.Table([])
    yield
    ranges._table = ranges.Table([])


def mobile(text: str) -> Number:
    return Number(text, "", "RU", False)


def test_a_range_narrows_a_mobile_down(db: Database, tmp_path: Path) -> None:
    assert "Europe/Moscow" in zones.of_number(mobile("+79130000001"))
    path = tmp_path / "DEF-9xx.csv"
    path.write_bytes(TABLE.encode("cp1251"))
    with db.write() as s:
        done = ranges.import_file(s, path)
    assert (done.ranges, done.unknown, done.regions) == (2, 1, ("Российская Федерация",))
    assert zones.of_number(mobile("+79130000001")) == "Asia/Novosibirsk"
    assert zones.of_number(mobile("+79130009999")) == "Asia/Novosibirsk"
    assert zones.of_number(mobile("+79130010000")) == "Asia/Krasnoyarsk"
    assert "Europe/Moscow" in zones.of_number(mobile("+79130020000"))
    assert zones.of_number(Number("+74950000001", "", "RU", True)) == "Europe/Moscow"


def test_a_newer_table_replaces_its_codes_and_no_others(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(TABLE, encoding="utf-8")
    with db.write() as s:
        ranges.import_file(s, path)
        path.write_text("DEF;От;До;Регион\n914;0000000;0009999;Приморский край\n", encoding="utf-8")
        ranges.import_file(s, path)
        path.write_text("DEF;От;До;Регион\n913;0000000;0009999;Омская область\n", encoding="utf-8")
        ranges.import_file(s, path)
    assert zones.of_number(mobile("+79130000001")) == "Asia/Omsk"
    assert zones.of_number(mobile("+79140000001")) == "Asia/Vladivostok"
    assert "Europe/Moscow" in zones.of_number(mobile("+79130010000"))


def test_an_import_of_contacts_uses_the_table_and_a_city_still_comes_first(db: Database, tmp_path: Path) -> None:
    here = desk(db)
    codes, contacts = tmp_path / "codes.csv", tmp_path / "list.csv"
    codes.write_text(TABLE, encoding="utf-8")
    with db.write() as s:
        ranges.import_file(s, codes)
    ranges._table = ranges.Table([])  # another process
    contacts.write_text("phone;city\n+79130000001;\n+79130000002;Самара\n", encoding="utf-8")
    import_file(db, contacts, here.campaign_id, data=tmp_path)
    with db.read() as s:
        found = {c.numbers[0].number: s.get_one(ZoneSet, c.zone_set_id).names for c in s.query(Contact)}
    assert found == {"+79130000001": "Asia/Novosibirsk", "+79130000002": "Europe/Samara"}


@pytest.mark.parametrize(
    "text", ["", "a;b\n1;2\n", "DEF;От;До;Регион\n913;x;1;Омская область\n", "DEF;От;До;Регион\n91;1;2;Омск\n"]
)
def test_what_is_no_table_is_told(db: Database, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    with db.write() as s, pytest.raises(BadInput, match=r"no table of codes|no range of numbers"):
        ranges.import_file(s, path)
    with db.write() as s, pytest.raises(BadInput, match="cannot be read"):
        ranges.import_file(s, tmp_path / "nothing.csv")


def test_the_command(lite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))
    settings.load.cache_clear()
    path = tmp_path / "codes.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = CliRunner().invoke(group, ["def-codes", str(path), "--json"])
    assert json.loads(done.stdout)["ranges"] == 2
    assert "2 ranges are known now" in CliRunner().invoke(group, ["def-codes", str(path)]).stdout
