"""Callbacks and notes: a promise has one time and one owner, and nobody else's promises are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import callbacks, drafts, notes
from dialer.desk.card import card
from dialer.errors import Refusal
from dialer.rules.words import OperatorState
from dialer.store import Database
from dialer.store.contacts import Suppression
from dialer.store.desk import Callback, OperatorSession
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor

HOUR = timedelta(hours=1)


def test_a_new_promise_replaces_the_old_one(db: Database, shop: Floor) -> None:
    with db.write() as s:
        callbacks.make(s, shop.contact, NOON + HOUR, shop.operator, NOON, shop.operator)
        callbacks.make(s, shop.contact, NOON + 2 * HOUR, shop.operator, NOON, shop.operator)
    with db.read() as s:
        assert [line.due_at for line in callbacks.for_user(s, shop.operator)] == [NOON + 2 * HOUR]
        assert len(s.scalars(select(Callback)).all()) == 2


@pytest.mark.parametrize(
    ("due", "code"), [(NOON, "callback_in_the_past"), (NOON + timedelta(days=400), "callback_too_far")]
)
def test_a_time_that_cannot_be_promised_is_refused(db: Database, shop: Floor, due: object, code: str) -> None:
    with pytest.raises(Refusal, match=code), db.write() as s:
        callbacks.make(s, shop.contact, due, shop.operator, NOON)  # type: ignore[arg-type]


def test_the_badge_counts_mine_and_anyones_but_not_others(db: Database, shop: Floor) -> None:
    with db.write() as s:
        callbacks.make(s, shop.contact, NOON + HOUR, shop.operator, NOON, None)
    with db.read() as s:
        assert callbacks.badge(s, shop.operator, NOON) == callbacks.Badge(1, 0, NOON + HOUR)
        assert callbacks.badge(s, shop.operator, NOON + HOUR).due == 1
    with db.write() as s:
        callbacks.make(s, shop.contact, NOON + HOUR, shop.operator, NOON, shop.closer)
    with db.read() as s:
        assert callbacks.badge(s, shop.operator, NOON).waiting == 0


def test_a_kept_promise_is_closed_and_a_strangers_is_not_cancelled(db: Database, shop: Floor) -> None:
    with db.write() as s:
        made = callbacks.make(s, shop.contact, NOON + HOUR, shop.operator, NOON, shop.operator).id
    with pytest.raises(Refusal, match="no_such_callback"), db.write() as s:
        callbacks.cancel(s, made, shop.closer, NOON, "no")
    with db.write() as s:
        callbacks.keep(s, shop.contact, NOON)
    with pytest.raises(Refusal, match="no_such_callback"), db.write() as s:
        callbacks.cancel(s, made, shop.operator, NOON, "no")


def test_notes_are_kept_newest_first_and_empty_ones_refused(db: Database, shop: Floor) -> None:
    with db.write() as s:
        notes.add(s, shop.contact, shop.operator, " asks for a price list ", NOON, CALL)
    with db.read() as s:
        found = notes.of_contact(s, shop.contact)
    assert (found[0].text, found[0].author) == ("asks for a price list", "Анна Белова")
    for text, code in (("  ", "note_empty"), ("x" * 5001, "note_too_long")):
        with pytest.raises(Refusal, match=code), db.write() as s:
            notes.add(s, shop.contact, shop.operator, text, NOON)


def test_a_draft_keeps_what_it_is_given_and_nothing_else(db: Database, shop: Floor) -> None:
    with db.write() as s:
        drafts.save(s, CALL, shop.operator, {"note": "half a sen", "disposition": "callback", "evil": "x"}, NOON)
        drafts.save(s, CALL, shop.operator, {"note": "half a sentence"}, NOON)
    with db.read() as s:
        kept = drafts.words_of(s, CALL, shop.operator)
        assert drafts.words_of(s, CALL, shop.closer)["note"] == ""
    assert kept == {"note": "half a sentence", "disposition": "callback", "callback_at": "", "callback_owner": ""}
    with pytest.raises(Refusal, match="not_your_call"), db.write() as s:
        drafts.save(s, CALL, shop.closer, {"note": "x"}, NOON)


def test_typing_prolongs_the_wrap_up_but_not_for_ever(db: Database, shop: Floor) -> None:
    with db.write() as s:
        floor.hang_up(s, shop, NOON, wrap_up_s=60)
    late = NOON + timedelta(seconds=55)
    with db.write() as s:
        row = s.get_one(OperatorSession, shop.operator)
        drafts.extend(s, row, late)
        assert row.wrap_until_at == late + timedelta(seconds=drafts.TYPING_S)
        drafts.extend(s, row, NOON + timedelta(seconds=179))
        assert row.wrap_until_at == NOON + timedelta(seconds=180)


def test_typing_in_a_call_or_without_a_clock_prolongs_nothing(db: Database, shop: Floor) -> None:
    with db.write() as s:
        row = s.get_one(OperatorSession, shop.operator)
        drafts.extend(s, row, NOON)
        assert row.wrap_until_at is None
        floor.sit(s, shop.operator, OperatorState.WRAP_UP, shop, NOON, wrap_until_at=None)
        drafts.extend(s, row, NOON)
        assert row.wrap_until_at is None


def test_the_card_shows_where_it_is_what_was_before_and_a_do_not_call(db: Database, shop: Floor) -> None:
    with db.write() as s:
        s.add(Suppression(number="+791612", prefix=True, reason="asked by letter", added_at=NOON))
        s.add(Suppression(number="+7916123", prefix=False, reason="another number", added_at=NOON))
    with db.read() as s:
        shown = card(s, shop.contact, NOON, CALL)
    assert shown.do_not_call == "asked by letter"
    assert (shown.there.zones, f"{shown.there.early:%H:%M}") == (("Europe/Samara",), "13:00")
    assert [(t.disposition, t.talk_s, t.operator) for t in shown.touches] == [("contact_away", 41, "Анна Белова")]
    assert dict(shown.fields)["Склад, м²"] == "1200"


def test_a_draft_that_comes_after_the_call_was_saved_is_dropped(db: Database, shop: Floor) -> None:
    with db.write() as s:
        s.get_one(floor.Attempt, CALL).disposition = "no_need"
        assert drafts.save(s, CALL, shop.operator, {"note": "late"}, NOON) is None
    with db.read() as s:
        assert drafts.words_of(s, CALL, shop.operator)["note"] == ""
