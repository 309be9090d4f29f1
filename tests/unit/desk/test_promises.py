"""Callbacks as promises: room for each, somebody for each, none lost, and how many were kept."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from dialer.desk import callbacks, promises, wrap_up
from dialer.errors import Refusal
from dialer.people import accounts
from dialer.reports import promises as figures
from dialer.reports.period import Period
from dialer.rules.words import Duty
from dialer.store import Database
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import Callback
from dialer.store.messages import Outbox
from dialer.store.people import Audit, Holding, Team
from dialer.store.projects import CampaignMember, Project
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor

KEEPING = "akeeping00000000000000000000"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def others(db: Database, shop: Floor) -> list[int]:
    """Three more contacts."""
    with db.write() as s:
        zone = s.get_one(Contact, shop.contact).zone_set_id
        found = []
        for n in range(3):
            one = Contact(campaign_id=shop.campaign, state="closed", zone_set_id=zone, name=f"{n}", created_at=NOON)
            one.numbers.append(ContactNumber(campaign_id=shop.campaign, number=f"+7916000000{n}"))
            s.add(one)
            s.flush()
            found.append(one.id)
        return found


def open_for(db: Database, user_id: int) -> list[int]:
    with db.read() as s:
        return [line.contact_id for line in callbacks.for_user(s, user_id)]


def test_one_person_keeps_one_promise_a_quarter_and_is_told_the_next_free_one(
    db: Database, shop: Floor, others: list[int]
) -> None:
    with db.write() as s:
        callbacks.make(s, others[0], NOON + HOUR, shop.operator, NOON, shop.operator)
    with pytest.raises(Refusal, match="slot_full") as refused, db.write() as s:
        callbacks.make(s, others[1], NOON + HOUR + 14 * MINUTE, shop.operator, NOON, shop.operator)
    assert refused.value.detail["next_at"] == NOON + HOUR + 15 * MINUTE
    with db.write() as s:
        callbacks.make(s, others[1], refused.value.detail["next_at"], shop.operator, NOON, shop.operator)
        callbacks.make(s, others[0], NOON + HOUR + MINUTE, shop.operator, NOON, shop.operator)  # its own place


def test_anyone_keeps_as_many_as_there_are_operators(db: Database, shop: Floor, others: list[int]) -> None:
    with db.write() as s:
        second = accounts.add(s, "olga", "Olga", floor.PASSWORD, [(Duty.OPERATOR, shop.project)], NOON)
        s.add(CampaignMember(campaign_id=shop.campaign, user_id=second.id, line=1))
        s.flush()
        for contact in others[:2]:
            callbacks.make(s, contact, NOON + HOUR, shop.operator, NOON)
    with pytest.raises(Refusal, match="slot_full"), db.write() as s:
        callbacks.make(s, others[2], NOON + HOUR, shop.operator, NOON)


def test_the_projects_terms_say_how_many_one_person_keeps(db: Database, shop: Floor, others: list[int]) -> None:
    with db.write() as s:
        s.get_one(Project, shop.project).second_line = {"callbacks_each": 2}
        for contact in others[:2]:
            callbacks.make(s, contact, NOON + HOUR, shop.operator, NOON, shop.operator)
    with pytest.raises(Refusal, match="slot_full"), db.write() as s:
        callbacks.make(s, others[2], NOON + HOUR, shop.operator, NOON, shop.operator)


def test_a_teams_promise_is_its_members_until_it_is_overdue_then_anyones(
    db: Database, shop: Floor, others: list[int]
) -> None:
    with db.write() as s:
        team = Team(project_id=shop.project, name="North")
        s.add(team)
        s.flush()
        north = accounts.add(s, "nina", "Nina", floor.PASSWORD, [(Duty.OPERATOR, shop.project)], NOON)
        lead = accounts.add(s, "lara", "Lara", floor.PASSWORD, [(Duty.GROUP_LEAD, shop.project)], NOON)
        s.scalars(select(Holding).where(Holding.user_id == north.id)).one().team_id = team.id
        s.add(CampaignMember(campaign_id=shop.campaign, user_id=north.id, line=1))
        s.flush()
        callbacks.make(s, others[0], NOON + HOUR, north.id, NOON, team_id=team.id)
    assert open_for(db, north.id) == [others[0]] and open_for(db, shop.operator) == []
    assert promises.look(db, NOON + HOUR + 9 * MINUTE) == 0
    assert promises.look(db, NOON + HOUR + 10 * MINUTE) == 1
    assert promises.look(db, NOON + HOUR + 11 * MINUTE) == 0
    assert open_for(db, shop.operator) == [others[0]]
    with db.read() as s:
        told = set(s.scalars(select(Outbox.audience).where(Outbox.at == NOON + HOUR + 10 * MINUTE)))
        assert f"user:{lead.id}" in told


def test_an_owners_promise_escalates_too(db: Database, shop: Floor, others: list[int]) -> None:
    with db.write() as s:
        callbacks.make(s, others[0], NOON + HOUR, shop.closer, NOON, shop.closer)
    assert open_for(db, shop.operator) == []
    promises.look(db, NOON + 2 * HOUR)
    assert open_for(db, shop.operator) == [others[0]] and open_for(db, shop.closer) == [others[0]]


def test_nothing_is_taken_out_of_the_table_and_taking_back_needs_a_reason(
    db: Database, shop: Floor, others: list[int]
) -> None:
    with db.write() as s:
        callbacks.make(s, others[0], NOON + HOUR, shop.operator, NOON, shop.operator)
        second = callbacks.make(s, others[0], NOON + 2 * HOUR, shop.operator, NOON, shop.operator).id
    with pytest.raises(Refusal, match="reason_needed"), db.write() as s:
        callbacks.cancel(s, second, shop.operator, NOON, "  ")
    with db.write() as s:
        callbacks.cancel(s, second, shop.operator, NOON, "asked by mail")
    with db.read() as s:
        rows = list(s.scalars(select(Callback).order_by(Callback.id)))
        assert [(row.cancel_reason, row.cancelled_by) for row in rows] == [
            ("replaced", shop.operator), ("asked by mail", shop.operator)
        ]  # fmt: skip
        assert s.scalar(select(Audit.object).where(Audit.action == "callback.cancel")) == f"callback:{second}"


def test_promises_kept_are_counted_by_when_the_call_was_placed(db: Database, shop: Floor, others: list[int]) -> None:
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "no_need", NOON)
        callbacks.make(s, shop.contact, NOON + HOUR, shop.operator, NOON, shop.operator)
        for n, contact in enumerate(others):
            callbacks.make(s, contact, NOON + (2 + n) * HOUR, shop.operator, NOON, shop.operator)
        callbacks.keep(s, others[0], NOON + 2 * HOUR + 20 * MINUTE, shop.operator, NOON + 2 * HOUR + 16 * MINUTE)
        callbacks.cancel(s, s.scalars(select(Callback.id).where(Callback.contact_id == others[2])).one(), 1, NOON, "no")
        floor.talk(s, shop, NOON + HOUR + 15 * MINUTE + timedelta(seconds=20), KEEPING)  # placed 20 s earlier
        floor.hang_up(s, shop, NOON + HOUR + 30 * MINUTE, KEEPING)
        wrap_up.save(s, KEEPING, shop.operator, "no_need", NOON + HOUR + 30 * MINUTE)
    with db.read() as s:
        day = Period(NOON, NOON + 24 * HOUR, NOON.date(), NOON.date(), ZoneInfo("UTC"))
        found = figures.promises(s, [shop.campaign], day, NOON + 24 * HOUR)
        assert (found.due, found.kept, found.late, found.broken, found.cancelled) == (3, 1, 1, 1, 1)
        assert found.kept_rate == pytest.approx(1 / 3)
        assert figures.promises(s, [shop.campaign], day, NOON + 24 * HOUR, [shop.operator]).due == 3
        assert figures.promises(s, [shop.campaign], day, NOON + 24 * HOUR, [shop.closer]).due == 0


def test_calls_that_confirm_a_meeting_are_nobodys_promise(db: Database, shop: Floor, others: list[int]) -> None:
    with db.write() as s:
        callbacks.make(s, others[0], NOON + HOUR, shop.operator, NOON, shop.operator, kind=callbacks.CONFIRMATION)
        callbacks.make(s, others[1], NOON + HOUR, shop.operator, NOON)  # anyone's, of who made it
        day = Period(NOON, NOON + 24 * HOUR, NOON.date(), NOON.date(), ZoneInfo("UTC"))
        assert figures.promises(s, [shop.campaign], day, NOON + 24 * HOUR, [shop.operator]).broken == 1
