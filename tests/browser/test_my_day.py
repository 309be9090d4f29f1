"""What helps an operator with 150 calls a day: a tone when one comes, the list of the day, slips put right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dialer import clock
from dialer.desk import wrap_up
from dialer.rules.words import Mode, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.messages import Command
from dialer.store.projects import Campaign
from tests.browser import axe
from tests.browser.conftest import Faults
from tests.browser.test_desk import tell_page, until
from tests.support import floor
from tests.support.floor import CALL, Floor

pytestmark = pytest.mark.browser
TONES = (
    "window.tones = 0; const make = AudioContext.prototype.createOscillator;"
    "AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };"
)


def test_a_call_is_heard_and_the_tab_says_so(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    with lite.write() as s:
        floor.sit(s, shop.operator, OperatorState.READY, shop, clock.now(), attempt_id=None)
    page = sit(shop.operator)
    page.add_init_script(TONES)
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    assert page.title().startswith("Ready · ") and page.evaluate("window.tones") == 0
    with lite.write() as s:
        floor.sit(s, shop.operator, OperatorState.TALKING, shop, clock.now(), attempt_id=CALL)
    tell_page(lite, shop.operator)
    page.wait_for_function("() => window.tones > 0")
    assert page.title().startswith("Talking · ")
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    assert page.evaluate("window.tones") == 0, "a reload in mid-call is no new call"


def test_the_tone_of_the_headset_check_plays(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    with lite.write() as s:
        floor.sit(s, shop.operator, OperatorState.OFFLINE, shop, clock.now(), attempt_id=None)
    page = sit(shop.operator)
    page.add_init_script(TONES)
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    page.dispatch_event("[data-headset-trial]", "click")  # hidden: the pretend network has no phone to check
    assert page.evaluate("window.tones") == 3
    expect(page.locator('[data-check="sound"]')).to_contain_text("You should have heard a tone")


def settled_call(lite: Database, shop: Floor) -> None:
    """The call is saved as "no need", and its operator is ready for the next."""
    with lite.write() as s:
        s.get_one(Campaign, shop.campaign).rules = {"profiles": ["demo"]}
        floor.hang_up(s, shop, clock.now())
        wrap_up.save(s, CALL, shop.operator, "no_need", clock.now())


def test_a_slip_is_put_right_in_the_list_of_the_day(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    settled_call(lite, shop)
    page = sit(shop.operator)
    page.keyboard.press("KeyJ")
    menu = page.locator("#my-day-menu")
    expect(menu).to_contain_text("ООО «Ромашка»")
    menu.locator("[data-correct]").click()
    dialog = page.locator("#correct-dialog")
    expect(dialog.locator("select")).to_have_value("no_need")
    assert not axe.findings(page)
    dialog.locator("select").select_option("callback")
    expect(dialog.locator("#correct-time")).to_be_visible()
    dialog.locator("select").select_option("refused_hard")
    dialog.locator("text=Save").click()
    expect(page.locator("#toast")).to_have_text("The outcome is changed.")
    with lite.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "refused_hard"


def test_somebody_is_called_again_or_the_rule_that_forbids_it_is_named(
    lite: Database,
    shop: Floor,
    sit: Callable[..., Page],
    faults: Faults,
) -> None:
    settled_call(lite, shop)
    page = sit(shop.operator)
    page.locator("#script-col >> text=Call again").click()
    until(lambda: bool(commands(lite)), page)
    assert commands(lite) == [("call.by_hand", {"contact": shop.contact})]
    with lite.write() as s:
        s.get_one(Campaign, shop.campaign).rules = {"profiles": ["demo"], "prefixes": ["+44"]}
    page.locator("#script-col >> text=Call again").click()
    expect(page.locator("#toast")).to_contain_text("Not dialled: Number not among the allowed prefixes")
    assert any(fault.startswith("409 ") for fault in faults.found)
    faults.found[:] = [fault for fault in faults.found if "409" not in fault]  # the refusal itself


def test_in_a_manual_campaign_whom_to_call_is_found_by_typing(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    settled_call(lite, shop)
    with lite.write() as s:
        s.get_one(Campaign, shop.campaign).mode = Mode.MANUAL
    page = sit(shop.operator)
    found = page.locator("[data-found]")
    expect(found).to_contain_text("Nobody of this campaign is called so.")  # nobody is left whom nobody has called
    page.keyboard.press("KeyF")
    page.keyboard.type("ромаш")
    expect(found).to_contain_text("ООО «Ромашка»")
    expect(found).to_contain_text("•")
    tell_page(lite, shop.operator)
    expect(page.locator("[data-choose] input")).to_have_value("ромаш")  # a refresh takes nothing away
    assert not axe.findings(page)
    found.locator("text=Call").click()
    until(lambda: bool(commands(lite)), page)
    assert commands(lite) == [("call.by_hand", {"contact": shop.contact})]


def commands(lite: Database) -> list[tuple[str, object]]:
    with lite.read() as s:
        return [(c.kind, c.args) for c in s.query(Command).order_by(Command.id)]


def test_a_card_is_put_right_during_the_call(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.click("[data-edit-card]")
    page.fill("#card-name", "Пётр Иванович")
    page.keyboard.press("Enter")
    expect(page.locator(".person")).to_have_text("Пётр Иванович")
    with lite.read() as s:
        assert s.get_one(Contact, shop.contact).name == "Пётр Иванович"
