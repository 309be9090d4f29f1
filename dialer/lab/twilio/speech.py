"""What a call hears, and the keys its person presses while it does. Standard library and this room only."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from dialer.lab.twilio.callees import callee_of
from dialer.lab.twilio.mail import get
from dialer.lab.twilio.state import Call
from dialer.lab.twilio.twiml import Step

if TYPE_CHECKING:
    from dialer.lab.twilio.network import Network


def say(net: Network, call: Call, step: Step, turn: int) -> None:
    """Say or play something; a machine keeps what began after its beep and was heard to its end."""
    call.heard.append(f"{step.verb}: {step.text}")
    on_tape = 0 < callee_of(call.to).greets_s <= time.time() - call.answered_s

    def over() -> None:
        if on_tape and call.turn == turn and call.status == "in-progress":
            call.tape.append(step.text)
        net.step(call, turn)

    net.mail.later(step.seconds, over)
    if step.verb == "play":
        net.mail.later(0.0, lambda: _fetch(net, step.text))


def _fetch(net: Network, url: str) -> None:
    status = get(url)
    if status != 200:
        net.errors.append(f"11200: {status} for the sound {url}")


def gather(net: Network, call: Call, step: Step, turn: int) -> None:
    """Say what is inside, then wait; a key asks the action what to do, without one the document goes on."""
    call.keys_to = step.options["action"]
    call.steps = [*step.inner, Step("pause", seconds=step.seconds), replace(step, verb="gathered"), *call.steps]
    net.step(call, turn)


def press(net: Network, call: Call, digit: str) -> bool:
    """The person presses a key; False if nobody listens for keys."""
    with net.lock:
        if not call.keys_to or call.status != "in-progress":
            return False
        url, call.keys_to = call.keys_to, ""
        call.turn += 1
        turn = call.turn
        net.mail.ask(url, {**net.form(call), "Digits": digit}, lambda status, body: net.obey(call, turn, status, body))
        return True
