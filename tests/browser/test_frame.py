"""What every page shares, as a person uses it: languages, colours, keys, the person's menu."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dialer.people import accounts
from dialer.rules.words import Duty
from dialer.store import Database
from dialer.store.people import User
from tests.browser.conftest import Faults
from tests.support.web import World

pytestmark = pytest.mark.browser
Person = Callable[..., User]
Enter = Callable[..., Page]


def test_the_language_changes_without_leaving_the_page(world: World, person: Person, enter: Enter, site: str) -> None:
    page = enter(person("vera", Duty.SUPERVISOR))
    page.goto(f"{site}/recordings?since=2026-03-04")
    page.click('.switch button[value="ru"]')
    expect(page.locator("h1")).to_have_text("Записи")
    assert page.url.endswith("/recordings?since=2026-03-04")


def test_chosen_colours_stay_whatever_the_system_says(world: World, person: Person, enter: Enter, site: str) -> None:
    page = enter(person("vera", Duty.SUPERVISOR), color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.click('[data-theme-to="dark"]')
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto(f"{site}/recordings")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_question_mark_shows_the_keys_and_the_keys_work(
    world: World, person: Person, enter: Enter, site: str
) -> None:
    page = enter(person("vera", Duty.SUPERVISOR))
    page.keyboard.press("Shift+Slash")
    sheet = page.locator("#keys")
    expect(sheet).to_be_visible()
    assert sheet.locator("tr").count() >= 6
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("k")
    page.wait_for_url("**/contacts")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()


def test_keys_do_nothing_while_somebody_types(world: World, person: Person, enter: Enter, site: str) -> None:
    page = enter(person("vera", Duty.SUPERVISOR))
    page.goto(f"{site}/contacts")
    page.locator("[data-search]").press_sequentially("gc?")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url.endswith("/contacts")
    expect(page.locator("[data-search]")).to_have_value("gc?")


def test_the_first_tab_leads_past_the_menu(world: World, person: Person, enter: Enter, site: str) -> None:
    page = enter(person("vera", Duty.SUPERVISOR))
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_logging_out_everywhere_ends_the_other_browser(world: World, person: Person, enter: Enter, site: str) -> None:
    vera = person("vera", Duty.SUPERVISOR)
    here, there = enter(vera), enter(vera)
    here.click(".menu-person > summary")
    here.click('button[value="everywhere"]')
    here.wait_for_url("**/login")
    there.goto(f"{site}/contacts")
    assert "/login" in there.url


def test_dates_are_told_in_the_zone_of_the_browser(
    world: World, person: Person, enter: Enter, site: str, open_browser: Callable[..., BrowserContext]
) -> None:
    page = enter(person("vera", Duty.SUPERVISOR), timezone_id="Asia/Omsk")
    page.goto(f"{site}/contacts/{world.here.contact}")
    expect(page.locator(".history time").first).to_contain_text("15:00")


def test_the_menu_of_many_duties_stays_in_one_line_and_the_rest_is_behind_more(
    world: World, person: Person, enter: Enter, site: str
) -> None:
    page = enter(person("vera", *Duty, language="ru"), viewport={"width": 1280, "height": 844})
    assert page.locator(".topbar").bounding_box()["height"] < 60
    rest = page.locator(".more-sheet")
    expect(rest).to_be_hidden()
    page.click(".more-places > summary")
    expect(rest).to_be_visible()
    page.keyboard.press("Escape")
    expect(rest).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url(f"{site}/recordings*")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_on_a_telephone_the_menu_opens_and_closes(world: World, person: Person, enter: Enter, site: str) -> None:
    page = enter(person("vera", Duty.SUPERVISOR), viewport={"width": 390, "height": 844})
    places = page.locator("nav.places")
    expect(places).to_be_hidden()
    page.click(".topbar .menu:not(.menu-person) > summary")
    expect(places).to_be_visible()
    page.keyboard.press("Escape")
    expect(places).to_be_hidden()


def test_a_page_that_refreshes_itself_leads_to_the_login_once_the_session_ended(
    world: World, person: Person, enter: Enter, site: str, lite: Database, faults: Faults
) -> None:
    vera = person("vera", Duty.SUPERVISOR)
    page = enter(vera)
    page.goto(f"{site}/campaigns/{world.here.campaign}")
    for still_asked_for in ("Looking what contacts wait for…", "Asking pacing…"):  # either would go to the login first
        expect(page.get_by_text(still_asked_for)).to_have_count(0)
    with lite.write() as s:
        accounts.end_sessions(s.get_one(User, vera.id))
    page.evaluate("htmx.trigger(document.getElementById('live'), 'every')")
    page.wait_for_url(re.compile(rf"/login\?next=/campaigns/{world.here.campaign}$"))
    faults.found.clear()
