"""Contacts dialled by Twilio, people's phones at a PBX: the contact is brought into the room there by SIP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.cli.engine import make_provider
from dialer.lab.twilio.server import ACCOUNT
from dialer.providers.base import HungUp, Join, Joined, Left, Recorded
from dialer.providers.switchboard import Switchboard
from dialer.providers.twilio import config as config_of
from dialer.rules.words import Outcome
from dialer.settings import Settings, SettingsError
from dialer.store import Database
from tests.contract.networks import until
from tests.support.twilio import rig
from tests.unit.twilio.test_driver import ROOM, Desk

BRIDGE = "sip:pbx.example.com:5061;transport=tls"
OTHER = "r" + "1" * 12


@pytest.fixture
def desk(lite: Database, tmp_path: Path) -> Iterator[Desk]:
    with rig(lite, tmp_path, bridge=BRIDGE) as made:
        twilio = {**made.settings.twilio.model_dump(), "bridge": BRIDGE}
        made.serve(
            made.settings.model_copy(update={"provider": "pretend", "twilio": type(made.settings.twilio)(**twilio)})
        )
        desk = Desk(made, lite)
        yield desk
        desk.provider.stop()


def bridges(desk: Desk) -> list[str]:
    return [call["to"] for call in desk.rig.stand_in.log() if call["to"].startswith("sip:")]


def test_an_answered_contact_is_brought_into_the_room_at_the_pbx_and_recorded(desk: Desk) -> None:
    desk.plan = Join(ROOM, record=True)
    leg = desk.dial()
    assert desk.first(leg, Joined).room == ROOM
    assert bridges(desk) == [f"sip:{ROOM}@pbx.example.com:5061;transport=tls"]
    assert desk.first(leg, Recorded).began
    desk.provider.hang_up(leg)
    assert desk.first(leg, HungUp).outcome is Outcome.ANSWERED
    assert desk.rig.stand_in.network.errors == []
    assert all(call["status"] == "completed" for call in desk.rig.stand_in.log()), "the bridge went with it"


def test_hold_plays_music_and_moving_brings_back_or_elsewhere(desk: Desk) -> None:
    leg = desk.dial()
    desk.first(leg, Joined)
    desk.provider.hold(leg)
    desk.first(leg, Left)
    until(lambda: desk.call(leg)["in_room"] == f"hold-{leg}")
    desk.provider.move(leg, ROOM)
    until(lambda: len(desk.of(leg, Joined)) == 2)
    desk.provider.move(leg, OTHER)
    until(lambda: [e.room for e in desk.of(leg, Joined)] == [ROOM, ROOM, OTHER])
    assert len([c for c in desk.rig.stand_in.log() if c["to"].startswith("sip:") and c["status"] == "in-progress"]) == 1


def test_when_the_room_lets_the_contact_go_the_call_ends(desk: Desk) -> None:
    leg = desk.dial()
    desk.first(leg, Joined)
    network = desk.rig.stand_in.network
    child = next(call for call in network.calls.values() if call.to.startswith("sip:"))
    network.end(child, "completed", 200, "callee")
    assert desk.first(leg, HungUp).outcome is Outcome.ANSWERED


def test_a_lost_word_of_the_bridge_is_found_by_asking(desk: Desk) -> None:
    desk.rig.stand_in.faults.lost = 1.0
    leg = desk.dial()
    assert desk.first(leg, Joined, timeout_s=30).room == ROOM


def settings(**more: object) -> Settings:
    twilio = {"account_sid": ACCOUNT, "auth_token": "t", **more}
    return Settings(provider="asterisk", also=["twilio"], secret_key="k" * 64, twilio=twilio)  # type: ignore[arg-type]


def test_the_settings_make_a_switchboard_of_pbx_and_twilio(lite: Database) -> None:
    made = make_provider(settings(bridge=BRIDGE), lite)
    assert isinstance(made, Switchboard) and [one.name for one in made.networks] == ["asterisk", "twilio"]
    with pytest.raises(SettingsError, match="DIALER_TWILIO__BRIDGE is needed"):
        make_provider(settings(), lite)
    with pytest.raises(SettingsError, match="must be at the PBX"):
        make_provider(settings().model_copy(update={"provider": "twilio", "also": ["asterisk"]}), lite)


def test_where_people_are_at_twilio_itself_there_is_no_bridge() -> None:
    at_home = settings(bridge=BRIDGE).model_copy(update={"provider": "twilio"})
    assert config_of.from_settings(at_home).bridge == ""


@pytest.mark.parametrize("wrong", ["pbx.example.com", "sip:pbx.example.com?x=1", "sip:a b", "sip:r1@pbx.example.com"])
def test_an_address_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="bridge"):
        settings(bridge=wrong)
