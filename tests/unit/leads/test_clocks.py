"""By when a lead must be taken: hot by the wall clock, the others in working hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.leads import clocks, terms

HOURS = terms.read("open", {}).hours
MOSCOW = timedelta(hours=3)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026: the 4th is a Wednesday, the 6th a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - MOSCOW


@pytest.mark.parametrize(
    ("heat", "taken", "since", "due"),
    [
        ("hot", False, moscow(4, 12), moscow(4, 12, 5)),
        ("hot", False, moscow(7, 23), moscow(7, 23, 5)),
        ("hot", True, moscow(4, 12), moscow(4, 12, 30)),
        ("warm", False, moscow(4, 12), moscow(4, 13)),
        ("warm", False, moscow(4, 7), moscow(4, 10)),
        ("warm", False, moscow(4, 17, 30), moscow(5, 9, 30)),
        ("warm", False, moscow(6, 17, 30), moscow(9, 9, 30)),
        ("warm", False, moscow(7, 12), moscow(9, 10)),
        ("warm", False, moscow(4, 17), moscow(4, 18)),
        ("warm", True, moscow(4, 16), moscow(5, 11)),
        ("cold", False, moscow(4, 12), moscow(5, 11)),
    ],
)
def test_due(heat: str, taken: bool, since: datetime, due: datetime) -> None:
    assert clocks.due(heat, since, HOURS, taken) == due


def test_a_span_over_the_change_of_clocks_counts_working_time() -> None:
    berlin = terms.read("open", {"hours": {"zone": "Europe/Berlin", "days": [1, 2, 3, 4, 5, 6, 7]}}).hours
    since = datetime(2026, 3, 28, 16, 30, tzinfo=UTC)  # Saturday 17:30 there, summer time begins in the night
    assert clocks.due("warm", since, berlin) == datetime(2026, 3, 29, 7, 30, tzinfo=UTC)
