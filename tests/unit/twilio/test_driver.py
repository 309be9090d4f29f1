"""The driver against the stand-in: at most once, its own pace, lost news found, recordings fetched safely."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from dialer import clock, ids
from dialer.lab.behaviours import named
from dialer.lab.twilio.api import BARRED
from dialer.providers import base
from dialer.providers.base import CustomerCall, DeskCall, Doubtful, Failed, HungUp, Join, Joined, ProviderError
from dialer.providers.twilio import recordings
from dialer.rules.words import Amd, AttemptState, Mode, Outcome, RecordingState
from dialer.store import Database
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact
from tests.contract.networks import until
from tests.support import world as worlds
from tests.support.twilio import OUR_NUMBER, Rig, rig

ROOM = "r" + "0" * 12


class Desk:
    """The driver with an engine of a few lines behind it: every answered leg joins one room."""

    def __init__(self, made: Rig, db: Database, **config: Any) -> None:
        self.rig, self.db = made, db
        self.world = worlds.make(db, operators=1, closers=0)
        self.provider = made.provider(**config)
        self.events: list[base.Event] = []
        self.plan: base.Plan | None = Join(ROOM, record=False)
        self.replies: list[base.Reply] = []
        self.provider.start(self.events.append, self._answer)
        until(lambda: self.provider.ready)

    def _answer(self, leg: str, heard: Amd, reply: base.Reply) -> None:
        self.replies.append(reply)
        if self.plan is not None:
            reply(self.plan)

    def dial(self, behaviour: str = "talk", to: str = "", ring_s: int = 10) -> str:
        """Sent, as the engine would: the row first."""
        leg, number = ids.new("a"), to or worlds.number(behaviour)
        contact = self.world.contact(number)
        with self.db.write() as s:
            row = s.get_one(Contact, contact)
            now = clock.now()
            s.add(
                Attempt(
                    id=leg, campaign_id=row.campaign_id, contact_id=contact, number_id=row.number_id or 0,
                    to_number=number, caller_id=OUR_NUMBER, provider="twilio", mode=Mode.PROGRESSIVE,
                    state=AttemptState.SENT, placed_at=now, sent_at=now,
                )
            )  # fmt: skip
        self.provider.originate(CustomerCall(leg, number, OUR_NUMBER, ring_s))
        return leg

    def of(self, leg: str, *kinds: type) -> list[Any]:
        return [e for e in list(self.events) if isinstance(e, kinds) and getattr(e, "leg", "") == leg]

    def first(self, leg: str, *kinds: type, timeout_s: float = 15.0) -> Any:
        return until(lambda: self.of(leg, *kinds), timeout_s, f"no {kinds[0].__name__}")[0]

    def call(self, leg: str) -> dict[str, Any]:
        """What Twilio's side saw of a leg."""
        return next((c for c in self.rig.stand_in.log() if c["leg"] == leg), {})

    def posts(self, end: str = "/Calls.json") -> list[dict[str, Any]]:
        return [r for r in self.rig.stand_in.requests if r["method"] == "POST" and r["path"].endswith(end)]


@pytest.fixture
def desk(lite: Database, tmp_path: Path) -> Iterator[Desk]:
    with rig(lite, tmp_path) as made:
        desk = Desk(made, lite)
        yield desk
        desk.provider.stop()


@pytest.mark.parametrize("fault", ["hung_after", "broken_after"])
def test_a_post_that_got_no_answer_is_found_and_never_sent_again(desk: Desk, fault: str) -> None:
    desk.rig.stand_in.faults.lost = 1.0  # no webhook helps: number, caller and time must
    setattr(desk.rig.stand_in.faults, fault, 1.0)
    leg = desk.dial("busy")
    assert desk.first(leg, HungUp).outcome is Outcome.BUSY
    assert len(desk.posts()) == 1 and not desk.of(leg, Doubtful)


def test_two_doubtful_calls_to_one_number_are_not_guessed_at(desk: Desk) -> None:
    faults = desk.rig.stand_in.faults
    faults.lost, faults.broken_after = 1.0, 1.0
    number = worlds.number("busy")
    desk.dial(to=number)
    with desk.provider.board.lock:
        first = next(iter(desk.provider.board.legs))
        desk.provider.board.legs.add(type(first)("arival0000", number, OUR_NUMBER))
    time.sleep(2.5)  # longer than the first look
    assert desk.of(first.id, HungUp) == []


def test_a_post_that_was_never_carried_out_ends_as_doubtful_and_is_not_repeated(desk: Desk) -> None:
    desk.rig.stand_in.faults.broken_before = 1.0
    leg = desk.dial()
    desk.first(leg, Doubtful)
    assert len(desk.posts()) == 1 and desk.rig.stand_in.log() == []


def test_a_refusal_is_told_at_once_and_nobody_is_rung(desk: Desk) -> None:
    desk.rig.stand_in.faults.too_many = 1.0
    failed = desk.first(desk.dial(), Failed)
    assert not failed.permanent
    desk.rig.stand_in.faults.too_many = 0.0
    assert not desk.first(desk.dial(to=BARRED), Failed).permanent
    assert desk.rig.stand_in.log() == []


@pytest.mark.parametrize("number", ["123", "+7916/555", "client:evil", "sip:x@evil", "+0916555000", "+7916555 0000"])
def test_a_number_that_is_none_never_leaves(desk: Desk, number: str) -> None:
    with pytest.raises(ProviderError) as refused:
        desk.provider.originate(CustomerCall(ids.new("a"), number, OUR_NUMBER, 10))
    assert refused.value.permanent and desk.posts() == []


def test_every_webhook_lost_is_found_by_asking(desk: Desk) -> None:
    desk.rig.stand_in.faults.lost = 1.0
    talking, busy = desk.dial("talk"), desk.dial("busy")
    assert desk.first(talking, Joined).room == ROOM
    assert desk.first(busy, HungUp).outcome is Outcome.BUSY
    desk.provider.hang_up(talking)
    assert desk.first(talking, HungUp).outcome is Outcome.ANSWERED


def test_a_call_that_waits_in_twilios_queue_is_cancelled(desk: Desk) -> None:
    desk.rig.stand_in.faults.stuck = True
    leg = desk.dial()
    assert desk.first(leg, HungUp).outcome is Outcome.CONGESTION
    desk.rig.stand_in.faults.stuck = False
    time.sleep(0.3)  # long enough for it to ring, were it still there
    assert [c["status"] for c in desk.rig.stand_in.log()] == ["canceled"]


def test_calls_leave_no_faster_than_the_account_allows(lite: Database, tmp_path: Path) -> None:
    with rig(lite, tmp_path) as made:
        desk = Desk(made, lite, calls_per_second=5.0)
        legs = [desk.dial("busy") for _ in range(6)]
        for leg in legs:
            desk.first(leg, HungUp)
        at = [r["at"] for r in desk.posts()]
        assert min(b - a for a, b in pairwise(at)) > 0.15
        desk.provider.stop()


def test_what_was_hung_up_before_its_turn_is_never_sent(lite: Database, tmp_path: Path) -> None:
    with rig(lite, tmp_path) as made:
        desk = Desk(made, lite, calls_per_second=2.0)
        first, second = desk.dial("busy"), desk.dial("busy")
        desk.provider.hang_up(second)
        assert desk.first(second, HungUp).outcome is Outcome.CANCELLED
        desk.first(first, HungUp)
        time.sleep(0.6)  # its turn would have come
        assert len(desk.posts()) == 1
        desk.provider.stop()


def test_a_call_given_up_before_its_name_is_known_is_ended_as_soon_as_it_is(desk: Desk) -> None:
    faults = desk.rig.stand_in.faults
    faults.slow, faults.slow_s = 1.0, 0.8
    leg = desk.dial("noanswer")
    until(desk.posts)
    desk.provider.hang_up(leg)
    assert desk.first(leg, HungUp).outcome is Outcome.CANCELLED
    assert desk.rig.stand_in.log()[0]["status"] == "canceled"


def test_a_plan_that_comes_late_still_brings_the_contact_to_the_operator(desk: Desk) -> None:
    desk.plan = None
    leg = desk.dial("talk")
    until(lambda: desk.call(leg).get("heard"), what="no apology was heard")
    desk.replies[0](Join(ROOM, record=False))
    assert desk.first(leg, Joined).room == ROOM


def test_both_sides_of_a_call_are_fetched_and_the_address_in_the_webhook_is_not_asked(
    lite: Database, tmp_path: Path
) -> None:
    with rig(lite, tmp_path) as made:
        desk = Desk(made, lite, delete_recordings=True)
        desk.plan = Join(ROOM, record=True)
        leg = desk.dial("talk")
        began = desk.first(leg, base.Recorded)
        assert began.began
        desk.provider.record(leg, False)
        until(lambda: next(iter(made.stand_in.network.recordings.values()))["status"] == "paused")
        time.sleep(0.5)  # something to hear
        desk.provider.hang_up(leg)
        until(lambda: len(desk.of(leg, base.Recorded)) == 2, what="it was not fetched")
        for side, value in (("rx", 0x10), ("tx", 0x20)):
            with wave.open(str(tmp_path / "raw" / f"{leg}-{side}.wav")) as file:
                assert file.getnchannels() == 1 and file.readframes(1)[0] == value
        until(lambda: not made.stand_in.network.recordings, what="it was not deleted at Twilio")
        desk.provider.stop()


def test_a_recording_is_begun_and_fetched_though_every_webhook_is_lost(desk: Desk, tmp_path: Path) -> None:
    desk.rig.stand_in.faults.lost = 1.0
    desk.plan = Join(ROOM, record=True)
    leg = desk.dial("talk")
    desk.first(leg, Joined)
    desk.first(leg, base.Recorded)
    time.sleep(0.3)  # something to hear
    desk.provider.hang_up(leg)
    desk.first(leg, HungUp)
    sid = desk.call(leg)["sid"]
    with desk.db.write() as s:  # as the engine would leave it
        attempt = s.get_one(Attempt, leg)
        attempt.state, attempt.provider_ref, attempt.ended_at = AttemptState.ENDED, sid, clock.now()
        s.add(Recording(attempt_id=leg, state=RecordingState.EXPECTED, expected_at=clock.now()))
    until(lambda: recordings.is_here(desk.provider.config, leg), what="it was not fetched")
    assert [e.began for e in desk.of(leg, base.Recorded)] == [True, False]


def test_a_recording_lies_where_the_requests_go(desk: Desk) -> None:
    config = replace(desk.provider.config, base_url="", region="ie1", edge="dublin")
    assert recordings.address(config, "RE" + "0" * 32).startswith("https://api.dublin.ie1.twilio.com/2010-04-01/")
    assert recordings.address(replace(config, region="", edge=""), "RE" + "0" * 32).startswith(
        "https://api.twilio.com/"
    )


def test_a_redirect_is_not_followed_and_only_a_recording_of_ours_is_fetched(desk: Desk, tmp_path: Path) -> None:
    driver, good = desk.provider, "RE" + "0" * 32
    desk.rig.stand_in.faults.redirect = f"{desk.rig.stand_in.base_url}/log"
    with pytest.raises(ProviderError, match="302"):
        recordings.fetch(driver.config, driver.clients, driver.board, ids.new("a"), good)
    for leg, recording in (("../../x", good), (ids.new("a"), "../Calls/CA"), (ids.new("a"), good + "@evil.example")):
        with pytest.raises(ProviderError, match="not a recording of ours"):
            recordings.fetch(driver.config, driver.clients, driver.board, leg, recording)
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_phone_of_ours_is_rung_into_its_room_by_whatever_name_it_has(desk: Desk) -> None:
    from dialer.desk import session
    from dialer.store.desk import OperatorSession

    for endpoint, to in (("op-7", "client:op-7"), ("sip:anna@pbx.example", "sip:anna@pbx.example")):
        leg = ids.new("o")
        with desk.db.write() as s:
            session.get(s, desk.world.users[0], clock.now()).leg = leg
        desk.provider.call_desk(DeskCall(leg, endpoint, ROOM))
        assert desk.first(leg, Joined).room == ROOM
        assert [c["to"] for c in desk.rig.stand_in.log() if c["leg"] == leg] == [to]
    with desk.db.read() as s:
        assert s.scalar(select(func.count()).select_from(OperatorSession)) == 1


def test_mute_and_coach_change_the_participant(desk: Desk) -> None:
    leg, other = desk.dial("talk"), desk.dial("talk")
    desk.first(leg, Joined)
    desk.first(other, Joined)
    desk.provider.mute(leg, ROOM, True)
    until(lambda: desk.call(leg)["muted"])
    desk.provider.voice(leg, ROOM, other, base.Voice.WHISPER)
    until(lambda: desk.call(leg)["coach"] == desk.call(other)["sid"] and not desk.call(leg)["muted"])
    desk.provider.voice(leg, ROOM, other, base.Voice.LISTEN)
    until(lambda: not desk.call(leg)["coach"] and desk.call(leg)["muted"])
    desk.provider.send_keys(leg, "12#")
    until(lambda: "digits: 12#" in desk.call(leg)["heard"])
    until(lambda: len(desk.of(leg, Joined)) == 2, what="it did not come back into its room")


def test_a_person_who_rings_in_is_asked_about_and_joined(desk: Desk) -> None:
    asked: list[tuple[str, str, str]] = []

    def inbound(leg: str, caller: str, called: str) -> base.Plan:
        asked.append((leg, caller, called))
        with desk.db.write() as s:
            contact = s.get_one(Contact, desk.world.contact(worlds.number()))
            now = clock.now()
            s.add(
                Attempt(
                    id=leg, campaign_id=contact.campaign_id, contact_id=contact.id, number_id=1, to_number=caller,
                    provider="twilio", mode=Mode.PROGRESSIVE, state=AttemptState.SENT, inbound=True, placed_at=now,
                )
            )  # fmt: skip
        return Join(ROOM, record=False)

    desk.provider.on_inbound = inbound
    caller = named("talk").number()
    call = desk.rig.stand_in.network.ring_in(desk.provider.config.url("inbound"), caller, OUR_NUMBER)
    leg = until(lambda: asked)[0][0]
    assert asked == [(leg, caller, OUR_NUMBER)]
    assert desk.first(leg, Joined).room == ROOM
    desk.rig.stand_in.network.end(call, "completed", 200, "callee")
    assert desk.first(leg, HungUp).outcome is Outcome.ANSWERED
