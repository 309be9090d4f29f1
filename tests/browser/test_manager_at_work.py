"""A project manager and a base administrator at work: import, watch, stop at once, look up a number, hear a call."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from dialer.clock import now
from dialer.recordings import names
from dialer.rules.words import CampaignState, ContactState, Duty
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.calls import Recording
from dialer.store.contacts import Contact
from dialer.store.messages import Command
from dialer.store.outbox import tell
from dialer.store.people import User
from dialer.store.projects import Campaign
from tests.conftest import NOON
from tests.support.web import World

pytestmark = pytest.mark.browser
Person = Callable[..., User]
Enter = Callable[..., Page]


def test_stop_at_once_asks_first(world: World, person: Person, enter: Enter, site: str, lite: Database) -> None:
    with lite.write() as s:
        s.get_one(Campaign, world.here.campaign).state = CampaignState.RUNNING
    page = enter(person("pavel", Duty.PROJECT_MANAGER))
    page.goto(f"{site}/campaigns/{world.here.campaign}")
    page.click('[data-opens="confirm-stop"]')
    page.click("#confirm-stop [data-closes]")
    expect(page.locator("#confirm-stop")).to_be_hidden()
    with lite.read() as s:
        assert s.query(Command).count() == 0
    page.click('[data-opens="confirm-stop"]')
    page.click("#confirm-stop button.btn-danger")
    expect(page.locator("#state")).to_have_text("Stopped")
    with lite.read() as s:
        assert s.query(Command).one().kind == "campaign.stop"


def test_the_status_follows_what_happens_without_a_reload(
    world: World, person: Person, enter: Enter, site: str, lite: Database
) -> None:
    page = enter(person("pavel", Duty.PROJECT_MANAGER))
    page.goto(f"{site}/campaigns/{world.here.campaign}")
    page.evaluate("window.stayed = true")
    left = page.locator(".tile", has_text="contacts left").locator(".tile-n")
    expect(left).to_have_text("1")
    with lite.write() as s:
        s.get_one(Contact, world.here.contact).state = ContactState.CLOSED
        tell(s, now(), "campaign", f"campaign:{world.here.campaign}")
    expect(left).to_have_text("0", timeout=15_000)
    assert page.evaluate("window.stayed") is True


def test_a_list_is_imported_from_a_file(
    world: World, person: Person, enter: Enter, site: str, lite: Database, tmp_path: Path
) -> None:
    file = tmp_path / "весна.csv"
    file.write_text("ФИО;Телефон\nАнна Петрова;8 (916) 765-43-21\nБез номера;нет\n", encoding="cp1251")
    page = enter(person("olga", Duty.BASE_ADMIN, language="ru"))
    page.goto(f"{site}/campaigns/{world.here.campaign}")
    page.click("text=Загрузить список")
    page.set_input_files("#file", file)
    page.click("form.card button.btn-primary")
    expect(page.locator("#column-2")).to_have_value("phone")
    expect(page.locator("main table")).to_contain_text("Анна Петрова")
    page.click("main form button.btn-primary")
    expect(page.locator("#progress")).to_contain_text("Загружен")
    with page.expect_download() as download:
        page.click("text=Скачать отклонённые строки")
    assert "Без номера" in download.value.path().read_text(encoding="utf-8-sig")
    with lite.read() as s:
        assert s.query(Contact).filter_by(name="Анна Петрова").count() == 1


def test_numbers_are_shown_when_asked_for(world: World, person: Person, enter: Enter, site: str) -> None:
    page = enter(person("olga", Duty.BASE_ADMIN))
    page.goto(f"{site}/contacts/{world.here.contact}")
    expect(page.locator("#numbers")).not_to_contain_text(world.here.number)
    page.select_option("#look-reason", "check")
    page.click("text=Show the numbers")
    expect(page.locator("#numbers")).to_contain_text(world.here.number)


def test_a_call_is_heard_from_the_moment_the_link_names(
    world: World, person: Person, enter: Enter, site: str, lite: Database, settings: Settings
) -> None:
    with lite.write() as s:
        row = s.get_one(Recording, world.here.attempt)
        row.path, row.seconds, row.peaks = names.settled_name(world.here.attempt, NOON), 20.0, [40, 80] * 200
        path = names.settled_folder(settings) / row.path
    path.parent.mkdir(parents=True)
    soundfile.write(path, np.zeros((8000 * 20, 2), dtype="float32"), 8000, format="MP3")
    page = enter(person("vera", Duty.SUPERVISOR))
    page.goto(f"{site}/recordings/{world.here.attempt}#t=12")
    sound = page.locator("#sound")
    page.wait_for_function("document.getElementById('sound').currentTime > 11")
    page.wait_for_function("document.querySelector('#wave').childElementCount > 0")
    page.click('[data-speed="1.5"]')
    assert sound.evaluate("e => e.playbackRate") == 1.5
    page.click('[data-skip="-10"]')
    page.wait_for_function("document.getElementById('sound').currentTime < 3")
    page.click("#copy-moment")
    assert re.search(r"#t=[12]$", page.url)
