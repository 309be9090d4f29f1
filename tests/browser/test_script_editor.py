"""A script writer's whole way in Chromium: draft, error at its line, rehearsal, publishing, figures; two at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dialer import clock
from dialer.rules.words import Duty
from dialer.store import Database
from dialer.store.people import User
from dialer.store.scripts import CallScript
from tests.browser import axe
from tests.support import pretend_calls
from tests.support.pretend_calls import Respondent
from tests.support.web import World

pytestmark = pytest.mark.browser


@pytest.fixture
def writer(person: Callable[..., User], world: World) -> User:
    project = world.here.project
    return person("sasha", Duty.SCRIPT_WRITER, Duty.PROJECT_MANAGER, project_id=project)


def write(page: Page, old: str, new: str) -> None:
    """Replace words in the text as a person would: find them, type over them."""
    page.click(".cm-content")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    field = page.locator(".cm-search [name=search]")
    field.fill("")
    field.press_sequentially(old)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(new)


def open_editor(page: Page, site: str, script_id: int) -> None:
    page.goto(f"{site}/scripts/{script_id}")
    expect(page.locator("#graph svg")).to_be_visible()


def draft_of(db: Database, script_id: int) -> str:
    with db.read() as s:
        return s.get_one(CallScript, script_id).draft


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Saved")


def saved_now(page: Page) -> None:
    """Saved since the page was opened: the time stands beside the word."""
    expect(page.locator("#save-state")).to_have_text(re.compile(r"Saved \d\d:"))


def test_a_writer_goes_from_a_first_draft_to_the_figures(
    writer: User, world: World, enter: Callable[..., Page], site: str, lite: Database
) -> None:
    page = enter(writer)
    page.goto(f"{site}/scripts/new")
    page.fill("#name", "Survey of spring")
    page.check("input[value=library]")
    page.select_option("#finished", "telephone_survey")
    page.click("text=Create and write")
    expect(page.locator("#graph svg")).to_be_visible()
    script_id = int(page.url.rsplit("/", 1)[1])

    # A target that is not there: the error stands at its line, in the list and in the gutter.
    write(page, "-> state_tools", "-> state_tolls")
    finding = page.locator("#findings li[data-rule=dangling]")
    page.click("#tab-findings")
    expect(finding).to_contain_text("state_tolls")
    line = int(finding.get_attribute("data-line") or 0)
    saved(page)
    assert draft_of(lite, script_id).split("\n")[line - 1] == "-> state_tolls"
    expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
    finding.locator("button").click()
    expect(page.locator(".cm-activeLine")).to_have_text("-> state_tolls")

    # With errors there is no publishing; mended there is.
    page.click("#to-review")
    expect(page.locator("main")).to_contain_text("The script has errors")
    assert page.locator("button:text-is('Publish')").count() == 0
    page.click("text=Back to the text")
    write(page, "state_tolls", "state_tools")
    expect(page.locator("#findings-count")).to_have_text("0")

    # A click in the drawing leads to the step, the cursor in a step marks it.
    page.click("#step-plans_change")
    expect(page.locator(".cm-activeLine")).to_contain_text("=== plans_change")
    expect(page.locator("#step-plans_change")).to_have_class("here")

    # The rehearsal plays the text as it is now, in both languages.
    page.click("#tab-rehearsal")
    page.click("#rehearsal [data-value=dm]")
    expect(page.locator("#rehearsal [data-step=intro]")).to_contain_text("It takes five minutes")
    write(page, "It takes five minutes", "It takes three minutes")
    expect(page.locator("#rehearsal [data-step=intro]")).to_contain_text("It takes three minutes")
    page.click("#rehearse-languages button:text-is('RU')")
    expect(page.locator("#rehearsal [data-step=intro]")).to_contain_text("Согласны ответить")
    page.click("#rehearsal .answer-next")
    expect(page.locator("#rehearsal .field-error").first).to_be_visible()
    page.click("#rehearsal [data-field=consent] [data-answer=yes]")
    expect(page.locator("#rehearsal [data-field=consent] [aria-pressed=true]")).to_have_count(1)
    page.click("#rehearsal .answer-next")
    expect(page.locator("#rehearsal [data-step=state_size]")).to_be_visible()
    saved(page)

    page.click("#to-review")
    page.fill("#note", "Spring")
    page.click("button:text-is('Publish')")
    expect(page.locator("main")).to_contain_text("Version 1 is published")

    call_along(lite, world, script_id, writer.id)
    page.goto(f"{site}/scripts/{script_id}/figures")
    expect(page.locator(".tiles")).to_contain_text("3")
    expect(page.locator("#row-intro")).to_contain_text("they: 1")
    expect(page.locator("#step-reach")).to_contain_text("100%")
    page.goto(f"{site}/scripts/{script_id}")
    expect(page.locator("#published-state")).to_have_text("Same as published")


def call_along(db: Database, world: World, script_id: int, operator: int) -> None:
    """Three calls: one to the goal, one hung up at the introduction, one refused."""
    whole = {"consent": True, "size": 1, "tools": [1], "content": 5, "lost": 1, "change": 3, "must": [1], "send": False}
    people = [Respondent(whole), Respondent(gone_at="intro"), Respondent({"consent": False}, {"refused": "no"})]
    at = clock.now() - timedelta(hours=1)
    with db.write() as s:
        campaign = pretend_calls.campaign_of(s, world.here.project, script_id, "Spring survey", at)
        for number, who in enumerate(people):
            contact = pretend_calls.add_contact(s, campaign.id, f"+791600000{number:02}", at)
            attempt = pretend_calls.place(s, contact, f"aspring{number}", operator, at)
            outcome, over = pretend_calls.talk(s, attempt, who, at)
            pretend_calls.close(s, attempt, outcome, over)


def test_what_was_typed_survives_a_reload_without_a_connection(
    writer: User, world: World, enter: Callable[..., Page], site: str, lite: Database, faults: object
) -> None:
    page = enter(writer)
    open_editor(page, site, world.here.script)
    page.route("**/draft", lambda route: route.abort())
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("# typed while the network was gone")
    expect(page.locator("#save-state")).to_contain_text("Not saved: no connection")
    page.unroute("**/draft")
    page.reload()
    expect(page.locator("#toast")).to_contain_text("brought back")
    saved_now(page)
    assert draft_of(lite, world.here.script).endswith("# typed while the network was gone")
    faults.found.clear()  # type: ignore[attr-defined]


def test_two_at_one_draft_do_not_write_over_each_other(
    writer: User, person: Callable[..., User], world: World, enter: Callable[..., Page], site: str, lite: Database,
    faults: object,
) -> None:  # fmt: skip
    mine = enter(writer)
    theirs = enter(person("igor", Duty.SCRIPT_WRITER, project_id=world.here.project))
    for page in (mine, theirs):
        open_editor(page, site, world.here.script)
        page.click(".cm-content")
        page.keyboard.press("Control+End")
    theirs.keyboard.insert_text("# Igor was here")
    saved_now(theirs)
    mine.keyboard.insert_text("# Sasha was here")
    expect(mine.locator("#stale")).to_contain_text("Igor saved this draft at")
    assert draft_of(lite, world.here.script).endswith("# Igor was here")
    faults.found.clear()  # type: ignore[attr-defined]
    mine.click("#keep-mine")
    expect(mine.locator("#stale")).to_be_hidden()
    saved(mine)
    assert draft_of(lite, world.here.script).endswith("# Sasha was here")


def test_a_supervisor_comments_on_a_line_and_the_writer_settles_it(
    writer: User, person: Callable[..., User], world: World, enter: Callable[..., Page], site: str
) -> None:
    supervisor = enter(person("ivan", Duty.SUPERVISOR, project_id=world.here.project))
    open_editor(supervisor, site, world.here.script)
    supervisor.click("#step-intro")
    supervisor.click("#tab-comments")
    expect(supervisor.locator("#comment-about")).to_contain_text("=== intro")
    supervisor.fill("#comment-text", "Say the city first.")
    supervisor.click("#comment-form button")
    expect(supervisor.locator(".comment")).to_contain_text("Say the city first.")
    supervisor.keyboard.type("x")
    expect(supervisor.locator("#save-state")).to_have_text("To read and to comment on")

    page = enter(writer)
    open_editor(page, site, world.here.script)
    expect(page.locator("#comments-count")).to_have_text("1")
    page.click("#tab-comments")
    page.click(".comment [data-line]")
    expect(page.locator(".cm-activeLine")).to_contain_text("=== intro")
    page.click(".comment [data-settle]")
    expect(page.locator("#comments-count")).to_have_text("0")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_tab_of_the_editor_and_every_page_is_clean(
    person: Callable[..., User], world: World, enter: Callable[..., Page], site: str, lite: Database, language: str,
    colours: str,
) -> None:  # fmt: skip
    boss = person("boss", *Duty, language=language)
    page = enter(boss, color_scheme=colours)
    call_here(lite, world, boss.id)
    open_editor(page, site, world.here.script)
    wrong = []
    for tab in ("graph", "rehearsal", "findings", "comments"):
        page.click(f"#tab-{tab}")
        if tab == "rehearsal":
            page.click("#rehearsal [data-value=dm]")
            expect(page.locator("#rehearsal [data-step=intro]")).to_be_visible()
        wrong += [f"{tab}: {finding}" for finding in axe.findings(page)]
    for address in (
        f"/scripts/{world.here.script}/figures?days=0",
        f"/campaigns/{world.here.campaign}/survey?down=carrier",
        f"/scripts/versions/{world.here.version}/changes",
        f"/scripts/versions/{world.here.version}/print",
    ):
        page.goto(site + address)
        wrong += [f"{address}: {finding}" for finding in axe.findings(page)]
    assert not wrong, "\n".join(wrong)


def call_here(db: Database, world: World, operator: int) -> None:
    at = clock.now() - timedelta(hours=1)
    with db.write() as s:
        contact = pretend_calls.add_contact(s, world.here.campaign, "+79160000099", at)
        attempt = pretend_calls.place(s, contact, "ahere", operator, at)
        outcome, over = pretend_calls.talk(s, attempt, Respondent(gone_at="intro"), at)
        pretend_calls.close(s, attempt, outcome or "break_off", over)


@pytest.mark.parametrize("width", [390, 1400])
def test_the_editor_and_the_figures_fit_the_screen(
    writer: User, world: World, enter: Callable[..., Page], site: str, lite: Database, width: int
) -> None:
    call_here(lite, world, writer.id)
    page = enter(writer, viewport={"width": width, "height": 844})
    for address in (
        f"/scripts/{world.here.script}",
        f"/scripts/{world.here.script}/figures?days=0",
        f"/campaigns/{world.here.campaign}/survey",
    ):
        page.goto(site + address)
        page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
