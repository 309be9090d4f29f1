"""In Chromium: the campaign's page says why contacts wait and what pacing does; rules, simulation, a person's data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dialer import settings as settings_of
from dialer.clock import now
from dialer.rules.words import CampaignState, ContactState, Duty
from dialer.store import Database
from dialer.store.compliance import PacingWord
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.outbox import tell
from dialer.store.people import User
from dialer.store.projects import Campaign
from tests.browser.axe import findings
from tests.support.web import World

pytestmark = pytest.mark.browser
Person = Callable[..., User]
Enter = Callable[..., Page]
RULES = {"profiles": ["ru_debt"], "prefixes": ["+7"], "consent": True}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_NUMBER_KEY", "k" * 40)
    settings_of.load.cache_clear()


@pytest.fixture
def busy(world: World, lite: Database) -> World:
    """A running campaign of 300 contacts in three zones: held, waiting and free ones; pacing has just spoken."""
    at = now()
    with lite.write() as s:
        campaign = s.get_one(Campaign, world.here.campaign)
        campaign.state, campaign.rules = CampaignState.RUNNING, RULES
        zones = [ZoneSet(names=name) for name in ("Asia/Omsk", "Asia/Vladivostok", "Europe/Samara")]
        s.add_all(zones)
        s.flush()
        for n in range(300):
            held = {"state": ContactState.HELD, "held_by": "cap_number_day", "due_at": at + timedelta(hours=3 + n % 20)}
            waits = {"state": ContactState.WAITING, "due_at": at + timedelta(hours=n % 90), "band": n % 2}
            more = held if n % 5 == 0 else waits if n % 5 == 1 else {}
            contact = Contact(
                campaign_id=campaign.id, zone_set_id=zones[n % 3].id, created_at=at, name=f"N {n}",
                fields={"consent": "yes"} if n % 7 else {}, **more,
            )  # fmt: skip
            s.add(contact)
            s.flush()
            row = ContactNumber(contact_id=contact.id, campaign_id=campaign.id, number=f"+7916{n:07d}")
            s.add(row)
            s.flush()
            contact.number_id = row.id
        facts = {"ready": 3, "ringing": 4, "waiting": 0, "risk": 0.018, "theta": 0.026, "cap": 0.03}
        facts |= {"answered": 412, "abandoned": 9}
        for minute in range(25):
            said = f"placed 2: 3 free, 1 about to be, 4 ringing, risk 1.{minute % 9}%"
            when = at - timedelta(minutes=25 - minute)
            s.add(PacingWord(campaign_id=campaign.id, at=when, placed=3 + minute % 6, why=said, facts=facts))
    return world


def test_why_contacts_wait_and_what_pacing_does(
    busy: World, person: Person, enter: Enter, site: str, lite: Database
) -> None:
    page = enter(person("pavel", Duty.PROJECT_MANAGER))
    page.goto(f"{site}/campaigns/{busy.here.campaign}")
    waiting = page.locator('section[aria-labelledby="waiting-title"]')
    expect(waiting).to_contain_text("No consent on record")
    expect(waiting).to_contain_text("Number was tried often enough today")
    expect(waiting.locator("svg.chart rect").first).to_be_attached()
    waiting.locator("summary").click()
    expect(waiting.locator("tbody tr")).to_have_count(8)
    pacing = page.locator('section[aria-labelledby="pacing-title"]')
    expect(pacing).to_contain_text("3 free, 4 ringing, 0 waiting · risk 1.8%, at most 2.6%")
    expect(pacing).to_contain_text("Abandoned 9 of 412 answered calls")
    with lite.write() as s:
        word = {"campaign_id": busy.here.campaign, "placed": 0, "facts": {}}
        s.add(PacingWord(at=now(), why="nothing placed: the clock jumped back by 3600 s", **word))
        tell(s, now(), "campaign", f"campaign:{busy.here.campaign}")
    expect(pacing).to_contain_text("the clock jumped back by 3600 s", timeout=20_000)
    assert findings(page) == []


def test_the_rules_page_and_the_simulation(busy: World, person: Person, enter: Enter, site: str) -> None:
    page = enter(person("pavel", Duty.PROJECT_MANAGER, language="ru"), color_scheme="dark")
    page.goto(f"{site}/campaigns/{busy.here.campaign}/rules")
    expect(page.locator("main")).to_contain_text("230-ФЗ")
    page.fill("#per_hour", "60")
    page.click("form.filters button")
    expect(page.locator('section[aria-labelledby="retries-title"]')).to_contain_text("Первые звонки")
    assert findings(page) == []
    page.goto(f"{site}/simulate")
    page.fill("#operators", "3")
    page.fill("#contacts", "800")
    page.click("main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("База будет обработана к", timeout=60_000)
    assert findings(page) == []


def test_a_person_is_erased_from_their_page(
    busy: World, person: Person, enter: Enter, site: str, lite: Database
) -> None:
    page = enter(person("boris", Duty.BASE_ADMIN))
    page.goto(f"{site}/contacts/{busy.here.contact}")
    card = page.locator('section[aria-labelledby="person-title"]')
    with page.expect_download() as told:
        card.get_by_role("button", name="Export all data of the person").click()
    assert told.value.suggested_filename.endswith(".zip")
    card.get_by_text("Erase the person's data").click()
    card.get_by_label("The person asked for it, and there is no way back").check()
    card.get_by_role("button", name="Erase", exact=True).click()
    expect(page.locator("main")).to_contain_text("Do not call")
    with lite.read() as s:
        assert s.scalars(select(Contact).where(Contact.id == busy.here.contact)).one().name == ""
