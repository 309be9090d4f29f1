"""An operator's own calls of the day: counted, called again, and put right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import by_hand, callbacks, choosing, correcting, my_day, session, wrap_up
from dialer.errors import Refusal
from dialer.ledger import journal
from dialer.rules.words import CampaignState, ContactState, HandoffState, Mode, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import Callback, Handoff
from dialer.store.messages import Command
from dialer.store.people import Audit
from dialer.store.projects import Campaign
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def done(db: Database) -> Floor:
    """A floor whose operator has talked 2 minutes and saved "no need"."""
    built = floor.build(db, NOON)
    with db.write() as s:
        floor.talk(s, built, NOON)
        floor.hang_up(s, built, NOON + timedelta(minutes=2))
        wrap_up.save(s, CALL, built.operator, "no_need", NOON + timedelta(minutes=3))
        s.get_one(Campaign, built.campaign).rules = {"profiles": ["demo"]}
    return built


def correct(db: Database, shop: Floor, code: str, **more: object) -> None:
    with db.write() as s:
        correcting.correct(s, CALL, shop.operator, code, LATER, **more)  # type: ignore[arg-type]


def test_the_day_counts_talks_seconds_and_leads(db: Database, done: Floor) -> None:
    with db.read() as s:
        day = my_day.of(s, done.operator, NOON - timedelta(hours=1), LATER)
    assert (day.talks, day.talk_s, day.leads) == (1, 120, 0)
    assert [(c.company, c.disposition, c.fixed) for c in day.calls] == [("ООО «Ромашка»", "no_need", "")]
    with db.read() as s:
        assert my_day.of(s, done.operator, LATER, LATER).talks == 0, "yesterday is not today"
        assert my_day.of(s, done.closer, NOON - timedelta(hours=1), LATER).talks == 0, "another's are not mine"


def test_an_outcome_is_put_right_with_all_that_follows(db: Database, done: Floor) -> None:
    correct(db, done, "callback", callback_at=NOON + timedelta(hours=3), callback_owner=done.operator)
    with db.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "callback"
        assert s.get_one(Contact, done.contact).state is ContactState.WAITING
        assert [c.due_at for c in callbacks.for_user(s, done.operator)] == [NOON + timedelta(hours=3)]
        last = journal(s, CALL)[-1]
        assert last.event == "corrected" and last.detail is not None and last.detail["was"] == "no_need"
    correct(db, done, "refused_hard")
    with db.read() as s:
        assert s.get_one(Contact, done.contact).state is ContactState.CLOSED
        assert callbacks.for_user(s, done.operator) == [], "the promise went with the outcome it came from"
        promise = s.scalars(select(Callback)).one()
        assert (promise.cancelled_by, promise.cancel_reason) == (done.operator, "corrected"), "and says why"


def test_a_lead_is_made_and_taken_back(db: Database, done: Floor) -> None:
    correct(db, done, "lead_hot")
    with db.read() as s:
        assert s.query(Handoff).one().state is HandoffState.OFFERED
    correct(db, done, "refused_hard")
    with db.read() as s:
        assert s.query(Handoff).one().state is HandoffState.FAILED, "no closer is shown what was a slip of the hand"


def test_a_lead_that_a_closer_has_taken_stays(db: Database, done: Floor) -> None:
    correct(db, done, "lead_hot")
    with db.write() as s:
        s.query(Handoff).one().closer_id = done.closer
    with pytest.raises(Refusal, match="correct_handed"):
        correct(db, done, "refused_hard")


def test_a_do_not_call_is_not_taken_back_by_an_operator(db: Database, done: Floor) -> None:
    correct(db, done, "dnc")
    with db.read() as s:
        assert s.get_one(Contact, done.contact).state is ContactState.SUPPRESSED
    with pytest.raises(Refusal, match="correct_suppressed"):
        correct(db, done, "no_need")


@pytest.mark.parametrize(
    ("code", "refused"),
    [("busy", "unknown_disposition"), ("nonsense", "unknown_disposition"), ("callback", "needs_time")],
)
def test_what_cannot_be_an_outcome_is_refused(db: Database, done: Floor, code: str, refused: str) -> None:
    with pytest.raises(Refusal, match=refused):
        correct(db, done, code)
    with db.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "no_need"


def test_another_persons_call_an_old_one_and_one_called_again_stay(db: Database, done: Floor) -> None:
    with pytest.raises(Refusal, match="not_your_call"), db.write() as s:
        correcting.correct(s, CALL, done.closer, "refused_hard", LATER)
    with pytest.raises(Refusal, match="correct_late"), db.write() as s:
        correcting.correct(s, CALL, done.operator, "refused_hard", NOON + correcting.WITHIN + timedelta(hours=1))
    with db.write() as s:
        floor.talk(s, done, LATER, "anext0000000000000000000").placed_at = LATER
    with pytest.raises(Refusal, match="correct_moved_on"):
        correct(db, done, "refused_hard")


def ask(db: Database, shop: Floor, user_id: int) -> None:
    with db.write() as s:
        by_hand.ask(s, user_id, shop.contact, LATER)


def test_an_operator_asks_for_a_call_to_somebody_they_spoke_to(db: Database, done: Floor) -> None:
    ask(db, done, done.operator)
    with db.read() as s:
        command = s.query(Command).filter_by(kind="call.by_hand").one()
    assert (command.user_id, command.args) == (done.operator, {"contact": done.contact})


def test_a_contact_of_somebody_else_is_forbidden(db: Database, done: Floor) -> None:
    with db.write() as s:
        floor.sit(s, done.closer, OperatorState.READY, done, NOON, attempt_id=None)
        s.get_one(Contact, done.contact).owner_id = done.operator
    with pytest.raises(Refusal, match="forbidden"):
        ask(db, done, done.closer)


def test_a_rule_of_calling_refuses_and_is_named(db: Database, done: Floor) -> None:
    with db.write() as s:
        s.get_one(Campaign, done.campaign).state = CampaignState.PAUSED
    with pytest.raises(Refusal) as refused:
        ask(db, done, done.operator)
    assert (refused.value.code, refused.value.detail["rule"]) == ("may_not_dial", "campaign")


def test_only_from_ready_or_a_pause_and_only_once(db: Database, done: Floor) -> None:
    with db.write() as s:
        s.get_one(Contact, done.contact).state = ContactState.CLAIMED
    with pytest.raises(Refusal, match="being_called"):
        ask(db, done, done.operator)
    with db.write() as s:
        session.leave(s, done.operator, LATER)
    with pytest.raises(Refusal, match="not_now"):
        ask(db, done, done.operator)


@pytest.fixture
def manual(db: Database, done: Floor) -> Floor:
    """The same floor, its campaign manual, and one more contact whom the operator never talked to."""
    with db.write() as s:
        s.get_one(Campaign, done.campaign).mode = Mode.MANUAL
        first = s.get_one(Contact, done.contact)
        first.owner_id = None
        other = Contact(campaign_id=done.campaign, list_id=first.list_id, zone_set_id=first.zone_set_id)
        other.name, other.state, other.created_at = "Пётр Ёлкин", ContactState.READY, NOON
        other.numbers.append(ContactNumber(campaign_id=done.campaign, number="+79161230077", position=0))
        s.add(other)
    return done


def found(db: Database, shop: Floor, text: str) -> list[str]:
    with db.write() as s:
        return [contact.name for contact in choosing.find(s, shop.operator, text, LATER)]


def test_in_a_manual_campaign_an_operator_finds_whom_to_call_and_the_look_is_written_down(
    db: Database, manual: Floor
) -> None:
    assert found(db, manual, "ёлк") == found(db, manual, "123 00 77") == found(db, manual, "") == ["Пётр Ёлкин"]
    assert found(db, manual, "nobody") == []
    with db.read() as s:
        looks = s.scalars(select(Audit).where(Audit.action == "contact.choose")).all()
    assert [(look.user_id, look.object) for look in looks] == [(manual.operator, f"campaign:{manual.campaign}")] * 4


def test_a_contact_of_the_manual_campaign_is_called_though_it_is_nobodys(db: Database, manual: Floor) -> None:
    with db.read() as s:
        other = s.scalars(select(Contact.id).where(Contact.id != manual.contact)).one()
    with db.write() as s:
        by_hand.ask(s, manual.operator, other, LATER)
    with db.write() as s:
        s.get_one(Campaign, manual.campaign).mode = Mode.PROGRESSIVE
    with db.write() as s, pytest.raises(Refusal) as refused:
        by_hand.ask(s, manual.operator, other, LATER)
    assert refused.value.code == "forbidden"
    with db.write() as s, pytest.raises(Refusal) as refused:
        choosing.find(s, manual.operator, "", LATER)
    assert refused.value.code == "not_manual"


def test_a_closer_chooses_nobody(db: Database, manual: Floor) -> None:
    with db.write() as s, pytest.raises(Refusal) as refused:
        choosing.find(s, manual.closer, "", LATER)
    assert refused.value.code == "not_manual"
