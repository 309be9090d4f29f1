"""The demo on the stand-in of Twilio's side, driven in Chromium: a call, a hold, an outcome, the next call."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_demo import SETTLE_MS, Demo, descendants, enter, in_state, phones, press  # noqa: F401
from tests.support.shift import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """``dialer demo --provider twilio`` as its own process."""
    home = tmp_path_factory.mktemp("demo")
    log = home / "out.log"
    with log.open("w") as out:
        words = [sys.executable, "-m", "dialer", "demo", "--home", str(home), "--provider", "twilio"]
        process = subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL, text=True)
    until(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, 90, log.read_text)
    text = log.read_text()
    url = re.search(r"runs at (\S+)\n\n", text)
    assert url, text
    passwords = dict(re.findall(r"^ {4}[\w ]{16} (\w+) +(\S+)$", text, re.MULTILINE))
    yield Demo(url[1], passwords, process, home)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def seen(demo: Demo) -> list[dict[str, Any]]:
    """What Twilio's side saw."""
    address = re.search(r"what it saw: (http://127\.0\.0\.1:\d+/log)", (demo.home / "out.log").read_text())
    assert address
    with urllib.request.urlopen(address[1]) as reply:
        return json.load(reply)  # type: ignore[no-any-return]


def up(demo: Demo, attempt: str) -> dict[str, Any]:
    return next(call for call in seen(demo) if call["leg"] == attempt)


def test_an_operator_talks_holds_and_saves_and_the_next_call_comes(
    demo: Demo,
    enter: Callable[..., Page],  # noqa: F811
) -> None:
    ben = enter("ben")
    ben.goto(f"{demo.url}/desk")
    press(ben)
    in_state(ben, "talking")
    attempt = ben.locator("#desk-root").get_attribute("data-attempt") or ""
    call = up(demo, attempt)
    assert call["in_room"] and call["to"].startswith("+")
    together = [c["to"] for c in seen(demo) if c["in_room"] == call["in_room"]]
    assert sorted(together) == sorted([call["to"], "client:op-2"])

    ben.wait_for_timeout(SETTLE_MS)
    ben.locator('[data-action="hold"]').click()
    until(lambda: up(demo, attempt)["hold"], 20, lambda: "the contact was not put on hold")
    ben.wait_for_timeout(SETTLE_MS)
    ben.locator('[data-action="hold"][aria-pressed="true"]').click()
    until(lambda: not up(demo, attempt)["hold"], 20, lambda: "the contact was not brought back")

    expect(ben.locator('[data-action="hold"]:not([aria-pressed])')).to_be_visible()
    press(ben)  # hang up
    in_state(ben, "wrap_up")
    assert up(demo, attempt)["status"] == "completed"
    ben.locator("#more-outcomes summary").click()
    ben.locator('[data-outcome="refused_hard"]').click()
    press(ben)  # save
    in_state(ben, "talking", 60)
    assert ben.locator("#desk-root").get_attribute("data-attempt") != attempt


def test_nobody_was_dialled_twice_and_every_recording_is_here(demo: Demo, enter: Callable[..., Page]) -> None:  # noqa: F811
    numbers = [call["to"] for call in seen(demo) if call["to"].startswith("+")]
    assert numbers and len(numbers) == len(set(numbers))
    vera = enter("vera")

    def shown() -> bool:
        vera.goto(f"{demo.url}/recordings")
        return vera.locator('a[href*="/recordings/a"]').count() > 0

    until(shown, 60, lambda: "no recording appeared")


def test_ctrl_c_ends_everything_on_twilio_too(demo: Demo) -> None:
    started = descendants(demo.process.pid)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    assert len(started) >= 3
