"""The key 9 while a message is said takes the person off every list; nobody else's key does anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from dialer.lab.twilio import speech
from dialer.providers.base import HungUp, Message
from dialer.providers.twilio import plans
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Suppression
from dialer.store.projects import Campaign
from tests.contract.networks import until
from tests.support.twilio import rig
from tests.unit.twilio.conftest import Send, status_form
from tests.unit.twilio.test_driver import Desk


@pytest.fixture
def desk(lite: Database, tmp_path: Path) -> Iterator[Desk]:
    with rig(lite, tmp_path) as made:
        desk = Desk(made, lite)
        desk.plan = Message("sorry-en")
        with lite.write() as s:
            s.scalars(select(Campaign)).one().announcement = "sorry-en"
        yield desk
        desk.provider.stop()


def suppressed(db: Database) -> list[str]:
    with db.read() as s:
        return list(s.scalars(select(Suppression.number)))


def press(desk: Desk, leg: str, key: str) -> bool:
    until(lambda: desk.call(leg).get("heard"), what="nothing was said")
    network = desk.rig.stand_in.network
    return speech.press(network, network.calls[desk.call(leg)["sid"]], key)


def test_nine_is_told_and_the_number_is_on_the_list_before_the_call_ends(desk: Desk, lite: Database) -> None:
    leg = desk.dial("talk")
    assert press(desk, leg, "9")
    desk.first(leg, HungUp)
    call = desk.call(leg)
    assert [said.removeprefix("say: ") for said in call["heard"]] == [
        f"{plans.SENTENCES['en'][1]} {plans.KEYS['en']}", plans.OPTED_OUT["en"][1],
    ]  # fmt: skip
    assert suppressed(lite) == [call["to"]] and desk.rig.stand_in.network.errors == []


def test_another_key_ends_the_call_and_no_key_ends_it_a_little_later(desk: Desk, lite: Database) -> None:
    other, silent = desk.dial("talk"), desk.dial("talk")
    assert press(desk, other, "5")
    desk.first(other, HungUp)
    began = time.monotonic()
    desk.first(silent, HungUp)
    assert time.monotonic() - began < plans.KEY_S + 5
    assert not press(desk, silent, "9"), "nobody listens any more"
    assert suppressed(lite) == []


@pytest.mark.parametrize("digits", ["", "99", "A", "9 "])
def test_a_key_that_is_none_is_refused(send: Send, leg: str, digits: str, lite: Database) -> None:
    before = suppressed(lite)
    assert send(f"/twilio/keys/{leg}", status_form(Digits=digits)).status_code == 400
    assert suppressed(lite) == before


def test_a_key_told_twice_or_about_another_call_changes_nothing_more(send: Send, leg: str, lite: Database) -> None:
    before = suppressed(lite)
    assert send("/twilio/keys/anobody000000000", status_form(Digits="9")).status_code == 404
    assert suppressed(lite) == before
    for _ in range(2):
        assert send(f"/twilio/keys/{leg}", status_form(Digits="9")).status_code == 200
    with lite.read() as s:
        number = s.get_one(Attempt, leg).to_number
    assert sorted(suppressed(lite)) == sorted([*before, number])


def test_what_a_machine_is_left_waits_for_no_key(desk: Desk) -> None:
    said = plans.twiml(desk.provider.config, "a" + "0" * 12, Message("voicemail-ru", after_beep=True))
    assert "Gather" not in said and plans.LEFT["ru"][1] in said and "9" not in plans.LEFT["ru"][1]
