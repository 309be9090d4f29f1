"""The desk's phone at Twilio: the real Voice SDK in Chromium, with a real call's sound; only Twilio's socket is ours.

The socket speaks as much of Twilio's signalling as a phone that is rung needs (listen, register, invite, answer,
hangup); the other end of the call is a peer connection of the page itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from dialer import clock
from dialer.lab.twilio.server import ACCOUNT
from dialer.rules.words import OperatorState
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.people import User
from tests.browser.conftest import ARGS
from tests.browser.test_demo import MEDIA
from tests.browser.test_desk import until
from tests.support import floor
from tests.support.chromium import program
from tests.support.floor import Floor

pytestmark = pytest.mark.browser
SECRET = "the secret of an API key of Twilio's"
SIGNAL = "wss://voice-js.dublin.twilio.com/signal"
RING = """async () => {
  const far = window.far = new RTCPeerConnection();
  const context = new AudioContext(), tone = context.createOscillator(), out = context.createMediaStreamDestination();
  tone.connect(out); tone.start();
  far.addTrack(out.stream.getTracks()[0], out.stream);
  await far.setLocalDescription(await far.createOffer());
  await new Promise((done) => {
    far.onicegatheringstatechange = () => far.iceGatheringState === "complete" && done();
  });
  return far.localDescription.sdp;
}"""
RECEIVED = """async () => {
  for (const report of (await window.far.getStats()).values())
    if (report.type === "inbound-rtp") return report.packetsReceived;
  return 0;
}"""


class Signal:
    """Twilio's end of the phone's socket."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.refuse = 0
        self._socket: WebSocketRoute | None = None

    def open(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.on_message(self.hear)

    def tell(self, kind: str, **payload: Any) -> None:
        assert self._socket
        self._socket.send(json.dumps({"type": kind, "payload": payload, "version": "1.6"}))

    def hear(self, message: str | bytes) -> None:
        if not str(message).startswith("{"):  # a heartbeat
            return
        said = json.loads(message)
        self.said.append(said)
        if said["type"] == "listen" and self.refuse:
            self.tell("error", error={"code": self.refuse, "message": "no"})
        elif said["type"] == "listen":
            self.tell("connected", edge="dublin", region="ie1", token={"identity": "op-7", "ttl": 3600})
        elif said["type"] == "register" and said["payload"]["media"]["audio"]:
            self.tell("ready")

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [said["payload"] for said in self.said if said["type"] == kind]


@pytest.fixture(scope="module")
def chromium(chromium: Browser) -> Iterator[Browser]:
    """A browser whose microphone is a tone."""
    browser = chromium.browser_type.launch(executable_path=program(), args=[*ARGS, *MEDIA])
    yield browser
    browser.close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    twilio = {"account_sid": ACCOUNT, "api_key": "SK" + "7" * 32, "api_secret": SECRET, "edge": "dublin"}
    made = Settings.model_validate({**settings.model_dump(), "provider": "twilio", "twilio": twilio})
    return made


@pytest.fixture
def signal() -> Signal:
    return Signal()


@pytest.fixture
def sit(lite: Database, site: str, enter: Callable[..., Page], signal: Signal) -> Callable[[], Page]:
    """The operator's desk, ready for calls, its phone on our socket."""
    shop: Floor = floor.build(lite, clock.now(), language="en")
    with lite.write() as s:
        user = s.get_one(User, shop.operator)
        user.endpoint = "client:op-7"
        floor.sit(s, shop.operator, OperatorState.READY, shop, clock.now(), attempt_id=None)

    def open_desk() -> Page:
        page = enter(user, permissions=["microphone"])
        page.route_web_socket("**/signal", signal.open)
        page.goto(f"{site}/desk")
        page.wait_for_selector("#desk[data-ready]")
        return page

    return open_desk


def test_the_phone_is_registered_with_a_token_of_its_own_and_rings_into_a_call_with_sound(
    sit: Callable[[], Page], signal: Signal
) -> None:
    page = sit()
    expect(page.locator("#phone-word")).to_have_text("☎")
    token = jwt.decode(signal.of("listen")[0]["token"], SECRET, algorithms=["HS256"])
    assert token["grants"] == {"identity": "op-7", "voice": {"incoming": {"allow": True}}}, "it can place no call"

    signal.tell("invite", callsid="CA" + "1" * 32, sdp=page.evaluate(RING), parameters={"From": "client:warmline"})
    until(lambda: bool(signal.of("answer")), page)
    answer = signal.of("answer")[0]["sdp"]
    page.evaluate("sdp => window.far.setRemoteDescription({type: 'answer', sdp})", answer)
    page.wait_for_function("() => window.far.connectionState === 'connected'")
    until(lambda: page.evaluate(RECEIVED) > 20, page)

    page.evaluate("dispatchEvent(new Event('pagehide'))")  # who leaves the desk ends the leg
    until(lambda: bool(signal.of("hangup")), page)


def test_a_second_call_is_not_let_into_the_first(sit: Callable[[], Page], signal: Signal) -> None:
    page = sit()
    expect(page.locator("#phone-word")).to_have_text("☎")
    signal.tell("invite", callsid="CA" + "1" * 32, sdp=page.evaluate(RING))
    until(lambda: bool(signal.of("answer")), page)
    signal.tell("invite", callsid="CA" + "2" * 32, sdp=page.evaluate(RING))
    page.wait_for_timeout(500)
    assert [said["callsid"] for said in signal.of("answer")] == ["CA" + "1" * 32]


def test_the_next_call_is_answered_once_twilio_ended_the_first(sit: Callable[[], Page], signal: Signal) -> None:
    page = sit()
    expect(page.locator("#phone-word")).to_have_text("☎")
    for n in ("1", "2"):
        signal.tell("invite", callsid="CA" + n * 32, sdp=page.evaluate(RING))
        until(lambda n=n: [a["callsid"][2] for a in signal.of("answer")][-1:] == [n], page)  # type: ignore[misc]
        signal.tell("hangup", callsid="CA" + n * 32)
        page.wait_for_timeout(300)


def test_a_key_that_twilio_refuses_is_named_on_the_desk(sit: Callable[[], Page], signal: Signal, faults: Any) -> None:
    signal.refuse = 31204
    page = sit()
    expect(page.locator("body")).to_contain_text("refused this phone")
    faults.found.clear()  # the SDK writes the refusal to the console too
