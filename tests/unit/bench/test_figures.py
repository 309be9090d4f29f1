"""The arithmetic behind the measures; nothing here is timed."""

from __future__ import annotations

from dialer.bench.figures import percentile, spread, table
from dialer.bench.lateness import lateness_ms


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.5) == 51 and percentile(values, 0.99) == 100
    assert percentile([], 0.99) == 0


def test_a_spread_names_how_many_and_the_worst() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"n": 3, "p50": 2.0, "p95": 3.0, "p99": 3.0, "max": 3.0}


def test_calls_on_their_schedule_are_not_late() -> None:
    assert max(lateness_ms([n / 25 for n in range(100)], 25.0)) < 0.001


def test_a_stall_that_is_caught_up_still_counts_as_late() -> None:
    sent = [n / 10 for n in range(100)]
    for n in range(50, 55):
        sent[n] = 5.5  # half a second of silence, then all at once
    late = lateness_ms(sent, 10.0)
    assert round(max(late)) == 500 and round(late[-1]) == 0


def test_a_rate_that_is_not_reached_makes_every_call_later() -> None:
    late = lateness_ms([n / 20 for n in range(100)], 25.0)
    assert late == sorted(late) and late[-1] > 900


def test_a_table_keeps_its_columns_under_each_other() -> None:
    lines = table([("name", "n"), ("long name", 7)])
    assert lines[0].index("n", 5) == lines[1].index("7")
