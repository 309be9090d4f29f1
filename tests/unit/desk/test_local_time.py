"""The callee's clock, also where nobody can be sure of the zone."""

from __future__ import annotations

from dialer.desk import local_time
from tests.conftest import NOON


def test_one_zone_is_one_clock() -> None:
    there = local_time.at_callee("Europe/Samara", NOON)
    assert there.sure
    assert f"{there.early:%H:%M}" == "13:00"


def test_several_zones_are_a_range_from_west_to_east() -> None:
    there = local_time.at_callee("Asia/Omsk|Europe/Moscow", NOON)
    assert not there.sure
    assert there.zones == ("Europe/Moscow", "Asia/Omsk")
    assert (f"{there.early:%H:%M}", f"{there.late:%H:%M}") == ("12:00", "15:00")


def test_zones_that_do_not_exist_are_left_out() -> None:
    assert local_time.zones("Mars/Olympus|Europe/Moscow|../../etc") == ("Europe/Moscow",)
    assert local_time.zones("") == ("UTC",)


def test_quick_times_are_mid_morning_over_there_in_the_westernmost_zone() -> None:
    times = dict(local_time.quick_times("Asia/Omsk|Europe/Moscow", NOON))
    assert times["tomorrow"].isoformat() == "2026-03-05T07:00:00+00:00"
    assert times["in_3d"].isoformat() == "2026-03-07T07:00:00+00:00"
    assert times["in_1h"].isoformat() == "2026-03-04T10:00:00+00:00"
