"""``bench outcome``, ``claim-churn``, ``fresh``, ``soak`` and ``growth``: they run, and count what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from dialer.bench import claim_churn, fresh, fresh_hopper, growth, outcome, outcome_leg, soak, wrapping_up
from dialer.bench.rounds import around, ratio, slope, take_turns
from dialer.bench.virtual_day import day
from dialer.rules.words import AttemptState, ContactState, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt, AttemptMove
from dialer.store.contacts import Contact
from dialer.store.desk import OperatorMove, OperatorSession
from dialer.store.leads import FunnelMove
from dialer.store.messages import Outbox


def test_both_writers_of_outcome_leave_the_same_rows(db: Database) -> None:
    wrapping_up.fill(db, 2)
    outcome_leg.ours(db, 1)
    outcome_leg.plain(db, 2)
    with db.read() as s:
        assert {c.state for c in s.scalars(select(Contact))} == {ContactState.WAITING}
        assert {(a.state, a.disposition) for a in s.scalars(select(Attempt))} == {(AttemptState.CLOSED, "refused_soft")}
        assert {row.state for row in s.scalars(select(OperatorSession))} == {OperatorState.READY}
        for journal in (AttemptMove, OperatorMove, FunnelMove):
            assert len(s.scalars(select(journal)).all()) == 2, journal
        assert len(s.scalars(select(Outbox)).all()) == 10


def test_a_writer_that_is_killed_has_lost_nothing_it_told() -> None:
    found = outcome.run("sqlite", saves=4, rounds=1, kills=1)
    assert found["told"] >= 2 and not found["lost"] and not found["twice_or_half"]
    assert any("killed 1 times" in line for line in outcome.lines(found))


def test_churn_keeps_bringing_contacts_under_a_held_snapshot() -> None:
    found = claim_churn.run(("sqlite",), contacts=200, seconds=0.6)
    assert {cell["queue"] for cell in found["cells"]} == {"ours", "plain"}
    assert all(sum(cell["per_s"]) > 0 and len(cell["per_s"]) == claim_churn.SLICES for cell in found["cells"])
    assert claim_churn.kept([10, 10, 10, 5, 5, 5]) == 0.5
    assert "last/first" in claim_churn.lines(found)[0]


def test_changes_of_the_list_have_their_effect(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "PAUSE_S", 0.15)
    found = fresh.ours(lite, contacts=300, changes=3)
    assert found["priority_ms"]["n"] == found["callback_ms"]["n"] == 1
    assert found["priority_ms"]["max"] < 60_000 and found["callback_ms"]["max"] < 60_000
    assert found["suppressed"] == fresh.NEXT_ONES and found["dialled_after"] == 0


def test_a_hopper_sees_a_change_at_its_next_filling_and_dials_what_it_holds() -> None:
    seconds, forbidden, dialled = fresh_hopper.delays(rate=2.0, changes=50)
    assert len(seconds) >= 45 and 15 < sum(seconds) / len(seconds) < 45 and max(seconds) < 75
    assert forbidden == dialled > 0


def test_a_day_passes_on_the_virtual_clock_and_leaves_nobody_behind(tmp_path: Path) -> None:
    with day(tmp_path, operators=2, contacts=60) as made:
        found = soak.hour(made, 60.0)
    assert found["attempts"] > 0 and found["memory_mib"] > 10
    assert found["orphans"] == {"legs": 0, "attempts": 0, "operators": 0}
    found = {"hours": [found], "breaks": 2, "memory_growth": 1.0, "most_growth": 1.05, "orphans": 0, "passed": True}
    assert soak.lines(found)[-1].startswith("PASSED")


def test_an_operator_in_a_call_that_is_gone_is_an_orphan(tmp_path: Path) -> None:
    with day(tmp_path, operators=1, contacts=20) as made:
        made.pass_time(30.0)
        with made.db.write() as s:
            row = s.get_one(OperatorSession, made.floor.users[0])
            row.state, row.attempt_id = OperatorState.TALKING, None
        assert soak.orphans(made)["operators"] == 1


def test_the_growth_sheet_has_a_row_a_size_and_a_slope_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "CLAIMS", 5)
    found = growth.run(contacts=(200, 400), teams=(1, 2), on_list=100, calls=2)
    assert [row["contacts"] for row in found["lists"]] == [200, 400]
    assert [row["operators"] for row in found["teams"]] == [1, 2] and found["teams"][0]["statements_a_call"] > 0
    assert set(found["slopes"]["contacts"]) >= {"p50_ms", "p99_ms", "bytes_a_contact"}
    assert any(line.startswith("slope") for line in growth.lines(found))


def test_peers_take_turns_and_ratios_are_by_round() -> None:
    order: list[str] = []
    said = take_turns({"a": lambda: order.append("a") or 2.0, "b": lambda: order.append("b") or 4.0}, 2)
    assert order == ["a", "b", "b", "a"]
    assert ratio(said["a"], said["b"]) == {"median": 0.5, "ci95": [0.5, 0.5]}
    low, high = around([1.0, 2.0, 3.0])["ci95"]  # type: ignore[misc]
    assert low < 2.0 < high


@pytest.mark.parametrize(("power", "want"), [(0.0, 0.0), (1.0, 1.0), (1.1, 1.1)])
def test_the_slope_is_the_power(power: float, want: float) -> None:
    assert slope([(x, 3 * x**power) for x in (10, 100, 1000)]) == pytest.approx(want)
