"""A project's figures over a period, on a day whose sums are known by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialer.errors import BadInput
from dialer.leads.terms import HOURS, read
from dialer.reports import period as periods
from dialer.reports import plan
from dialer.reports.project import ProjectFigures, project_figures
from dialer.reports.tables import tables
from dialer.rules.words import ContactState, HandoffState, OperatorState, Stage
from dialer.store import Database
from dialer.store.desk import Callback, Handoff, Lead, OperatorMove, OperatorSession
from dialer.store.leads import FunnelMove
from dialer.store.people import User
from dialer.store.projects import CampaignMember, Project
from tests.conftest import NOON
from tests.support.small_campaign import Desk, desk

MOSCOW = ZoneInfo("Europe/Moscow")
MORNING = NOON - timedelta(hours=3)
"""09:00 in Moscow; NOON is 12:00 there."""
TODAY = periods.named("today", NOON, MOSCOW)


def after(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


@pytest.fixture
def team(db: Database) -> tuple[Desk, list[int]]:
    """Anna and Boris on the first line, Mark closes."""
    built = desk(db)
    with db.write() as s:
        users = [User(login=n, name=n.title(), password_hash="", created_at=NOON) for n in ("anna", "boris", "mark")]
        s.add_all(users)
        s.flush()
        ids = [user.id for user in users]
        for user_id, line in zip(ids, (1, 1, 2), strict=True):
            s.add(CampaignMember(campaign_id=built.campaign_id, user_id=user_id, line=line))
    return built, ids


def moves(built: Desk, user_id: int, *steps: tuple[float, OperatorState]) -> None:
    """Journal what a person did: (minutes after 09:00, new state); the last one is where they are now."""
    with built.db.write() as s:
        old = OperatorState.OFFLINE
        for minutes, new in steps:
            s.add(
                OperatorMove(
                    user_id=user_id, campaign_id=built.campaign_id, at=after(minutes), event="x", old=old, new=new
                )
            )
            old = new
        s.add(OperatorSession(user_id=user_id, campaign_id=built.campaign_id, state=old, since_at=after(steps[-1][0])))


def figures(built: Desk, period: periods.Period = TODAY, people: set[int] | None = None) -> ProjectFigures:
    with built.db.read() as s:
        return project_figures(s, s.get_one(Project, built.project_id), period, NOON, people)


def test_time_in_each_state_is_counted_from_move_to_move_and_until_now(team):
    built, (anna, boris, _mark) = team
    # Anna came the evening before and forgot to leave: only today's part counts.
    moves(
        built, anna, (-600, OperatorState.PAUSED), (0, OperatorState.READY), (60, OperatorState.TALKING),
        (90, OperatorState.WRAP_UP), (100, OperatorState.PAUSED), (130, OperatorState.READY),
    )  # fmt: skip
    moves(built, boris, (0, OperatorState.READY), (30, OperatorState.OFFLINE))
    found = {one.user_id: one for one in figures(built).people}
    assert found[anna].work_s == (60 + 30 + 10 + 50) * 60
    assert found[anna].pause_s == (9 * 60 + 30) * 60  # from midnight in Moscow, 9 hours, and half an hour
    assert found[anna].talk_rate == pytest.approx(30 / 150)
    assert found[boris].work_s == 30 * 60
    assert (found[anna].state, found[boris].state) == (OperatorState.READY, OperatorState.OFFLINE)


def test_time_in_another_project_does_not_count(team, db):
    built, (anna, *_rest) = team
    other = desk(db, "Beta")
    moves(built, anna, (0, OperatorState.READY))
    with db.write() as s:
        s.add(
            OperatorMove(
                user_id=anna, campaign_id=other.campaign_id, at=after(60), event="x",
                old=OperatorState.READY, new=OperatorState.READY,
            )
        )  # fmt: skip
    assert figures(built).people[0].work_s == 3600


def test_calls_contacts_an_hour_and_the_load_by_the_hour(team):
    built, (anna, boris, _mark) = team
    moves(built, anna, (0, OperatorState.READY), (120, OperatorState.OFFLINE))
    contacts = [built.contact(f"+7916000000{n}", tries=1) for n in range(5)]
    for n, contact_id in enumerate(contacts):
        talked = n < 3
        built.attempt(
            contact_id, f"+7916000000{n}", after(50 * n), operator_id=anna if talked else None,
            connected_at=after(50 * n) if talked else None, disposed_by=anna if talked else None,
            disposition="refused_soft" if talked else "no_answer", abandoned=n == 4,
        )  # fmt: skip
    seen = figures(built)
    assert (seen.placed, seen.talks, seen.worked) == (5, 3, 3)
    assert seen.worked_per_hour == pytest.approx(1.5)
    assert [(one.at, one.placed, one.talked, one.abandoned) for one in seen.load] == [
        (9, 2, 2, 0), (10, 1, 1, 0), (11, 1, 0, 0), (12, 1, 0, 1),
    ]  # fmt: skip
    assert figures(built, people={boris}).placed == 0
    week = figures(built, periods.named("week", NOON, MOSCOW))
    assert [(one.at, one.placed) for one in week.load] == [
        (date(2026, 3, 2), 0), (date(2026, 3, 3), 0), (date(2026, 3, 4), 5),
    ]  # fmt: skip
    assert figures(built, periods.named("yesterday", NOON, MOSCOW)).load == []


def test_conversion_counts_each_contact_once_by_the_farthest_stage(team):
    built, _people = team
    contacts = [built.contact(f"+7916000000{n}") for n in range(4)]
    told = [
        (0, Stage.NEW, Stage.CONTACTED), (0, Stage.CONTACTED, Stage.QUALIFIED), (0, Stage.QUALIFIED, Stage.HANDED_OFF),
        (0, Stage.HANDED_OFF, Stage.WON),
        (1, Stage.NEW, Stage.HANDED_OFF),
        (2, Stage.NEW, Stage.CONTACTED), (2, Stage.CONTACTED, Stage.LOST),
        (3, Stage.NEW, Stage.CONTACTED), (3, Stage.CONTACTED, Stage.LATER_POOL),
    ]  # fmt: skip
    with built.db.write() as s:
        for n, old, new in told:
            amount = 90_000 if new is Stage.WON else None
            s.add(FunnelMove(contact_id=contacts[n], at=after(1), old=old, new=new, cause="x", amount=amount))
    seen = figures(built).conversion
    assert [(one.stage, one.reached) for one in seen.stages] == [
        (Stage.CONTACTED, 4), (Stage.QUALIFIED, 2), (Stage.HANDED_OFF, 2), (Stage.APPOINTMENT, 1), (Stage.PROPOSAL, 1),
        (Stage.WON, 1),
    ]  # fmt: skip
    assert [one.step_rate for one in seen.stages] == [None, 0.5, 1.0, 0.5, 1.0, 1.0]
    assert (seen.aside, seen.amount) == ({Stage.LOST: 1, Stage.LATER_POOL: 1}, 90_000)


def test_handoffs_accepted_and_sent_back_for_operator_and_closer(team):
    built, (anna, _boris, mark) = team
    for n, state in enumerate((HandoffState.ACCEPTED, HandoffState.ACCEPTED, HandoffState.REJECTED)):
        number = f"+7916000000{n}"
        contact = built.contact(number)
        attempt = built.attempt(contact, number, after(n), operator_id=anna, closer_id=mark)
        with built.db.write() as s:
            lead = Lead(
                contact_id=contact, campaign_id=built.campaign_id, attempt_id=attempt, operator_id=anna,
                created_at=after(n),
            )  # fmt: skip
            s.add(lead)
            s.flush()
            s.add(
                Handoff(
                    lead_id=lead.id, attempt_id=attempt, operator_id=anna, closer_id=mark, state=state,
                    offered_at=after(n),
                )
            )  # fmt: skip
    seen = figures(built)
    assert (seen.leads, seen.accepted, seen.rejected) == (3, 2, 1)
    assert seen.accept_rate == pytest.approx(2 / 3)
    closer = next(one for one in seen.people if one.user_id == mark)
    assert (closer.line, closer.handed, closer.accepted, closer.rejected) == (2, 3, 2, 1)


def test_promises_are_kept_late_or_broken(team):
    built, (anna, *_rest) = team
    cases = [(60, 70), (60, 80), (60, None), (170, None), (400, None)]  # due, kept: minutes after 09:00
    for n, (due, kept) in enumerate(cases):
        contact = built.contact(f"+7916000000{n}")
        with built.db.write() as s:
            s.add(
                Callback(
                    contact_id=contact, campaign_id=built.campaign_id, owner_id=anna, due_at=after(due),
                    made_at=after(0), kept_at=after(kept) if kept else None,
                )
            )  # fmt: skip
    seen = figures(built).promises
    # Due at 11:50 is still within its grace at 12:00; due at 15:40 is yet to come.
    assert (seen.kept, seen.late, seen.broken) == (1, 1, 1)
    assert seen.kept_rate == pytest.approx(1 / 3)


def test_penetration_and_the_days_a_list_still_takes(team):
    built, _people = team
    states = [ContactState.CLOSED] * 4 + [ContactState.SUPPRESSED, *[ContactState.READY] * 5]
    for n, state in enumerate(states):
        gone = state in (ContactState.CLOSED, ContactState.SUPPRESSED)
        built.contact(
            f"+7916000000{n}", state=state, tries=1 if n < 6 else 0,
            disposed_at=NOON - timedelta(days=n % 2) if gone else None,
        )  # fmt: skip
    one = figures(built).lists[0]
    assert (one.contacts, one.tried, one.done, one.left) == (10, 6, 5, 5)
    assert (one.tried_rate, one.done_rate) == (0.6, 0.5)
    assert one.closed_a_day == 2.5 and one.days_left == 2.0


def test_the_plan_expects_what_the_hours_passed_allow(team):
    built, _people = team
    hours = read("standard", {"hours": {**HOURS, "days": [3]}}).hours  # Wednesdays 9 to 18: 4, 11, 18 and 25 March
    march = plan.month_of("2026-03")
    assert plan.share_passed(march, MORNING, hours) == 0
    assert plan.share_passed(march, NOON, hours) == pytest.approx(3 / 36)
    assert plan.share_passed(march, NOON + timedelta(days=40), hours) == 1.0
    with built.db.write() as s:
        plan.write(s, built.project_id, march, {"talks": 120, "leads": 0})
    with built.db.read() as s:
        wanted = plan.targets(s, built.project_id, march)
    assert wanted == {"talks": 120}
    one = plan.against(figures(built), wanted, 3 / 36)[0]
    assert (one.measure, one.done, one.expected, one.on_course) == ("talks", 0, 10.0, False)


@pytest.mark.parametrize("wanted", [{"smiles": 3}, {"talks": -1}, {"talks": plan.MOST + 1}])
def test_a_plan_that_makes_no_sense_is_refused(team, wanted):
    built, _people = team
    with built.db.write() as s, pytest.raises(BadInput):
        plan.write(s, built.project_id, date(2026, 3, 1), wanted)


def test_periods_begin_at_midnight_of_their_zone():
    assert TODAY.since_at == datetime.fromisoformat("2026-03-03T21:00+00:00")
    assert periods.named("last_month", NOON, MOSCOW).days == 28
    assert periods.asked("today", "2026-03-01", "", NOON, MOSCOW).days == 1
    for first, last in (("2026-03-04", "2026-03-01"), ("2020-01-01", "2026-01-01"), ("soon", "")):
        with pytest.raises(BadInput):
            periods.asked("today", first, last, NOON, MOSCOW)
    with pytest.raises(BadInput, match="no period"):
        periods.named("whenever", NOON, MOSCOW)


def test_every_table_has_as_many_columns_as_headings(team):
    built, (anna, *_rest) = team
    moves(built, anna, (0, OperatorState.READY))
    for headings, rows in tables(figures(built)).values():
        assert (rows and all(len(row) == len(headings) for row in rows)) or headings[0] == "at"
