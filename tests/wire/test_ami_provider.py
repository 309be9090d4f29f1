"""The driver against a PBX that fails in every way: what the engine is told, and when it may dial."""

from __future__ import annotations

import dataclasses
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialer import profiles
from dialer.providers.asterisk.link import Timing
from dialer.providers.asterisk.names import CONTEXTS
from dialer.providers.asterisk.provider import AsteriskConfig, AsteriskProvider
from dialer.providers.base import (
    Accepted,
    CustomerCall,
    DeskCall,
    Doubtful,
    Down,
    Failed,
    HungUp,
    LiveLeg,
    ProviderError,
    Up,
)
from dialer.rules.words import Outcome
from tests.wire.fake_ami import block, until
from tests.wire.fake_pbx import FakeAmiPbx, channel

LEG, OTHER = "aabcdefgh1234567", "azyxwvuts7654321"
FAST = Timing(connect_s=2, reply_s=1.0, ping_s=0.1, least_s=0.05, most_s=0.2, tick_s=0.02)
Start = Callable[..., tuple[AsteriskProvider, list[Any]]]


@pytest.fixture
def pbx() -> Iterator[FakeAmiPbx]:
    with FakeAmiPbx() as fake:
        yield fake


@pytest.fixture
def start() -> Iterator[Start]:
    """``start(port)``: a driver that has begun, and what it told so far."""
    started: list[AsteriskProvider] = []

    def begin(port: int, timing: Timing = FAST) -> tuple[AsteriskProvider, list[Any]]:
        provider = AsteriskProvider(AsteriskConfig("127.0.0.1", port, "dialer", "s3cret", timing=timing))
        told: list[Any] = []
        provider.start(told.append, lambda *_: None)
        started.append(provider)
        return provider, told

    yield begin
    for provider in started:
        provider.stop()


@pytest.fixture
def ready(pbx: FakeAmiPbx, start: Start) -> tuple[AsteriskProvider, list[Any]]:
    provider, told = start(pbx.port)
    until(lambda: provider.ready)
    return provider, told


def of(told: list[Any], kind: type) -> list[Any]:
    return [event for event in list(told) if isinstance(event, kind)]


def dial(provider: AsteriskProvider, leg: str = LEG, **changes: Any) -> None:
    provider.originate(dataclasses.replace(CustomerCall(leg, "+79165550000", "+74951234567", 20), **changes))


def hangup(leg: str = LEG, cause: int = 17, sip: int = 486, state: int = 0) -> tuple[str, ...]:
    return ("Event: Hangup", f"Uniqueid: {leg}", f"ChannelState: {state}", f"Cause: {cause}", f"TechCause: {sip}")


def newchannel(leg: str = LEG) -> tuple[str, ...]:
    return ("Event: Newchannel", f"Uniqueid: {leg}", "Channel: PJSIP/trunk-1", "ChannelState: 0", "Context: x")


def failure(leg: str = LEG, reason: int = 0) -> tuple[str, ...]:
    return ("Event: OriginateResponse", "Response: Failure", f"Reason: {reason}", f"ActionID: {leg}")


def test_a_pbx_that_is_not_there_is_told_once_and_then_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as placeholder:
        port = placeholder.getsockname()[1]
    provider = AsteriskProvider(AsteriskConfig("127.0.0.1", port, "dialer", "s3cret", timing=FAST))
    told: list[Any] = []
    provider.start(told.append, lambda *_: None)
    until(lambda: told)
    time.sleep(0.5)  # several attempts
    assert [type(event) for event in told] == [Down]
    with pytest.raises(ProviderError):
        dial(provider)
    provider.stop()


def test_a_wrong_secret_is_told_and_tried_again_later(pbx: FakeAmiPbx, start: Start) -> None:
    pbx.secret = "another"
    provider, told = start(pbx.port)
    until(lambda: told)
    assert isinstance(told[0], Down)
    pbx.secret = "s3cret"
    until(lambda: provider.ready)
    assert [type(event) for event in told] == [Down, Up]


def test_nothing_is_dialled_while_the_dialplan_is_not_loaded(pbx: FakeAmiPbx, start: Start) -> None:
    pbx.contexts = {"warmline-answered"}
    provider, told = start(pbx.port)
    until(lambda: told)
    assert "warmline-operator" in told[0].reason
    with pytest.raises(ProviderError):
        dial(provider)
    pbx.contexts = set(CONTEXTS)
    until(lambda: provider.ready)
    assert pbx.seen("Originate") == []


def test_what_lives_is_told_with_the_first_word(pbx: FakeAmiPbx, start: Start) -> None:
    pbx.channels = [
        channel(LEG, room="r-12345678"),
        channel(OTHER, state=5, context="warmline-answered"),
        channel("1795299120.7", room="r-12345678"),
        channel("1795299120.8", context="somebody-elses"),
        channel("not ours at all"),
    ]
    provider, told = start(pbx.port)
    until(lambda: provider.ready and told)
    assert set(told[0].live) == {
        LiveLeg(LEG, True, "r-12345678"),
        LiveLeg(OTHER, False),
        LiveLeg("1795299120-7", True, "r-12345678"),
    }
    assert not told[0].restarted


def test_who_ends_while_the_listing_is_read_is_not_taken_for_living(pbx: FakeAmiPbx, start: Start) -> None:
    pbx.channels = [channel(LEG, room="r-12345678"), channel(OTHER, room="r-12345678")]
    pbx.during = [block(*hangup(LEG, 16, 0, state=6))]
    _, told = start(pbx.port)
    until(lambda: of(told, Up))
    assert [type(event) for event in told] == [HungUp, Up]
    assert told[1].live == (LiveLeg(OTHER, True, "r-12345678"),)


def test_an_originate_is_exactly_this(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, told = ready
    monkeypatch.setattr(profiles, "detection", {"ru": (1700, 1500, 400)}.__getitem__)
    dial(provider, amd="ru")
    until(lambda: of(told, Accepted))
    assert pbx.seen("Originate") == [
        {
            "Action": "Originate",
            "ActionID": LEG,
            "ChannelId": LEG,
            "Channel": "PJSIP/79165550000@trunk",
            "Context": "warmline-answered",
            "Exten": "s",
            "Priority": "1",
            "Timeout": "20000",
            "Async": "true",
            "CallerID": "<+74951234567>",
            "Variable": "WARMLINE_AMD=1700-1500-400",
        }
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "123&PJSIP/x"},
        {"to": "+7916\r\nAction: Command"},
        {"to": "+7916555000@evil"},
        {"caller_id": "Bob <1>"},
        {"caller_id": "+7\n"},
        {"trunk": "a/b"},
        {"trunk": "a&PJSIP/b"},
        {"leg": "a,b=c12345"},
        {"leg": "x234567890"},
        {"leg": "a1"},
        {"ring_s": 0},
        {"ring_s": 10_000},
    ],
)
def test_nothing_hostile_reaches_the_wire(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]], changes: dict[str, Any]
) -> None:
    provider, told = ready
    with pytest.raises(ProviderError) as refused:
        dial(provider, **changes)
    assert refused.value.permanent
    dial(provider, OTHER)
    until(lambda: of(told, Accepted))
    assert [action["ChannelId"] for action in pbx.seen("Originate")] == [OTHER]
    assert pbx.seen("Command") == []


def test_rooms_phones_and_keys_are_checked_as_well(ready: tuple[AsteriskProvider, list[Any]], pbx: FakeAmiPbx) -> None:
    provider, _ = ready
    for call in (DeskCall("o2345678", "op/1", "r-12345678"), DeskCall("o2345678", "op-1", "room 1")):
        with pytest.raises(ProviderError):
            provider.call_desk(call)
    dial(provider)
    pbx.say(*newchannel())
    until(lambda: provider._hearer.legs.get(LEG).channel)
    for wrong in (
        lambda: provider.move(LEG, "r,1"),
        lambda: provider.mute(LEG, "x", True),
        lambda: provider.send_keys(LEG, "1x"),
        lambda: provider.send_keys(LEG, ""),
        lambda: provider.hold(OTHER),
    ):
        with pytest.raises(ProviderError):
            wrong()


@pytest.mark.parametrize(
    "story",
    [
        [newchannel(), hangup(), failure()],
        [newchannel(), failure(), hangup()],
        [newchannel(), hangup(), hangup(), failure(), failure()],
        [newchannel(), hangup()],
        [failure(), newchannel(), hangup()],
        [hangup(), failure(), newchannel()],
    ],
    ids=["cause first", "reason first", "twice", "no reason", "late channel", "late everything"],
)
def test_however_the_end_is_told_it_is_told_once(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]], story: list[tuple[str, ...]]
) -> None:
    provider, told = ready
    dial(provider)
    for lines in story:
        pbx.say(*lines)
    until(lambda: of(told, HungUp))
    time.sleep(0.8)  # longer than a second telling would take
    (end,) = of(told, HungUp) + of(told, Failed)
    assert (end.outcome, end.cause, end.sip_code) == (Outcome.BUSY, "17", 486)


def test_a_failure_without_a_channel_is_a_failure(pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]) -> None:
    provider, told = ready
    dial(provider)
    pbx.say(*failure())
    assert until(lambda: of(told, Failed))[0].leg == LEG
    assert of(told, HungUp) == []


def test_a_refusal_of_asterisk_is_a_failure_with_its_reason(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    pbx.handlers["Originate"] = lambda s, action: s.answer(
        action, "Message: Extension does not exist.", response="Error"
    )
    dial(provider)
    assert until(lambda: of(told, Failed))[0].reason == "Extension does not exist."


def test_the_failure_of_a_second_originate_does_not_end_the_living_leg(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    dial(provider)
    pbx.say(*newchannel())
    pbx.say(*failure())
    pbx.say("Event: Newstate", f"Uniqueid: {LEG}", "ChannelState: 6")
    pbx.say(*failure())
    time.sleep(0.8)
    assert of(told, HungUp) + of(told, Failed) == []


def test_silence_after_an_originate_is_doubt_and_it_is_not_repeated(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    pbx.handlers["Originate"] = None
    dial(provider)
    assert until(lambda: of(told, Doubtful))[0].leg == LEG
    with pytest.raises(ProviderError):
        dial(provider)
    assert len(pbx.seen("Originate")) == 1


def test_a_break_after_an_originate_is_doubt_before_it_is_down(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    pbx.handlers["Originate"] = lambda session, action: session.hang_up()
    dial(provider)
    until(lambda: len(of(told, Up)) == 2)
    assert [type(event) for event in told] == [Up, Doubtful, Down, Up]
    assert told[-1].live == () and not told[-1].restarted


def test_what_was_heard_before_the_break_is_told_before_down(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    dial(provider)
    until(lambda: of(told, Accepted))
    pbx.session.say(block(*newchannel()) + block(*hangup()) + block(*failure()) + b"Event: Hal")
    pbx.session.hang_up()
    until(lambda: of(told, Down))
    assert [type(event) for event in told][:4] == [Up, Accepted, HungUp, Down]


def test_a_new_start_up_time_is_a_restart(pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]) -> None:
    provider, told = ready
    dial(provider)
    pbx.say(*newchannel())
    until(lambda: provider._hearer.legs.get(LEG).channel)
    pbx.epoch = "10:05:00"
    pbx.session.hang_up()
    until(lambda: len(of(told, Up)) == 2)
    assert told[-1].restarted and told[-1].live == ()
    assert provider._hearer.legs.get(LEG) is None


def test_a_pbx_that_stops_answering_is_noticed(pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]) -> None:
    provider, told = ready
    pbx.handlers["Ping"] = None
    until(lambda: of(told, Down))
    assert not provider.ready or len(of(told, Up)) > 1
    del pbx.handlers["Ping"]
    until(lambda: len(of(told, Up)) >= 2 and provider.ready)


def test_lost_events_are_made_good_by_asking_for_everything(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    dial(provider)
    dial(provider, OTHER)
    pbx.say(*newchannel(LEG))
    pbx.channels = [channel(OTHER, room="r-12345678")]
    pbx.session.say(b"Event: Huge\r\n" + b"K: v\r\n" * 3000 + b"\r\n")
    until(lambda: len(of(told, Up)) == 2)
    assert told[-1].live == (LiveLeg(OTHER, True, "r-12345678"),)
    assert of(told, Down) == []
    assert provider.ready


def test_an_originate_on_its_way_survives_the_asking(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    dial(provider)
    until(lambda: of(told, Accepted))
    pbx.session.say(b"Event: Huge\r\n" + b"K: v\r\n" * 3000 + b"\r\n")
    until(lambda: len(of(told, Up)) == 2)
    assert told[-1].live == (LiveLeg(LEG, False),)


def test_a_call_given_up_before_it_has_a_channel_is_hung_up_when_it_gets_one(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    provider, told = ready
    pbx.handlers["Hangup"] = lambda s, action: s.answer(action, "Message: No such channel", response="Error")
    dial(provider)
    provider.hang_up(LEG)
    until(lambda: of(told, Accepted))
    pbx.say(*newchannel())
    until(lambda: len(pbx.seen("Hangup")) == 2)
    assert pbx.seen("Hangup")[1]["Channel"] == "PJSIP/trunk-1"
    pbx.say(*hangup(LEG, 16, 0))
    pbx.say(*failure())
    assert until(lambda: of(told, HungUp))[0].outcome is Outcome.CANCELLED


def test_other_peoples_channels_are_none_of_our_business(
    pbx: FakeAmiPbx, ready: tuple[AsteriskProvider, list[Any]]
) -> None:
    _, told = ready
    for uniqueid in ("1795299120.7", "agent-007", "A" * 20, "", "a-b;c-d-e-f"):
        pbx.say(*newchannel(uniqueid))
        pbx.say(*hangup(uniqueid))
    pbx.say("Event: ConfbridgeJoin", "Uniqueid: 1795299120.7", "Conference: 100", "Context: default")
    pbx.say(*newchannel(LEG))
    pbx.say(*hangup(LEG))
    until(lambda: of(told, HungUp))
    assert [type(event) for event in told] == [Up, HungUp]


def test_stopping_leaves_no_thread_and_tells_nothing_more(pbx: FakeAmiPbx) -> None:
    import threading

    before = set(threading.enumerate())
    provider = AsteriskProvider(AsteriskConfig("127.0.0.1", pbx.port, "dialer", "s3cret", timing=FAST))
    told: list[Any] = []
    provider.start(told.append, lambda *_: None)
    until(lambda: provider.ready)
    provider.stop()
    count = len(told)
    assert not provider.ready
    assert [t for t in threading.enumerate() if t not in before and t.name.startswith("ami-")] == []
    assert len(told) == count == 1
