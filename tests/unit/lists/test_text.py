"""Cleaning cells and naming columns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.lists.headings import counts_from, meaning
from dialer.lists.text import clean, field_name, words


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("  Пётр\r\nИванов ", "Пётр Иванов"),
        ("a\x00b\x07", "ab"),
        ("\u202edlrow\u2066", "dlrow"),
        ("зеро\u200bширина", "зероширина"),
        ("a\u00a0 b", "a b"),
        ("\ud800x", "x"),
        ("'=cmd", "=cmd"),
        ("'цитата'", "'цитата'"),
        ("<script>${SHELL(id)}{{7*7}}", "<script>${SHELL(id)}{{7*7}}"),
    ],
)
def test_a_cell_becomes_one_line_of_visible_text(cell: str, shown: str) -> None:
    assert clean(cell) == shown


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing_and_leaves_no_control_character(cell: str) -> None:
    once = clean(cell)
    assert once.isprintable() and "  " not in once and once == once.strip()
    assert clean(once) == once or once.startswith("'")


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Кол-во складов", "kol_vo_skladov"),
        ("Объём, м³", "obem_m"),
        ("2024 год", "c_2024_god"),
        ("№", ""),
        ("Щёлочь", "scheloch"),
    ],
)
def test_a_heading_becomes_a_name_that_scripts_can_read(heading: str, name: str) -> None:
    assert field_name(heading) == name


@given(st.text(max_size=120))
def test_every_field_name_has_the_shape_that_scripts_ask_for(heading: str) -> None:
    name = field_name(heading)
    assert name == "" or re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name)


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        ("phone", "Телефон|Моб. тел.|Мобильный телефон 2|Phone|phone_number|Work phone|ТЕЛЕФОН (раб.)|Номер телефона"),
        ("name", "ФИО|Ф.И.О.|Контактное лицо|Full name|Клиент|ЛПР|Фамилия Имя Отчество"),
        ("company", "Компания|Организация|Наименование организации|Company name|Юр. лицо"),
        ("email", "E-mail|Email|Эл. почта|Почта|Email address"),
        ("city", "Город|City|Населённый пункт"),
        ("region", "Регион|Область|Субъект РФ|State"),
        ("zone", "Часовой пояс|Time zone|timezone|UTC|UTC+N|МСК|Разница с Москвой"),
        ("priority", "Приоритет|Priority"),
        ("", "Оборот|Тип телефона|Phone type|Дата телефонного звонка|Комментарий по складу|Код"),
    ],
)  # fmt: skip
def test_headings_are_known_in_both_languages(field: str, headings: str) -> None:
    assert {h: meaning(h) for h in headings.split("|")} == dict.fromkeys(headings.split("|"), field)


def test_a_zone_heading_may_say_from_where_its_hours_count() -> None:
    assert [counts_from(h) for h in ("Разница с Москвой", "UTC+N", "Часовой пояс (МСК)", "Часовой пояс")] == [
        "msk",
        "utc",
        "msk",
        "",
    ]


def test_words_compares_headings() -> None:
    assert words("  Моб.-Тел. №2 ") == "моб тел 2"
