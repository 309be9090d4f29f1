"""The dialplan we give to customers, on a real Asterisk: nobody answers into silence, nothing strange gets through."""

from __future__ import annotations

import time

import pytest

from dialer.lab import Lab
from dialer.lab.wire import Ami
from tests.lab.conftest import Call, Engine, told
from tests.lab.test_lab_network import last_ended

pytestmark = pytest.mark.lab
APOLOGY_S = 4.0
"""The apology takes longer than this to say."""


def apologises(ami: Ami, leg: str) -> None:
    """The leg is being played the apology; hang it up."""
    deadline = time.monotonic() + 10
    while True:
        ami.events.clear()
        ami.action("CoreShowChannels")
        ami.wait_for("CoreShowChannelsComplete")
        doing = [e for e in ami.events if e.get("Uniqueid") == leg and e.get("Application") == "Playback"]
        if doing and (doing[0]["Context"], doing[0]["Exten"]) == ("warmline-do", "apology"):
            break
        assert time.monotonic() < deadline, "no apology is played"
        time.sleep(0.05)
    ami.action("Hangup", Channel=leg)
    ami.wait_for("Hangup", Uniqueid=leg)


def test_an_absent_engine_means_an_apology_to_its_end(lab: Lab, ami: Ami, call: Call) -> None:
    end = ami.wait_for("Hangup", timeout_s=20, Uniqueid=call("talk"))
    assert (end["Context"], end["Exten"]) == ("warmline-do", "apology")
    noted = last_ended(lab, "talk")
    assert noted["ended_by"] == "pbx" and noted["talk_s"] > APOLOGY_S


def test_a_hanging_engine_means_an_apology(ami: Ami, call: Call, engine: Engine) -> None:
    engine.silent = True
    apologises(ami, call("talk"))
    assert engine.asked


@pytest.mark.parametrize(
    "says",
    [
        {"WARMLINE_DO": "dance"},
        {"WARMLINE_ROOM": "", "WARMLINE_DO": "join"},
        {"WARMLINE_MESSAGE": "no-such-sound", "WARMLINE_DO": "message"},
    ],
)
def test_an_answer_that_makes_no_sense_means_an_apology(
    ami: Ami, call: Call, engine: Engine, says: dict[str, str]
) -> None:
    engine.says = says
    apologises(ami, call("talk"))


def test_a_message_is_said_to_its_end(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_MESSAGE": "optout-en", "WARMLINE_DO": "message"}
    end = ami.wait_for("Hangup", timeout_s=20, Uniqueid=call("talk"))
    assert (end["Context"], end["Exten"]) == ("warmline-do", "do-message")  # three seconds more are left for the key
    assert last_ended(lab, "talk")["talk_s"] > APOLOGY_S + 3


def test_the_key_nine_takes_the_person_off_the_list(ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_MESSAGE": "abandoned-en", "WARMLINE_DO": "message", "WARMLINE_RESULT": "ok"}
    leg = call("talk")
    deadline = time.monotonic() + 10
    while not engine.asked:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1)
    ami.action("PlayDTMF", Channel=leg, Digit="9", Receive="true")
    end = ami.wait_for("Hangup", timeout_s=20, Uniqueid=leg)
    assert (end["Context"], end["Exten"]) == ("warmline-do", "9")
    assert engine.asked[-1]["agi_request"].endswith("/opt_out") and engine.asked[-1]["agi_arg_1"] == "leg"


def test_a_machine_is_left_a_message_after_its_beep(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_MESSAGE": "voicemail-ru", "WARMLINE_DO": "leave"}
    leg = call("machine")
    end = ami.wait_for("Hangup", timeout_s=60, Uniqueid=leg)
    assert (end["Context"], end["Exten"]) == ("warmline-do", "do-leave")
    noted = last_ended(lab, "machine")
    # The greeting takes 8 s and the beep half a second; the message itself more than 4 s.
    assert noted["ended_by"] == "pbx" and noted["talk_s"] > 8 + 0.5 + 1.5 + 4


def test_a_room_name_loses_everything_but_letters_digits_and_dashes(
    ami: Ami, call: Call, engine: Engine, lab: Lab
) -> None:
    engine.says = {"WARMLINE_ROOM": "../r-1,$[2+2]|x", "WARMLINE_RECORD": "1", "WARMLINE_DO": "join"}
    leg = call("talk")
    assert ami.wait_for("ConfbridgeJoin", Uniqueid=leg)["Conference"] == "r-122x"
    ami.action("Hangup", Channel=leg)
    ami.wait_for("Hangup", Uniqueid=leg)


def test_a_leg_goes_on_hold_and_into_another_room(ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-one", "WARMLINE_DO": "join"}
    leg = call("echo")
    ami.wait_for("ConfbridgeJoin", Uniqueid=leg, Conference="r-one")
    ami.action("Redirect", Channel=leg, Context="warmline-hold", Exten="s", Priority="1")
    ami.wait_for("MusicOnHoldStart", Uniqueid=leg)
    ami.action("Redirect", Channel=leg, Context="warmline-room", Exten="r-two", Priority="1")
    ami.wait_for("ConfbridgeJoin", Uniqueid=leg, Conference="r-two")
    ami.action("Hangup", Channel=leg)
    ami.wait_for("Hangup", Uniqueid=leg)


@pytest.mark.parametrize("hook", ["lookup", "suppressed", "opt_out", "outcome"])
def test_each_hook_is_asked_from_the_dialplan(ami: Ami, engine: Engine, hook: str) -> None:
    engine.says = {"WARMLINE_RESULT": "told"}
    leg = f"a-hook-{hook}".replace("_", "-")
    ami.action(
        "Originate",
        Channel="PJSIP/79165550098@trunk",
        ChannelId=leg,
        Context="warmline-hooks",
        Exten=hook,
        Priority="1",
        Async="true",
        Variable="WARMLINE_NUMBER=+79160000000",
    )
    told_back = ami.wait_for("UserEvent", UserEvent="WarmlineHook", Uniqueid=leg)
    assert (told_back["Hook"], told_back["Result"]) == (hook, "told")
    (question,) = engine.asked
    assert question["agi_network_script"] == hook
    assert question.get("agi_arg_1", "") == ("" if hook == "outcome" else "+79160000000")


def test_the_product_may_do_no_more_than_it_must(ami: Ami) -> None:
    for action in ("Command", "GetConfig", "PJSIPShowEndpoints", "ModuleLoad", "Reload"):
        answer = ami.action(action, Command="core show version", Filename="manager.conf", Module="app_amd")
        assert answer["Response"] == "Error", action


def test_a_second_call_with_a_living_id_is_not_placed(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-once", "WARMLINE_DO": "join"}
    leg = call("talk")
    ami.wait_for("ConfbridgeJoin", Uniqueid=leg)
    before = len(lab.network_calls())
    ami.events.clear()
    ami.action(
        "Originate", Channel="PJSIP/79165550001@trunk", ChannelId=leg, Context="warmline-answered", Exten="s",
        Priority="1", Async="true",
    )  # fmt: skip
    assert ami.wait_for("OriginateResponse", Uniqueid=leg)["Response"] == "Failure"
    assert len(lab.network_calls()) == before
    assert not [e for e in told(ami, leg) if e["Event"] == "Hangup"]
    ami.action("Hangup", Channel=leg)
    ami.wait_for("Hangup", Uniqueid=leg)


def test_a_call_that_fails_puts_nobody_into_a_room(ami: Ami) -> None:
    """Asterisk runs an extension called "failed" for an Originate that fails, where a pattern matches it."""
    ami.action(
        "Originate",
        Channel="PJSIP/79165550075@trunk",
        ChannelId="a-failed-one",
        Context="warmline-room",
        Exten="r-failed",
        Priority="1",
        Async="true",
    )
    ami.wait_for("OriginateResponse", Uniqueid="a-failed-one", Response="Failure")
    ami.wait_for("Hangup", Uniqueid="a-failed-one")
    ami.action("CoreShowChannels")
    ami.wait_for("CoreShowChannelsComplete")
    assert [e for e in ami.events if e["Event"] == "Newchannel" and e["Uniqueid"] != "a-failed-one"] == []
