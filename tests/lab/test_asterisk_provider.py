"""The Asterisk driver against a real Asterisk: outcomes, rooms, hold, mute, keys, recordings, adoption, restart."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agi.server import HookServer
from dialer import ids, profiles
from dialer.lab import Lab, LabStatus
from dialer.lab.behaviours import named
from dialer.providers.asterisk.link import Timing
from dialer.providers.asterisk.provider import AsteriskConfig, AsteriskProvider
from dialer.providers.base import (
    Accepted,
    Answered,
    CustomerCall,
    DeskCall,
    Down,
    Event,
    Failed,
    HungUp,
    Join,
    Joined,
    Left,
    LiveLeg,
    Message,
    ProviderError,
    Recorded,
    Reject,
    Ringing,
    Up,
)
from dialer.rules.words import Amd, Outcome
from tests.lab.sip_phone import SipPhone
from tests.wire.fake_agi import FakeHooks
from tests.wire.fake_ami import until

pytestmark = [pytest.mark.lab, pytest.mark.timeout(120)]
OUR_NUMBER = "+74951234567"
LOUD, QUIET = 500.0, 60.0
"""RMS of 16-bit samples: speech and tones are in the thousands, mixed silence is below 20."""


@pytest.fixture
def hooks(status: LabStatus) -> Iterator[FakeHooks]:
    """An engine behind the real FastAGI server, at the address the lab's dialplan asks."""
    hooks = FakeHooks()
    hooks.answers |= {"answered": Join(ids.new("r")), "inbound": Reject(), "operator": None}
    host, _, port = status.fastagi.partition(":")
    server = HookServer((host, int(port)), hooks)
    server.start()
    yield hooks
    server.stop()


class Engine:
    """A provider and everything it told."""

    def __init__(self, status: LabStatus) -> None:
        self.events: list[Event] = []
        timing = Timing(connect_s=2, reply_s=2, ping_s=1, least_s=0.1, most_s=0.5)
        self.provider = AsteriskProvider(
            AsteriskConfig(status.ami_host, status.ami_port, status.ami_user, status.ami_secret, timing=timing)
        )

    def start(self) -> Engine:
        self.provider.start(self.events.append, lambda *_: None)
        until(lambda: self.provider.ready and self.of(Up))
        return self

    def of(self, kind: type, leg: str = "") -> list[Event]:
        return [e for e in list(self.events) if isinstance(e, kind) and (not leg or e.leg == leg)]

    def first(self, kind: type, leg: str = "", timeout_s: float = 15.0) -> Event:
        return until(lambda: self.of(kind, leg), timeout_s)[0]

    def dial(self, behaviour: str, *, ring_s: int = 20, amd: str = "", offset: int = 0) -> str:
        leg = ids.new("a")
        number = named(behaviour).number(offset=offset)
        self.provider.originate(CustomerCall(leg, number, OUR_NUMBER, ring_s, amd))
        return leg


@pytest.fixture
def engine(status: LabStatus, hooks: FakeHooks) -> Iterator[Engine]:
    engine = Engine(status).start()
    yield engine
    for leg in {e.leg for e in engine.of(Joined) + engine.of(Accepted)}:
        engine.provider.hang_up(leg)
    engine.provider.stop()


@pytest.mark.parametrize(
    ("behaviour", "outcome", "sip"),
    [
        ("busy", Outcome.BUSY, 486),
        ("rejected", Outcome.REJECTED, 603),
        ("unallocated", Outcome.BAD_NUMBER, 404),
        ("congestion", Outcome.CONGESTION, 503),
        ("unreachable", Outcome.UNREACHABLE, 480),
        ("early", Outcome.ANSWERED, 0),
    ],
)
def test_whatever_the_network_does_becomes_its_one_outcome(
    engine: Engine, behaviour: str, outcome: Outcome, sip: int
) -> None:
    leg = engine.dial(behaviour)
    end = engine.first(HungUp, leg)
    assert (end.outcome, end.sip_code) == (outcome, sip)
    assert engine.of(Accepted, leg)


def test_a_phone_nobody_answers_is_given_up_after_the_ring_time(engine: Engine, lab: Lab) -> None:
    before = len(lab.network_calls())
    leg = engine.dial("noanswer", ring_s=2)
    end = engine.first(HungUp, leg)
    assert end.outcome is Outcome.NO_ANSWER
    assert 1.5 < (end.at - engine.first(Ringing, leg).at).total_seconds() < 6
    assert [call["number"] for call in lab.network_calls()[before:]] == [named("noanswer").number()]


def test_every_leg_ends_exactly_once(engine: Engine) -> None:
    kinds = ("busy", "rejected", "unallocated", "congestion", "unreachable", "early")
    legs = [engine.dial(behaviour) for behaviour in kinds * 3]
    until(lambda: len(engine.of(HungUp)) + len(engine.of(Failed)) >= len(legs), 30)
    time.sleep(1.0)  # long enough for a second telling, were there one
    ends = [event.leg for event in engine.events if isinstance(event, HungUp | Failed)]
    assert sorted(ends) == sorted(legs)


def test_what_has_no_way_to_be_dialled_fails_without_ringing(engine: Engine) -> None:
    trunkless, phoneless = ids.new("a"), ids.new("o")
    engine.provider.originate(CustomerCall(trunkless, named("talk").number(), OUR_NUMBER, 10, trunk="nowhere"))
    engine.provider.call_desk(DeskCall(phoneless, "op-2", ids.new("r")))
    for leg in (trunkless, phoneless):
        assert engine.first(Failed, leg).leg == leg
        assert engine.of(HungUp, leg) == []


def test_a_call_given_up_at_once_or_while_it_rings_is_cancelled(engine: Engine) -> None:
    at_once, later = engine.dial("noanswer"), engine.dial("noanswer", offset=1)
    engine.provider.hang_up(at_once)
    engine.first(Ringing, later)
    engine.provider.hang_up(later)
    assert engine.first(HungUp, at_once).outcome is Outcome.CANCELLED
    assert engine.first(HungUp, later).outcome is Outcome.CANCELLED


def test_one_id_is_dialled_once(engine: Engine, lab: Lab) -> None:
    before = len(lab.network_calls())
    leg = engine.dial("busy")
    call = CustomerCall(leg, named("busy").number(), OUR_NUMBER, 10)
    with pytest.raises(ProviderError):
        engine.provider.originate(call)
    engine.first(HungUp, leg)
    with pytest.raises(ProviderError):
        engine.provider.originate(call)
    assert len(lab.network_calls()) == before + 1


@pytest.mark.parametrize(
    "number",
    ["123&PJSIP/x", "+7916555000@evil", "+7916/555", "+0916555000", "79165550000", "+791", "+7916555 0000", ""],
)
def test_a_number_that_is_none_never_leaves(engine: Engine, lab: Lab, number: str) -> None:
    before = len(lab.network_calls())
    with pytest.raises(ProviderError) as refused:
        engine.provider.originate(CustomerCall(ids.new("a"), number, OUR_NUMBER, 10))
    assert refused.value.permanent
    assert len(lab.network_calls()) == before


def test_a_hang_up_of_a_leg_that_is_not_there_is_no_error(engine: Engine) -> None:
    engine.provider.hang_up(ids.new("a"))
    assert engine.provider.ready


@pytest.mark.parametrize(("behaviour", "heard"), [("machine", Amd.MACHINE), ("fax", Amd.FAX), ("talk", Amd.HUMAN)])
def test_the_detection_tells_the_engine_who_answered(
    engine: Engine, hooks: FakeHooks, behaviour: str, heard: Amd
) -> None:
    hooks.answers["answered"] = Reject()
    leg = engine.dial(behaviour, amd="ru")
    engine.first(HungUp, leg)
    assert hooks.asked == [("answered", leg, heard)]


@pytest.mark.parametrize(
    ("language", "heard"), [("ru", Amd.HUMAN), ("en", Amd.MACHINE)], ids=["Russian patience", "English haste"]
)
def test_a_campaigns_language_says_how_long_a_greeting_may_be(
    engine: Engine, hooks: FakeHooks, monkeypatch: pytest.MonkeyPatch, language: str, heard: Amd
) -> None:
    hooks.answers["answered"] = Reject()
    tables = {"ru": profiles.detection("ru"), "en": (1000, 600, 600, 6000, 100, 50, 20, 256, 6000)}
    monkeypatch.setattr(profiles, "detection", tables.__getitem__)
    leg = engine.dial("firm", amd=language)
    engine.first(HungUp, leg)
    assert hooks.asked == [("answered", leg, heard)]


def test_a_message_is_played_and_the_call_ended(engine: Engine, hooks: FakeHooks, lab: Lab) -> None:
    hooks.answers["answered"] = Message("sorry-en")
    leg = engine.dial("talk")
    end = engine.first(HungUp, leg, 30)
    assert (end.at - engine.first(Answered, leg).at).total_seconds() > 1
    assert engine.of(Joined, leg) == []


def rms(path: Path, last_s: float) -> float:
    """Loudness of the end of a recording, 16-bit scale."""
    samples, rate = soundfile.read(path, dtype="int16")
    return float(np.sqrt(np.mean(samples[-int(rate * last_s) :].astype(float) ** 2)))


def test_two_legs_in_one_room_hear_each_other_and_it_is_recorded(
    engine: Engine, hooks: FakeHooks, status: LabStatus
) -> None:
    room = hooks.answers["answered"].room
    talking, listening = engine.dial("talk"), engine.dial("mute")
    for leg in (talking, listening):
        assert engine.first(Joined, leg).room == room
        assert engine.first(Recorded, leg).began
    time.sleep(3)
    engine.provider.hang_up(listening)
    engine.provider.hang_up(talking)
    for leg in (talking, listening):
        assert engine.first(HungUp, leg).outcome is Outcome.ANSWERED
        began, ended = engine.of(Recorded, leg)
        assert (began.began, ended.began) == (True, False)
    spoke = status.recordings / engine.of(Recorded, talking)[0].where
    heard = status.recordings / engine.of(Recorded, listening)[0].where.replace("-rx", "-tx")
    said = status.recordings / engine.of(Recorded, listening)[0].where
    until(lambda: spoke.exists() and heard.exists())
    assert rms(spoke, 2.5) > LOUD
    assert rms(heard, 2.5) > LOUD, "what one says the other hears"
    assert rms(said, 2.5) < QUIET


@pytest.fixture
def phone(status: LabStatus) -> Iterator[SipPhone]:
    with SipPhone("sip-op-1", status.phone("sip-op-1").password, status.sip_port) as phone:
        yield phone


def at_the_desk(engine: Engine, hooks: FakeHooks, phone: SipPhone) -> tuple[str, str]:
    """An operator's leg in a room."""
    room, leg = ids.new("r"), ids.new("o")
    hooks.answers |= {"operator": room, "answered": Join(room)}
    engine.provider.call_desk(DeskCall(leg, phone.name, room))
    assert engine.first(Joined, leg).room == room
    return leg, room


def becomes(phone: SipPhone, condition: Callable[[float], bool]) -> bool:
    """Whether what the phone hears comes to be like that."""
    phone.forget()
    return bool(until(lambda: condition(phone.heard()) and len(phone._frames) >= 25))


def test_a_plain_sip_phone_picks_up_by_itself_and_tells_its_leg(
    engine: Engine, hooks: FakeHooks, phone: SipPhone
) -> None:
    leg, _ = at_the_desk(engine, hooks, phone)
    assert phone.in_call
    assert leg in phone.invites[0]
    engine.provider.hang_up(leg)
    engine.first(HungUp, leg)
    until(lambda: not phone.in_call)


def test_a_closers_phone_rings_until_it_is_picked_up(engine: Engine, hooks: FakeHooks, phone: SipPhone) -> None:
    room, leg = ids.new("r"), ids.new("c")
    hooks.answers["operator"] = room
    engine.provider.call_desk(DeskCall(leg, phone.name, room, auto_answer=False))
    engine.first(Ringing, leg)
    assert not phone.in_call and not engine.of(Answered, leg)
    phone.answer()
    assert engine.first(Joined, leg).room == room


def test_hold_move_mute_and_keys_do_what_the_ear_tells(engine: Engine, hooks: FakeHooks, phone: SipPhone) -> None:
    desk, room = at_the_desk(engine, hooks, phone)
    customer = engine.dial("echo")
    engine.first(Joined, customer)
    assert becomes(phone, lambda level: level > LOUD), "the customer says back what the operator says"

    engine.provider.mute(desk, room, True)
    assert becomes(phone, lambda level: level < QUIET)
    engine.provider.mute(desk, room, False)
    assert becomes(phone, lambda level: level > LOUD)

    engine.provider.hold(customer)
    assert engine.first(Left, customer).room == room
    phone.forget()
    engine.provider.move(customer, room)
    until(lambda: len(engine.of(Joined, customer)) == 2)
    assert becomes(phone, lambda level: level > LOUD)

    elsewhere = ids.new("r")
    engine.provider.move(customer, elsewhere)
    assert until(lambda: engine.of(Joined, customer)[2:])[0].room == elsewhere

    engine.provider.send_keys(desk, "15#")
    assert until(lambda: len(phone.digits) == 3 and phone.digits) == [1, 5, 11]


def test_a_pause_leaves_silence_in_the_recording(
    engine: Engine, hooks: FakeHooks, phone: SipPhone, status: LabStatus
) -> None:
    at_the_desk(engine, hooks, phone)
    customer = engine.dial("talk")
    engine.first(Recorded, customer)
    engine.provider.record(customer, False)
    time.sleep(2.5)
    engine.provider.hang_up(customer)
    engine.first(HungUp, customer)
    said = status.recordings / engine.of(Recorded, customer)[0].where
    until(said.exists)
    assert rms(said, 1.5) < QUIET
    phone.in_call = False


def test_a_call_that_comes_in_is_a_leg_like_any_other(engine: Engine, hooks: FakeHooks, lab: Lab) -> None:
    room = ids.new("r")
    hooks.answers["inbound"] = Join(room)
    lab.ring_in("+79161112233", OUR_NUMBER)
    leg = engine.first(Joined).leg
    assert hooks.asked == [("inbound", leg, "+79161112233", OUR_NUMBER)]
    engine.provider.hang_up(leg)
    assert engine.first(HungUp, leg).outcome is Outcome.ANSWERED


def test_another_engine_finds_what_lives_and_can_end_it(engine: Engine, hooks: FakeHooks, status: LabStatus) -> None:
    talking, ringing = engine.dial("talk"), engine.dial("noanswer")
    room = engine.first(Joined, talking).room
    engine.first(Ringing, ringing)
    second = Engine(status).start()
    live = second.of(Up)[0].live
    assert set(live) >= {LiveLeg(talking, True, room), LiveLeg(ringing, False)}
    second.provider.hang_up(talking)
    second.provider.hang_up(ringing)
    assert second.first(HungUp, talking).outcome is Outcome.ANSWERED
    assert second.first(HungUp, ringing).outcome is Outcome.CANCELLED
    second.provider.stop()


def test_a_restart_of_asterisk_is_told_as_such_and_nothing_is_dialled_meanwhile(engine: Engine, lab: Lab) -> None:
    leg = engine.dial("talk")
    engine.first(Joined, leg)
    lab.kill("pbx")
    engine.first(Down)
    with pytest.raises(ProviderError) as refused:
        engine.dial("talk")
    assert not refused.value.permanent
    lab.start("pbx")
    until(lambda: len(engine.of(Up)) == 2, 30)
    back = engine.of(Up)[1]
    assert (back.live, back.restarted) == ((), True)
    again = engine.dial("busy")
    assert engine.first(HungUp, again).outcome is Outcome.BUSY


def test_calls_outlive_an_asterisk_that_stood_still(engine: Engine, lab: Lab) -> None:
    leg = engine.dial("talk")
    room = engine.first(Joined, leg).room
    pid = lab.status().pids["pbx"]
    os.kill(pid, signal.SIGSTOP)
    try:
        engine.first(Down)
        with pytest.raises(ProviderError):
            engine.dial("talk")
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: len(engine.of(Up)) == 2, 30)
    back = engine.of(Up)[1]
    assert (back.live, back.restarted) == ((LiveLeg(leg, True, room),), False)
    engine.provider.hang_up(leg)
    assert engine.first(HungUp, leg).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("hook", "result", "question"),
    [
        ("lookup", "found", ("lookup", "+79161112233")),
        ("suppressed", "no", ("suppressed", "+79161112233")),
        ("opt_out", "ok", ("opt_out", "+79161112233", "LEG")),
        ("outcome", "ok", ("outcome", "LEG", "not_interested")),
    ],
)
def test_each_hook_is_reached_from_the_dialplan(
    engine: Engine, hooks: FakeHooks, hook: str, result: str, question: tuple[str, ...]
) -> None:
    """The examples in the dialplan's ``warmline-hooks``, run on a live channel."""
    told: list[str] = []
    manager = engine.provider.link.manager
    manager.register_event("UserEvent", lambda event, _: told.append(event.get_header("Result")))
    leg = engine.dial("talk")
    engine.first(Joined, leg)
    for name, value in (("WARMLINE_NUMBER", "+79161112233"), ("WARMLINE_OUTCOME", "not_interested")):
        manager.request({"Action": "Setvar", "Channel": leg, "Variable": name, "Value": value})
    manager.request({"Action": "Redirect", "Channel": leg, "Context": "warmline-hooks", "Exten": hook, "Priority": 1})
    assert until(lambda: told) == [result]
    assert hooks.asked[-1] == tuple(leg if word == "LEG" else word for word in question)
