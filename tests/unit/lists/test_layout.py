"""Which column is what."""

from __future__ import annotations

import pytest

from dialer.errors import BadInput
from dialer.lists.layout import Layout, find


def fields(layout: Layout) -> list[str]:
    return [c.field for c in layout.columns]


def test_headings_give_the_fields_and_the_rest_keep_a_name() -> None:
    found = find(
        [["№", "ФИО", "Телефон", "Тел. 2", "Город", "Кол-во складов"], ["1", "Анна", "", "", "", ""]], None, "RU"
    )
    assert fields(found) == ["skip", "name", "phone", "phone", "city", "kol_vo_skladov"]
    assert found.further == ((4, "city"), (5, "kol_vo_skladov"))


def test_three_columns_make_a_name_and_one_alone_is_the_name() -> None:
    assert fields(find([["Фамилия", "Имя", "Отчество", "Телефон"]], None, "RU"))[:3] == [
        "last_name",
        "first_name",
        "middle_name",
    ]
    assert fields(find([["Имя", "Телефон"]], None, "RU")) == ["name", "phone"]


def test_headings_may_stand_below_a_title() -> None:
    found = find(
        [["Отчёт", "", ""], ["", "март", ""], ["ФИО", "Телефон", "x"], ["Анна", "89160000001", ""]], None, "RU"
    )
    assert found.heading_row == 2


def test_a_file_without_headings_is_known_by_its_numbers() -> None:
    found = find([["Анна", "89160000001"], ["Борис", "89160000002"]], None, "RU")
    assert found.heading_row == -1 and fields(found) == ["column_1", "phone"]


def test_what_the_person_says_beats_what_the_heading_says() -> None:
    found = find([["Телефон", "Контакт", "Склад"]], {"phone": "Контакт", "stock": "#3"}, "RU")
    assert fields(found) == ["phone_2", "phone", "stock"]
    assert found.of("phone") == (1,)


def test_several_columns_may_be_phones() -> None:
    found = find([["A", "B", "C"]], {"phone": ["A", "C"]}, "RU")
    assert found.of("phone") == (0, 2)


def test_names_are_never_given_twice() -> None:
    names = fields(find([["Телефон", "Цвет", "Цвет", "Person", "Person", "ФИО", "person"]], None, "RU"))
    others = [n for n in names if n != "phone"]
    assert len(set(others)) == len(others)


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"phone": "Нет такого"}, "no column 'Нет такого'"),
        ({"phone": "#9"}, "no column '#9'"),
        ({"Мой склад": "ФИО", "phone": "Цвет"}, "not a field name"),
        (None, "no column of telephone numbers"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_in_one_sentence(mapping: dict[str, str] | None, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        find([["ФИО", "Цвет"], ["Анна", "синий"]], mapping, "RU")


def test_five_thousand_columns_are_refused() -> None:
    with pytest.raises(BadInput, match="5001 columns"):
        find([["phone", *(f"c{n}" for n in range(5000))]], None, "RU")
