"""Answering machines by Twilio: detection beside the call, and a message where the greeting and the beep are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dialer.lab.behaviours import named
from dialer.lab.twilio import callees
from dialer.lab.twilio.callees import callee_of, detected
from dialer.providers.base import CustomerCall, HungUp, Join, Joined, MachineDetected, Message, Plan, Reject
from dialer.providers.twilio import placing, plans
from dialer.rules.words import Amd, Outcome
from dialer.store import Database
from tests.contract.networks import until
from tests.support.twilio import OUR_NUMBER, rig
from tests.unit.twilio.test_driver import ROOM, Desk

VOICEMAIL = Message("voicemail-en", after_beep=True)


class Careful(Desk):
    """An engine of a few lines that joins whoever answers, and has ``of_machine`` for machines."""

    of_machine: Plan = VOICEMAIL
    after_beep = True

    def _answer(self, leg: str, heard: Amd, reply: object) -> None:  # type: ignore[override]
        self.asked = [*getattr(self, "asked", []), heard]
        plan = self.of_machine if heard is Amd.MACHINE else self.plan
        reply(plan)  # type: ignore[operator]

    def call_machine(self) -> str:
        original, given = self.provider.originate, self.after_beep
        self.provider.originate = lambda call: original(replace(call, amd=True, after_beep=given))  # type: ignore[method-assign]
        return self.dial("machine")


@pytest.fixture
def desk(lite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Careful]:
    machine = replace(callee_of(named("machine").number()), after_s=0.2, greets_s=2.0, heard_s=0.6)
    monkeypatch.setitem(callees._BY_NAME, "machine", machine)
    with rig(lite, tmp_path, sounds=tmp_path / "sounds") as made:
        desk = Careful(made, lite)
        yield desk
        desk.provider.stop()


@pytest.mark.parametrize(("after_beep", "mode"), [(True, "DetectMessageEnd"), (False, "Enable")])
def test_the_end_of_a_greeting_is_waited_for_only_where_a_message_will_be_left(
    desk: Careful, after_beep: bool, mode: str
) -> None:
    call = CustomerCall("a" + "0" * 12, "+79160000000", OUR_NUMBER, 20, amd=True, after_beep=after_beep)
    params = placing.customer(desk.provider.config, call)
    assert (params["machine_detection"], params["async_amd"]) == (mode, "true")


def test_a_machine_leaves_its_room_and_keeps_the_whole_message(desk: Careful) -> None:
    leg = desk.call_machine()
    assert desk.first(leg, Joined).room == ROOM
    assert desk.first(leg, MachineDetected).heard is Amd.MACHINE
    assert desk.first(leg, HungUp).outcome is Outcome.MACHINE
    call = desk.call(leg)
    assert call["tape"] == [plans.LEFT["en"][1]] and call["ended_by"] == "us"
    assert desk.asked == [Amd.UNSURE, Amd.MACHINE]


def test_over_a_greeting_nothing_is_said(desk: Careful) -> None:
    desk.after_beep = False
    leg = desk.call_machine()
    assert desk.first(leg, HungUp).outcome is Outcome.MACHINE
    call = desk.call(leg)
    assert call["heard"] == [] and call["ended_s"] - call["answered_s"] < 2.0


def test_whom_the_operator_works_with_is_left_alone(desk: Careful) -> None:
    desk.of_machine = Join(ROOM, record=False)
    leg = desk.call_machine()
    desk.first(leg, MachineDetected)
    until(lambda: len(desk.asked) == 2)
    desk.provider.mute(leg, ROOM, True)  # in the leg's own order: whatever was asked before is done when this is
    until(lambda: desk.call(leg)["muted"])
    assert desk.call(leg)["in_room"] == ROOM and not desk.of(leg, HungUp)


def test_a_machine_heard_while_the_plan_is_on_its_way_is_asked_about_after_it(desk: Careful) -> None:
    desk.of_machine = Reject()
    held: list[object] = []
    answer = desk.provider._answering.answer
    desk.provider._answering.answer = lambda leg, heard, reply: held.append((leg, heard, reply))
    desk.after_beep = False
    leg = desk.call_machine()
    desk.first(leg, MachineDetected)
    (first,) = held  # one question is open: no second one beside it
    desk.provider._answering.answer = answer
    first[2](Join(ROOM, record=False))  # type: ignore[index]
    assert desk.first(leg, HungUp).outcome is Outcome.MACHINE


def test_a_sound_of_ours_is_played_instead(desk: Careful, tmp_path: Path) -> None:
    sounds = desk.rig.settings.data / "sounds"
    sounds.mkdir()
    (sounds / "voicemail-en.mp3").write_bytes(b"ID3")
    leg = desk.call_machine()
    desk.first(leg, HungUp)
    assert desk.call(leg)["tape"] == [desk.provider.config.url("sound", "voicemail-en.mp3")]
    assert not [error for error in desk.rig.stand_in.network.errors if "sound" in error]
    for name in ("..%2fsecret", "voicemail-ru", "VOICEMAIL-EN"):
        assert plans.sound_of(desk.provider.config, name) is None


@pytest.mark.parametrize(
    ("mode", "timeout_s", "told"),
    [
        ("Enable", 30.0, (0.6, "machine_start")),
        ("DetectMessageEnd", 30.0, (8.5, "machine_end_beep")),
        ("DetectMessageEnd", 5.0, (5.0, "unknown")),
    ],
)
def test_the_stand_in_tells_of_a_machine_when_twilio_would(
    mode: str, timeout_s: float, told: tuple[float, str]
) -> None:
    assert detected(callee_of(named("machine").number()), mode, timeout_s) == told
    assert detected(callee_of(named("talk").number()), mode, timeout_s) == (0.6, "human")
