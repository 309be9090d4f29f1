"""What the client sees and says; how an organisation divides duties."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.desk import closing, handoffs
from dialer.errors import BadInput, Refusal
from dialer.leads import client, funnel
from dialer.people import accounts, organisations
from dialer.rules.words import Duty, Stage
from dialer.store import Database
from dialer.store.people import Audit, Holding
from dialer.store.projects import Project
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor


@pytest.fixture
def accepted(db: Database, shop: Floor) -> Floor:
    with db.write() as s:
        given = handoffs.offer_listed(s, CALL, shop.operator, NOON).id
        assert client.agreed(s, None, NOON) == []
        closing.take(s, given, shop.closer, NOON)
        closing.accept(s, given, shop.closer, NOON)
    return shop


def test_the_client_sees_accepted_leads_of_their_projects_only(db: Database, accepted: Floor) -> None:
    with db.read() as s:
        [lead] = client.agreed(s, {accepted.project}, NOON)
        assert (lead.company, lead.stage, lead.shared) == ("ООО «Ромашка»", Stage.HANDED_OFF, False)
        assert client.agreed(s, {accepted.project + 1}, NOON) == []


def test_a_recording_is_heard_only_while_it_is_shared(db: Database, accepted: Floor) -> None:
    with db.write() as s:
        assert not client.is_shared(s, CALL, NOON)
        client.share(s, CALL, accepted.closer, NOON)
        s.flush()
        assert client.is_shared(s, CALL, NOON) and not client.is_shared(s, CALL, NOON + client.SHARED_FOR)


def test_a_dispute_is_answered_and_takes_the_lead_out_if_the_client_is_right(db: Database, accepted: Floor) -> None:
    with db.write() as s:
        client.dispute(s, accepted.contact, "they closed the shop", accepted.closer, NOON)
    with pytest.raises(Refusal, match="already_disputed"), db.write() as s:
        client.dispute(s, accepted.contact, "again", accepted.closer, NOON)
    with pytest.raises(Refusal, match="reason_needed"), db.write() as s:
        client.settle(s, accepted.contact, True, " ", accepted.closer, NOON)
    with db.write() as s:
        client.settle(s, accepted.contact, True, "true, taken out", accepted.closer, NOON)
        assert client.agreed(s, None, NOON) == [] and funnel.place(s, accepted.contact) is Stage.LOST
    with pytest.raises(Refusal, match="not_agreed"), db.write() as s:
        client.dispute(s, accepted.contact, "again", accepted.closer, NOON)


def duties(db: Database, shop: Floor, user_id: int) -> set[Duty]:
    with db.read() as s:
        return set(s.scalars(select(Holding.duty).where(Holding.user_id == user_id)))


def test_a_remote_sales_department_gives_its_group_lead_more_and_a_call_centre_takes_it_back(
    db: Database, shop: Floor
) -> None:
    with db.write() as s:
        held = [(Duty.GROUP_LEAD, shop.project), (Duty.SUPERVISOR, shop.project)]
        lena = accounts.add(s, "lena", "Lena", floor.PASSWORD, held, NOON).id
        far = accounts.add(s, "far", "Far", floor.PASSWORD, [(Duty.GROUP_LEAD, None)], NOON).id
        assert organisations.switch(s, s.get_one(Project, shop.project), "remote_sales", lena, NOON) == (0, 2)
    assert duties(db, shop, lena) == {Duty.GROUP_LEAD, Duty.SUPERVISOR, Duty.SCRIPT_WRITER, Duty.BASE_ADMIN}
    assert duties(db, shop, far) == {Duty.GROUP_LEAD} and duties(db, shop, shop.operator) == {Duty.OPERATOR}
    with db.write() as s:
        assert organisations.switch(s, s.get_one(Project, shop.project), "call_centre", lena, NOON) == (2, 0)
    assert duties(db, shop, lena) == {Duty.GROUP_LEAD, Duty.SUPERVISOR}, "what was given by hand stays"
    with db.read() as s:
        assert len(s.scalars(select(Audit).where(Audit.action == "project.organisation")).all()) == 2
    with pytest.raises(BadInput), db.write() as s:
        organisations.switch(s, s.get_one(Project, shop.project), "feudal", lena, NOON)
