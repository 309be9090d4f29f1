"""In which time zones a contact may be."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from dialer.lists import places, zones
from dialer.lists.numbers import Numbers
from dialer.lists.reasons import RowRejected
from dialer.lists.written_zones import RUSSIAN_AT, written

RU = Numbers("RU")


def of(cell: str) -> list[str]:
    return zones.of_numbers(RU.read(cell)[0]).split("|")


def test_a_landline_says_where_it_is() -> None:
    assert of("8 846 123-45-67") == ["Europe/Samara"]
    assert of("+1 212 555 1234") == ["America/New_York"]
    assert of("+1 415 555 2671") == ["America/Los_Angeles"]


def test_a_russian_mobile_may_be_anywhere_in_russia_and_nowhere_else() -> None:
    found = of("8 916 123-45-67")
    assert {"Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka"} <= set(found)
    assert not {"Asia/Almaty", "Asia/Aqtobe", "Europe/Bucharest"} & set(found)
    assert found == sorted(found)


def test_a_mobile_of_kazakhstan_is_not_in_russia() -> None:
    assert of("+7 701 234 56 78") == ["Asia/Almaty", "Asia/Aqtobe"]


def test_a_free_number_of_the_usa_may_be_anywhere_in_the_usa() -> None:
    found = of("+1 800 555 1234")
    assert {"America/New_York", "Pacific/Honolulu"} <= set(found)
    assert not {"America/Toronto", "America/Puerto_Rico", "Pacific/Guam"} & set(found)


def test_a_mobile_says_nothing_new_beside_a_landline() -> None:
    assert of("89161234567; 8 846 123-45-67") == ["Europe/Samara"]
    assert of("8 495 123-45-67; 8 846 123-45-67") == ["Europe/Moscow", "Europe/Samara"]


@pytest.mark.parametrize(
    ("cell", "counts_from", "name"),
    [
        ("Europe/Samara", "", "Europe/Samara"),
        ("europe/samara", "", "Europe/Samara"),
        ("UTC+3", "", "Etc/GMT-3"),
        ("utc +3", "", "Etc/GMT-3"),
        ("GMT-5", "", "Etc/GMT+5"),
        ("UTC", "", "Etc/UTC"),
        ("UTC+05:30", "", "Asia/Kolkata"),
        ("МСК+2", "", "Asia/Yekaterinburg"),
        ("MSK-1", "", "Europe/Kaliningrad"),
        ("мск", "", "Europe/Moscow"),
        ("+2", "msk", "Asia/Yekaterinburg"),
        ("2", "msk", "Asia/Yekaterinburg"),
        ("+5", "utc", "Etc/GMT-5"),
        ("Eastern", "", "America/New_York"),
        ("Самара", "", "Europe/Samara"),
    ],
)
def test_a_zone_has_many_spellings(cell: str, counts_from: str, name: str) -> None:
    assert written(cell, counts_from) == {name}


@pytest.mark.parametrize("cell", ["+3", "вчера", "UTC+25", "UTC+3:17", "Europe/Narnia", "МСК+99"])
def test_a_zone_that_could_be_two_or_none_is_not_guessed(cell: str) -> None:
    with pytest.raises(RowRejected, match="zone_unreadable"):
        zones.explicit(cell, "", "")


def test_an_offset_means_the_clock_it_names() -> None:
    for hours, name in RUSSIAN_AT.items():
        (fixed,) = written(f"UTC+{hours}")
        assert zones._WINTER.replace(tzinfo=ZoneInfo(fixed)).utcoffset() == zones._offset(name)


@pytest.mark.parametrize(
    ("city", "region", "expected"),
    [
        ("Самара", "", "Europe/Samara"),
        ("г. Санкт-Петербург", "", "Europe/Moscow"),
        ("Орёл", "", "Europe/Moscow"),
        ("", "Самарская обл.", "Europe/Samara"),
        ("", "Ханты-Мансийский автономный округ — Югра", "Asia/Yekaterinburg"),
        ("Якутск", "Республика Саха (Якутия)", "Asia/Yakutsk"),
        ("", "Республика Саха (Якутия)", "Asia/Srednekolymsk|Asia/Vladivostok|Asia/Yakutsk"),
        ("Благовещенск", "", "Asia/Yakutsk|Asia/Yekaterinburg"),
        ("Благовещенск", "Башкортостан", "Asia/Yekaterinburg"),
        ("Омск", "Самарская область", "Asia/Omsk|Europe/Samara"),
        ("Неведомск", "", ""),
        ("", "Oregon", "America/Denver|America/Los_Angeles"),
    ],
)
def test_a_city_or_region_says_where_it_is(city: str, region: str, expected: str) -> None:
    assert zones.explicit("", city, region) == expected


def test_a_zone_of_its_own_beats_the_city() -> None:
    assert zones.explicit("Europe/Samara", "Омск", "") == "Europe/Samara"


def test_every_place_has_zones_that_exist() -> None:
    names = {name for found in places.table().values() for name in found}
    assert len(names) > 20
    for name in names | set(RUSSIAN_AT.values()):
        assert ZoneInfo(name).key == name
