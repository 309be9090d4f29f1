"""The main job as a newcomer sees it: `dialer demo`, an operator and a closer in Chromium, a real call, a real voice.

With ``--pictures`` the README's screenshots are taken on the way.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select

from dialer.lab import Lab, LabUnavailable
from dialer.lab.behaviours import behaviour_of
from dialer.lab.image import obtain
from dialer.rules.words import ContactState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import OperatorSession
from tests.browser.conftest import ARGS
from tests.support.chromium import program
from tests.support.shift import until

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.timeout(300)]
MEDIA = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
SETTLE_MS = 800
"""The desk drops a click that comes within 700 ms of the button's change of meaning."""
PICTURES = Path(__file__).parents[2] / "docs" / "img"


@dataclass
class Demo:
    """A running demo: where, and everybody's password."""

    url: str
    passwords: dict[str, str]
    process: subprocess.Popen[str]
    home: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`dialer demo` as its own process; Ctrl-C ends it."""
    try:
        obtain(lambda text: None)
    except LabUnavailable as err:
        pytest.skip(str(err))
    home = tmp_path_factory.mktemp("demo")
    log = home / "out.log"
    with log.open("w") as out:
        words = [sys.executable, "-m", "dialer", "demo", "--home", str(home), "--provider", "asterisk"]
        process = subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL, text=True)
    try:
        until(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, 90, log.read_text)
        text = log.read_text()
        url = re.search(r"runs at (\S+)", text)
        assert url, text
        with urlopen(f"{url[1]}/login", timeout=5) as page:  # whoever clicks at once is not refused
            assert page.status == 200
        passwords = dict(re.findall(r"^ {4}[\w ]{16} (\w+) +(\S+)$", text, re.MULTILINE))
        yield Demo(url[1], passwords, process, home)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@pytest.fixture(scope="module")
def phones() -> Iterator[Browser]:
    """A Chromium whose microphone is a tone and whose questions are answered yes."""
    path = program()
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGS, *MEDIA])
        yield browser
        browser.close()


@pytest.fixture
def enter(demo: Demo, phones: Browser) -> Iterator[Callable[..., Page]]:
    """``enter("anna")``: a page of somebody of the demo who has logged in."""
    contexts: list[BrowserContext] = []

    def make(login: str, **options: object) -> Page:
        context = phones.new_context(
            **{"viewport": {"width": 1400, "height": 900}, "permissions": ["microphone"], **options}  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        log_in(page, demo, login)
        return page

    yield make
    for context in contexts:
        context.close()


def log_in(page: Page, demo: Demo, login: str) -> None:
    until(lambda: reachable(page, f"{demo.url}/login"), 30)
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", demo.passwords[login])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def reachable(page: Page, address: str) -> bool:
    from playwright.sync_api import Error

    try:
        page.goto(address)
    except Error:
        return False
    return True


def in_state(page: Page, state: str, timeout_s: float = 30) -> None:
    expect(page.locator(f'#desk-root[data-state="{state}"]')).to_be_visible(timeout=timeout_s * 1000)


def sound(page: Page) -> float:
    """Loudness of what the browser's phone plays, 0 to 1, over the next second; 0 while it is not yet connected."""
    return page.evaluate(
        """async () => {
            const audio = document.getElementById("remote-audio");
            if (!(audio?.srcObject instanceof MediaStream)) return 0;
            const context = new AudioContext(); const meter = context.createAnalyser();
            context.createMediaStreamSource(audio.srcObject).connect(meter);
            const wave = new Float32Array(meter.fftSize); let most = 0;
            for (let n = 0; n < 20; n++) {
                await new Promise(done => setTimeout(done, 50)); meter.getFloatTimeDomainData(wave);
                most = Math.max(most, Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0) / wave.length));
            }
            context.close(); return most;
        }"""
    )


def get_ready(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/desk")
    expect(page.locator('[data-check="phone"].check-ok')).to_be_visible(timeout=20_000)
    press(page)


def press(page: Page) -> None:
    """Press the primary button as a person does: not within the moment in which its meaning changed."""
    expect(page.locator("#primary")).to_be_enabled(timeout=20_000)
    page.wait_for_timeout(SETTLE_MS)
    page.click("#primary")


def picture(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--pictures"):
        PICTURES.mkdir(exist_ok=True)
        page.wait_for_timeout(400)
        page.screenshot(path=PICTURES / f"{name}.png")


def test_ready_brings_a_call_with_a_name_a_script_and_a_voice(
    demo: Demo, enter: Callable[..., Page], request: pytest.FixtureRequest
) -> None:
    anna, mark = enter("ben"), enter("mark")
    get_ready(mark, demo)
    in_state(mark, "ready")
    pressed = time.monotonic()
    get_ready(anna, demo)
    in_state(anna, "talking")
    assert time.monotonic() - pressed < 45  # seconds, not minutes; slow only where the machine is
    name = anna.locator("#contact-col").inner_text()
    assert name.strip()
    until(lambda: sound(anna) > 0.01, 20, lambda: "no voice was heard")
    picture(anna, "desk-en-light", request)

    # the script moves, and a reload loses neither the call nor the place nor a typed word
    first_step = anna.locator("#script-col").inner_text()
    anna.locator("#script-col .answers button, #script-col [data-digits] button").first.click()
    until(lambda: anna.locator("#script-col").inner_text() != first_step, 10, lambda: "the script stands still")
    anna.fill("textarea[name=note]", "Asked for a quote by Friday")
    anna.locator("textarea[name=note]").blur()
    expect(anna.locator("#saved-line")).not_to_be_empty(timeout=10_000)
    place = anna.locator("#script-col").inner_text()
    call = anna.locator("#desk-root").get_attribute("data-attempt")
    anna.reload()
    in_state(anna, "talking")
    assert anna.locator("#desk-root").get_attribute("data-attempt") == call
    expect(anna.locator("textarea[name=note]")).to_have_value("Asked for a quote by Friday")
    assert anna.locator("#script-col").inner_text() == place
    until(lambda: anna.locator("#desk-root").get_attribute("data-leg-up") == "1", 30, lambda: "the phone stayed away")
    until(lambda: sound(anna) > 0.01, 30, lambda: "no voice after the reload")

    # the second line: the closer sees the card before answering, all three talk, the operator leaves
    anna.get_by_text("Hand over now").click()
    in_state(mark, "dialling")
    picture(mark, "closer-ru-light", request)
    press(mark)
    in_state(mark, "talking")
    until(lambda: sound(mark) > 0.01, 20, lambda: "the closer hears nobody")
    anna.get_by_text("Leave them to it").click()
    in_state(anna, "wrap_up")
    anna.locator('[data-outcome="lead_hot"]').click()
    press(anna)
    until(lambda: anna.locator("#desk-root").get_attribute("data-attempt") != call, 20)
    press(mark)
    in_state(mark, "wrap_up")
    mark.get_by_text("Принять лид").click()
    in_state(mark, "ready")


def test_the_manager_sees_the_campaign_live_and_the_supervisor_hears_a_recording(
    demo: Demo, enter: Callable[..., Page], request: pytest.FixtureRequest
) -> None:
    pavel = enter("pavel")
    pavel.goto(f"{demo.url}/campaigns/1")
    expect(pavel.locator("body")).to_contain_text("Осенний обзвон")
    picture(pavel, "campaign-ru-light", request)
    vera = enter("vera")
    until(lambda: has_player(vera, demo), 40, lambda: "no recording appeared")
    picture(vera, "recordings-ru-light", request)


def has_player(page: Page, demo: Demo) -> bool:
    page.goto(f"{demo.url}/recordings")
    return page.locator('a[href*="/recordings/a"]').count() > 0


def test_a_browser_killed_in_a_call_loses_neither_the_call_nor_a_typed_word(
    demo: Demo, phones: Browser, enter: Callable[..., Page], tmp_path: Path
) -> None:
    db = Database(f"sqlite:///{demo.home / 'warmline.db'}")
    only_who_talk_on(db)
    options = {"executable_path": program(), "args": [*ARGS, *MEDIA], "permissions": ["microphone"]}
    doomed = phones.browser_type.launch_persistent_context(tmp_path / "profile", **options)  # type: ignore[arg-type]
    page = doomed.new_page()
    log_in(page, demo, "daria")
    get_ready(page, demo)
    in_state(page, "talking")
    until(lambda: sound(page) > 0.01, 20, lambda: "no voice was heard")
    page.fill("textarea[name=note]", "Wants it in green")
    page.locator("textarea[name=note]").blur()
    expect(page.locator("#saved-line")).not_to_be_empty(timeout=10_000)
    call = page.locator("#desk-root").get_attribute("data-attempt")
    for pid in running_with(str(tmp_path / "profile")):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not seat_of(db, call).leg_up, 30, lambda: "the PBX did not notice")
    assert seat_of(db, call).attempt_id == call  # hers still; the contact hears music meanwhile
    again = enter("daria")
    again.goto(f"{demo.url}/desk")
    expect(again.locator(f'#desk-root[data-attempt="{call}"]')).to_be_visible(timeout=20_000)
    expect(again.locator("textarea[name=note]")).to_have_value("Wants it in green")
    until(lambda: seat_of(db, call).leg_up, 30, lambda: "her phone did not come back")
    db.close()


def only_who_talk_on(db: Database) -> None:
    """Leave only contacts that stay on the line until we hang up."""
    with db.write() as s:
        for contact in s.scalars(select(Contact).where(Contact.state == ContactState.READY)):
            number = s.get_one(ContactNumber, contact.number_id).number
            if behaviour_of(number).name != "talk":
                contact.state = ContactState.CLOSED


def seat_of(db: Database, attempt_id: str | None) -> OperatorSession:
    with db.read() as s:
        attempt = s.get_one(Attempt, attempt_id)
        return s.get_one(OperatorSession, attempt.operator_id)


def running_with(word: str) -> list[int]:
    """Processes that have this word on their command line."""
    lines = {path.parent.name: path for path in Path("/proc").glob("[0-9]*/cmdline")}
    return [int(pid) for pid, path in lines.items() if word.encode() in read(path)]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it ended meanwhile


def test_ctrl_c_ends_everything_that_was_started(demo: Demo) -> None:
    started = descendants(demo.process.pid) | set(Lab(demo.home / "lab").status().pids.values())
    assert len(started) >= 5, "engine, web with its worker, jobs, and two Asterisks"
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []


def descendants(pid: int) -> set[int]:
    """Every process below ``pid``."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in table.splitlines())}
    found, edge = set(), {pid}
    while edge:
        edge = {child for child, parent in parents.items() if parent in edge} - found
        found |= edge
    return found
