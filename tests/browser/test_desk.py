"""The desk in a real browser, on a call put into the tables: nothing is lost, nothing jumps, no script runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from dialer import clock
from dialer.desk import handoffs
from dialer.rules.words import AttemptState, HandoffState, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import Callback, DeskDraft, Note, OperatorSession
from dialer.store.messages import Command
from dialer.store.outbox import tell
from dialer.store.people import User
from dialer.store.scripts import Answer, ScriptRun, ScriptStep
from tests.browser import axe
from tests.browser.conftest import Faults
from tests.support import floor
from tests.support.floor import CALL, Floor

pytestmark = pytest.mark.browser
HOSTILE = (
    "<script>window.hit=1</script>",
    "{{7*7}}",
    '"><svg onload=window.hit=1>',
    "${7*7}",
    "javascript:window.hit=1",
    "&lt;b&gt;",
    "'-alert(1)-'",
)


def tell_page(db: Database, user_id: int) -> None:
    """What the engine does when it has moved somebody."""
    with db.write() as s:
        tell(s, clock.now(), "operator", f"user:{user_id}")


def until(condition: Callable[[], bool], page: Page) -> None:
    """Wait for something in the database; fail if it does not come about."""
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(25)
    raise AssertionError("it did not happen")


def settled(page: Page) -> None:
    """Wait until nothing is on its way to the server."""
    page.wait_for_function(
        "() => !document.querySelector('[hx-morph-skip][data-typed], [data-wrap-up][hx-morph-skip]')"
    )


def step(page: Page, text: str) -> None:
    expect(page.locator(".spoken").first).to_contain_text(text)


def test_a_call_appears_without_a_reload_and_nothing_moves(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    with lite.write() as s:
        floor.sit(s, shop.operator, OperatorState.READY, shop, clock.now(), attempt_id=None)
    page = sit(shop.operator)
    expect(page.locator("#desk-state")).to_have_text("Ready")
    before = page.locator("#primary").bounding_box()
    with lite.write() as s:
        floor.sit(s, shop.operator, OperatorState.TALKING, shop, clock.now(), attempt_id=CALL)
    tell_page(lite, shop.operator)
    expect(page.locator(".company")).to_have_text("ООО «Ромашка»")
    assert page.locator("#primary").bounding_box() == before


def test_digits_and_letters_walk_the_script(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    step(page, "May I speak to Пётр Иванов?")
    page.keyboard.press("Digit1")
    step(page, "This call is recorded")
    page.keyboard.press("Digit1")  # the question: agrees
    expect(page.locator('[data-field="agrees"] [data-answer="yes"]')).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Digit1")  # the answer: yes
    step(page, "How do you keep stock records")
    page.keyboard.press("Digit2")
    expect(page.locator('[data-field="stock"] [data-answer="2"]')).to_have_attribute("aria-checked", "true")
    expect(page.locator('[data-field="pain"]')).to_be_visible()
    page.keyboard.press("KeyN")
    step(page, "By when")
    page.keyboard.press("KeyB")
    step(page, "How do you keep stock records")
    with lite.read() as s:
        assert s.scalars(select(Answer.value).where(Answer.field == "stock")).one() == {"value": 2}


def test_digits_typed_into_a_field_choose_nothing(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.fill("textarea[name=note]", "")
    page.locator("textarea[name=note]").press_sequentially("1 2 3")
    step(page, "May I speak to")
    expect(page.locator("textarea[name=note]")).to_have_value("1 2 3")


def test_the_sheet_of_keys_lists_what_works(shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.keyboard.press("Shift+Slash")
    sheet = page.locator("#keys")
    expect(sheet).to_be_visible()
    for words in ("Next step of the script", "Hang up", "Mute, unmute", "The same keys while typing"):
        expect(sheet).to_contain_text(words)


def test_a_reload_brings_back_call_position_and_typed_words(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    page = sit(shop.operator)
    page.click("text=Not in")
    step(page, "When shall I call back?")
    page.fill("textarea[name=note]", "secretary says after lunch")
    page.click('[data-outcome="contact_away"]')
    page.click("[data-quick] >> nth=2")
    when = page.input_value("#callback-at")
    page.click('[data-owner="anyone"]')
    settled(page)
    page.reload()
    step(page, "When shall I call back?")
    expect(page.locator("textarea[name=note]")).to_have_value("secretary says after lunch")
    expect(page.locator('[data-outcome="contact_away"]')).to_have_attribute("aria-checked", "true")
    expect(page.locator("#callback-at")).to_have_value(when)
    expect(page.locator('[data-owner="anyone"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#desk-state")).to_have_text("Talking")


def test_words_typed_in_a_question_survive_a_reload_before_they_are_an_answer(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    page = sit(shop.operator)
    page.keyboard.press("Digit1")
    step(page, "This call is recorded")
    page.keyboard.press("Digit1")
    page.keyboard.press("Digit1")
    step(page, "How do you keep stock records")
    page.keyboard.press("Digit1")
    page.keyboard.press("KeyN")
    step(page, "By when")
    page.locator('[name="q.wish"]').press_sequentially("a stock report by e-m")
    page.wait_for_function("() => !document.querySelector('[name=\"q.wish\"]').hasAttribute('hx-morph-skip')")
    with lite.read() as s:
        assert s.get_one(ScriptRun, CALL).draft["wish"] == "a stock report by e-m"
    page.reload()
    expect(page.locator('[name="q.wish"]')).to_have_value("a stock report by e-m")


def test_what_the_page_says_is_saved_is_in_the_database(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.locator("textarea[name=note]").press_sequentially("first words")
    expect(page.locator("#saved-line")).to_have_text("Saved")
    with lite.read() as s:
        assert s.get_one(DeskDraft, (CALL, shop.operator)).words["note"] == "first words"


def test_leaving_the_page_sends_what_was_just_typed(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.locator("textarea[name=note]").press_sequentially("last second")
    page.reload()
    expect(page.locator("textarea[name=note]")).to_have_value("last second")


def test_a_refresh_leaves_the_words_and_the_caret_of_who_is_typing(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    page = sit(shop.operator)
    note = page.locator("textarea[name=note]")
    note.press_sequentially("abcdef")
    page.evaluate("() => document.activeElement.setSelectionRange(3, 3)")
    for _ in range(5):
        with page.expect_response("**/desk/body"):
            tell_page(lite, shop.operator)
        page.keyboard.type("x")
    expect(note).to_have_value("abcxxxxxdef")
    assert page.evaluate("() => document.activeElement.name") == "note"


def try_again(page: Page) -> None:
    """Press the banner's button; the page tries again by itself too, and where it was quicker the button is gone."""
    page.evaluate("document.querySelector('#banner-unsaved button')?.click()")


def test_a_server_that_is_gone_is_told_and_the_words_arrive_when_it_is_back(
    lite: Database, shop: Floor, sit: Callable[..., Page], faults: Faults
) -> None:
    page = sit(shop.operator)
    page.route("**/desk/draft", lambda route: route.abort())
    page.locator("textarea[name=note]").press_sequentially("written in a tunnel")
    expect(page.locator("#banner-unsaved")).to_be_visible()
    expect(page.locator("#saved-line")).not_to_have_text("Saved")
    page.unroute("**/desk/draft")
    try_again(page)
    expect(page.locator("#saved-line")).to_have_text("Saved")
    expect(page.locator("#banner-unsaved")).to_have_count(0)
    with lite.read() as s:
        assert s.get_one(DeskDraft, (CALL, shop.operator)).words["note"] == "written in a tunnel"
    faults.found.clear()  # the aborted requests


def wrapping_up(lite: Database, shop: Floor, sit: Callable[..., Page]) -> Page:
    """The operator's page once the person has hung up."""
    page = sit(shop.operator)
    with lite.write() as s:
        floor.hang_up(s, shop, clock.now())
    tell_page(lite, shop.operator)
    expect(page.locator("#primary")).to_have_text("Save and next S")
    return page


def test_an_outcome_chosen_while_an_older_picture_is_on_its_way_stays_chosen(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    page = wrapping_up(lite, shop, sit)
    seen: list[str] = []

    def late(route: Route) -> None:
        older = route.fetch()
        page.evaluate("""document.querySelector('[data-outcome="no_need"]').click()""")
        seen.append(older.text())
        route.fulfill(response=older)

    page.route("**/desk/body", late, times=1)
    tell_page(lite, shop.operator)
    until(lambda: bool(seen), page)
    page.wait_for_timeout(300)
    assert 'aria-checked="true"' not in seen[0], "the older picture knows nothing of it"
    expect(page.locator('[data-outcome="no_need"]')).to_have_attribute("aria-checked", "true")
    expect(page.locator("#primary")).to_be_enabled()


def test_the_wrap_up_is_saved_by_keys_with_note_and_callback(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    page = wrapping_up(lite, shop, sit)
    expect(page.locator("#primary")).to_be_disabled()
    page.keyboard.press("Digit4")
    page.click("[data-quick] >> nth=2")
    page.keyboard.press("KeyT")
    page.keyboard.type("ask for Olga")
    expect(page.locator("[data-mine-time]")).not_to_be_empty()
    page.wait_for_timeout(750)  # the primary button has just come to mean something else
    expect(page.locator("#primary")).to_be_enabled()
    page.keyboard.press("Alt+KeyS")
    expect(page.locator("#desk-state")).to_have_text("Ready")
    with lite.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "callback"
        assert s.scalars(select(Note.text).where(Note.attempt_id == CALL)).one() == "ask for Olga"
        promised = s.scalars(select(Callback)).one()
        assert promised.owner_id == shop.operator
        assert promised.due_at.hour == 6  # 10:00 in Samara
        assert s.get(DeskDraft, (CALL, shop.operator)) is None


def test_the_outcome_may_be_chosen_during_the_call(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.keyboard.press("Shift+Digit6")
    expect(page.locator('[data-outcome="no_need"]')).to_have_attribute("aria-checked", "true")
    settled(page)
    with lite.write() as s:
        floor.hang_up(s, shop, clock.now())
    tell_page(lite, shop.operator)
    expect(page.locator("#primary")).to_have_text("Save and next S")
    expect(page.locator("#primary")).to_be_enabled()


def test_the_clock_saves_a_chosen_outcome_and_typing_moves_it_on(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    page = sit(shop.operator)
    page.keyboard.press("Shift+Digit6")
    settled(page)
    with lite.write() as s:
        floor.hang_up(s, shop, clock.now(), wrap_up_s=6)
    tell_page(lite, shop.operator)
    expect(page.locator("#primary")).to_have_text("Save and next S")
    page.locator("textarea[name=note]").press_sequentially("slow")
    settled(page)
    with lite.read() as s:
        until = s.get_one(OperatorSession, shop.operator).wrap_until_at
    assert until is not None and until > clock.now() + timedelta(seconds=8)
    with lite.write() as s:
        s.get_one(OperatorSession, shop.operator).wrap_until_at = clock.now() + timedelta(seconds=3)
    tell_page(lite, shop.operator)
    expect(page.locator("#desk-state")).to_have_text("Ready", timeout=10_000)
    with lite.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "no_need"


def asked(db: Database) -> list[str]:
    with db.read() as s:
        return [command.kind for command in s.scalars(select(Command).order_by(Command.id))]


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_enter_and_space_never_hang_up_by_accident(
    lite: Database, shop: Floor, sit: Callable[..., Page], key: str
) -> None:
    page = sit(shop.operator)
    page.wait_for_timeout(800)
    page.focus("#primary")
    page.keyboard.press(key)
    expect(page.locator("#toast")).to_have_text("Press again to hang up")
    assert asked(lite) == []
    page.keyboard.press(key)
    expect(page.locator("#desk")).not_to_be_empty()
    until(lambda: bool(asked(lite)), page)
    assert asked(lite) == ["call.hang_up"]


def test_a_click_meant_for_the_old_button_does_not_do_the_new_one(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    with lite.write() as s:
        floor.sit(s, shop.operator, OperatorState.PAUSED, shop, clock.now(), attempt_id=None, reason="lunch")
    page = sit(shop.operator)
    expect(page.locator("#primary")).to_have_text("Ready R")
    page.focus("#primary")
    with lite.write() as s:
        floor.sit(s, shop.operator, OperatorState.TALKING, shop, clock.now(), attempt_id=CALL)
    tell_page(lite, shop.operator)
    page.wait_for_selector('#primary[data-kind="hang_up"]')
    page.click("#primary")
    assert page.evaluate("() => document.activeElement.id") in ("", "primary")
    page.keyboard.press("Escape")
    settled(page)
    assert "call.hang_up" not in asked(lite)


def test_call_controls_ask_the_engine(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    for key, kind in (("KeyH", "call.hold"), ("KeyM", "call.mute")):
        with page.expect_response("**/desk/call/*"):
            page.keyboard.press(key)
        assert asked(lite)[-1] == kind
    page.click("#keys-menu summary")
    with page.expect_response("**/desk/call/keys"):
        page.click("#keys-menu button >> text=7")
    with lite.read() as s:
        last = s.scalars(select(Command).order_by(Command.id.desc())).first()
    assert last is not None and last.args == {"attempt": CALL, "keys": "7"}


def test_a_menu_stays_open_when_the_page_is_refreshed(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.click("#keys-menu summary")
    with page.expect_response("**/desk/body"):
        tell_page(lite, shop.operator)
    settled(page)
    expect(page.locator("#keys-menu .keypad")).to_be_visible()


def test_an_objection_is_found_answered_and_left_again(shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.keyboard.press("KeyO")
    page.keyboard.type("expens")
    expect(page.locator("[data-filtered]:visible")).to_have_count(1)
    page.click("[data-filtered]:visible")
    step(page, "the audit is free")
    page.click("text=Fine, go on")
    step(page, "May I speak to")


def test_words_without_a_button_go_to_the_author(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.click("text=No such answer")
    page.fill("#no-answer-text", "we closed last year")
    page.click("text=Send to the author")
    expect(page.locator("#toast")).to_have_text("Noted for the author of the script.")
    with lite.read() as s:
        values = [row.entry["value"] for row in s.scalars(select(ScriptStep))]
    assert "we closed last year" in values


def test_the_script_changes_its_language_in_mid_call_and_the_page_does_not(
    shop: Floor, sit: Callable[..., Page]
) -> None:
    page = sit(shop.operator)
    page.click('.script-top button:has-text("RU")')
    step(page, "Соедините с Пётр Иванов")
    expect(page.locator("#primary")).to_contain_text("Hang up")


def test_a_wrong_answer_says_what_is_wrong_beside_its_field(shop: Floor, sit: Callable[..., Page]) -> None:
    page = sit(shop.operator)
    page.click("text=Not in")
    page.fill('[name="q.recall"]', "2020-01-01T10:00")
    page.press('[name="q.recall"]', "Tab")
    expect(page.locator(".field-error:visible")).to_have_text("This is in the past.")


def test_two_desks_of_one_person_show_the_same_and_a_stale_one_changes_nothing(
    shop: Floor, sit: Callable[..., Page]
) -> None:
    first, second = sit(shop.operator), sit(shop.operator)
    first.click("text=Putting you through")
    step(second, "This call is recorded")


def test_hostile_contact_fields_are_shown_and_never_run(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    with lite.write() as s:
        contact = s.get_one(Contact, shop.contact)
        contact.company, contact.name, contact.email = HOSTILE[0], HOSTILE[2], HOSTILE[4]
        contact.fields = {f"field {n} {text}": text for n, text in enumerate(HOSTILE)}
        s.add(Note(contact_id=shop.contact, at=clock.now(), text=HOSTILE[2] + HOSTILE[1]))
    page = sit(shop.operator)
    expect(page.locator(".company")).to_have_text(HOSTILE[0])
    expect(page.locator(".person")).to_have_text(HOSTILE[2])
    step(page, HOSTILE[2])
    for text in HOSTILE:
        expect(page.locator(".fields dd", has_text=text).first).to_be_visible()
    assert page.evaluate("() => window.hit") is None
    assert "49" not in page.locator(".fields").inner_text()


def test_the_closer_reads_before_answering_and_the_reason_returns_to_the_operator(
    lite: Database, shop: Floor, sit: Callable[..., Page]
) -> None:
    with lite.write() as s:
        floor.sit(s, shop.closer, OperatorState.READY, shop, clock.now(), leg="")
    anna, igor = sit(shop.operator), sit(shop.closer)
    anna.locator("textarea[name=note]").press_sequentially("knows our product")
    settled(anna)
    anna.keyboard.press("Escape")
    with anna.expect_response("**/desk/handoff/live"):
        anna.keyboard.press("KeyL")
    expect(anna.locator(".handoff")).to_contain_text("Игорь Титов's phone rings")
    expect(igor.locator("#desk-state")).to_have_text("A lead for you")
    expect(igor.locator(".company")).to_have_text("ООО «Ромашка»")
    expect(igor.locator(".operator-note")).to_contain_text("knows our product")
    expect(igor.locator("#primary")).to_contain_text("Answer")
    with lite.write() as s:
        handoff = handoffs.of_attempt(s, CALL)
        assert handoff is not None
        handoff.state = HandoffState.JOINED
        s.get_one(Attempt, CALL).closer_id = shop.closer
        floor.sit(s, shop.closer, OperatorState.TALKING, shop, clock.now(), attempt_id=CALL)
        handoffs.announce(s, handoff, clock.now())
    expect(anna.locator(".handoff")).to_contain_text("is in the call")
    igor.fill(".judge textarea", "not the one who decides")
    igor.click("text=Send back to the operator")
    expect(anna.locator("#results-menu summary")).to_have_text("1 answer from closers")
    expect(anna.locator("#toast")).to_have_text("A closer has answered about your lead.")
    anna.click("#results-menu summary")
    expect(anna.locator("#results-menu q")).to_have_text("not the one who decides")
    anna.click("#results-menu >> text=Mark as read")
    expect(anna.locator("#results-menu")).to_have_count(0)


def test_a_failed_handoff_says_why_and_what_to_do(lite: Database, shop: Floor, sit: Callable[..., Page]) -> None:
    with lite.write() as s:
        floor.sit(s, shop.closer, OperatorState.READY, shop, clock.now(), leg="")
        handoff = handoffs.offer_live(s, CALL, shop.operator, clock.now())
        handoff.state, handoff.reason = HandoffState.FAILED, "no_answer"
    page = sit(shop.operator)
    expect(page.locator(".handoff")).to_contain_text("The closer did not answer.")
    expect(page.locator(".handoff")).to_contain_text("put the lead into the closers' list")
    page.click("text=Into the list")
    expect(page.locator(".handoff").first).to_contain_text("In the closers' list")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_desk_is_accessible_and_fits(
    lite: Database, shop: Floor, sit: Callable[..., Page], language: str, colours: str, width: int
) -> None:
    with lite.write() as s:
        s.get_one(User, shop.operator).language = language
    page = sit(shop.operator, color_scheme=colours, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.keyboard.press("Digit1")
    page.wait_for_selector(".question")
    found = axe.findings(page)
    with lite.write() as s:
        floor.hang_up(s, shop, clock.now())
    tell_page(lite, shop.operator)
    page.wait_for_selector('[data-state="wrap_up"]')
    page.keyboard.press("Digit4")
    page.wait_for_selector("[data-callback]:not([hidden])")
    page.locator("#call-col").evaluate("column => column.scrollTo(0, 0)")  # nothing half under the column's head
    found += axe.findings(page)
    assert not found, found
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_words_for_one_call_never_reach_the_next(
    lite: Database, shop: Floor, sit: Callable[..., Page], faults: Faults
) -> None:
    """The draft is still to be sent when the next call takes the desk: it belongs to the call it was typed in."""
    page = sit(shop.operator)
    page.route("**/desk/draft", lambda route: route.abort())
    page.locator("textarea[name=note]").press_sequentially("about the first call")
    expect(page.locator("#banner-unsaved")).to_be_visible()
    with lite.write() as s:
        s.get_one(Attempt, CALL).state = AttemptState.CLOSED
        s.flush()
        floor.talk(s, shop, clock.now(), "anext0000000000000000000")
    tell_page(lite, shop.operator)
    expect(page.locator('[data-attempt="anext0000000000000000000"]')).to_have_count(1)
    expect(page.locator("textarea[name=note]")).to_have_value("")
    page.unroute("**/desk/draft")
    try_again(page)
    expect(page.locator("#banner-unsaved")).to_have_count(0)
    with lite.read() as s:
        assert s.get_one(DeskDraft, (CALL, shop.operator)).words["note"] == "about the first call"
        assert s.get(DeskDraft, ("anext0000000000000000000", shop.operator)) is None
    faults.found.clear()  # the aborted requests
