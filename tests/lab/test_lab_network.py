"""What each number of the lab's network does, as the product's AMI user sees it and as the network noted it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dialer.lab import Lab, calllog
from dialer.lab.behaviours import TABLE, behaviour_of, named
from dialer.lab.calllog import NetworkCall
from dialer.lab.wire import Ami
from tests.lab.conftest import CALLER_ID, Call, Engine, told

pytestmark = pytest.mark.lab


def last_ended(lab: Lab, behaviour: str) -> NetworkCall:
    """The network's note on the last call with this behaviour, once it is complete."""
    deadline = time.monotonic() + 5
    while True:
        call = [c for c in lab.network_calls() if c["behaviour"] == behaviour][-1]
        if call["ended_at"] or time.monotonic() > deadline:
            return call
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("behaviour", "rings", "reason", "cause", "sip_code"),
    [
        ("busy", False, "0", "17", "486"),
        ("rejected", True, "0", "21", "603"),
        ("unallocated", False, "0", "1", "404"),
        ("congestion", False, "0", "34", "503"),
        ("unreachable", False, "0", "19", "480"),
    ],
)
def test_a_refused_call_ends_with_the_cause_of_its_number(
    ami: Ami, call: Call, behaviour: str, rings: bool, reason: str, cause: str, sip_code: str
) -> None:
    leg = call(behaviour)
    end = ami.wait_for("Hangup", Uniqueid=leg)
    assert (end["Cause"], end["TechCause"]) == (cause, sip_code)
    assert ami.wait_for("OriginateResponse", Uniqueid=leg)["Reason"] == reason
    assert any(e.get("ChannelStateDesc") == "Ringing" for e in told(ami, leg)) is rings
    assert int(sip_code) == named(behaviour).sip_code


def test_nobody_answers_until_our_ring_time_is_over(lab: Lab, ami: Ami, call: Call) -> None:
    leg = call("noanswer", ring_s=1)
    end = ami.wait_for("Hangup", Uniqueid=leg)
    assert (end["Cause"], end["TechCause"]) == ("19", "480")
    assert ami.wait_for("OriginateResponse", Uniqueid=leg)["Reason"] == "3"
    assert last_ended(lab, "noanswer")["answered_at"] is None


def test_a_talker_talks_until_we_hang_up(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-talks", "WARMLINE_DO": "join"}
    leg = call("talk")
    ami.wait_for("ConfbridgeJoin", Uniqueid=leg, Conference="r-talks")
    ami.action("Hangup", Channel=leg)
    end = ami.wait_for("Hangup", Uniqueid=leg)
    assert end["Cause"] == "16" and "TechCause" not in end
    noted = last_ended(lab, "talk")
    assert noted["ended_by"] == "pbx" and noted["answered_at"] and noted["caller"] == CALLER_ID


def test_a_hasty_person_hangs_up_first(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-hasty", "WARMLINE_DO": "join"}
    leg = call("early")
    ami.wait_for("HangupRequest", Uniqueid=leg, Cause="16")
    ami.wait_for("Hangup", Uniqueid=leg)
    noted = last_ended(lab, "early")
    assert noted["ended_by"] == "network" and 0.5 < noted["talk_s"] < 4


def test_the_machine_detector_tells_who_answered(ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_DO": "hangup"}
    expected = {"talk": "human", "machine": "machine", "fax": "fax", "deadair": "unsure"}
    legs = {call(behaviour, amd=True): heard for behaviour, heard in expected.items()}
    for leg in legs:
        ami.wait_for("Hangup", Uniqueid=leg)
    assert {q["agi_uniqueid"]: q["agi_arg_1"] for q in engine.asked} == legs


def test_a_person_rings_back(lab: Lab, ami: Ami, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-back", "WARMLINE_RECORD": "1", "WARMLINE_DO": "join"}
    lab.ring_in("+79165550012", CALLER_ID)
    joined = ami.wait_for("ConfbridgeJoin", Conference="r-back")
    question = engine.asked[-1]
    assert question["agi_network_script"] == "inbound"
    assert question["agi_callerid"] == "+79165550012"
    assert question["agi_dnid"] == CALLER_ID.lstrip("+")
    leg = joined["Uniqueid"].replace(".", "-")
    assert (lab.status().recordings / f"{leg}-rx.wav").exists()
    ami.action("Hangup", Channel=joined["Uniqueid"])
    ami.wait_for("Hangup", Uniqueid=joined["Uniqueid"])


def test_every_number_does_something_and_most_are_people() -> None:
    suffixes = [s for b in TABLE for s in range(b.first, b.last + 1)]
    assert suffixes == list(range(100))
    people = {"talk", "firm", "ring2", "ring3", "ring8", "brief", "early"}
    assert sum(behaviour_of(f"+7495{n:07d}").name in people for n in range(200)) == 120


def test_a_log_cut_off_by_a_crash_is_read_up_to_the_cut(tmp_path: Path) -> None:

    whole = (
        "call|2026-03-04T09:00:00.000|1.0|79165550075|+74951234567|id-1\nend|2026-03-04T09:00:01.000|1.0|17|network\n"
    )
    (tmp_path / "log").write_text(whole + "call|2026-03-04T09:00:0")
    (only,) = calllog.read(tmp_path / "log")
    assert (only["number"], only["behaviour"], only["cause"], only["talk_s"]) == ("+79165550075", "busy", 17, 0.0)
