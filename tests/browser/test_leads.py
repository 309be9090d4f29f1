"""The whole way of one lead in Chromium: first call, gate, group lead, closer, meeting, won; and its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dialer import clock
from dialer.leads import later
from dialer.people import accounts, audit
from dialer.rules.words import Duty, Mode, OperatorState, Stage
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.leads import FunnelMove, FunnelPlace
from dialer.store.outbox import tell
from dialer.store.projects import Campaign, Project
from tests.browser import axe
from tests.support import floor
from tests.support.floor import CALL, Floor

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).parents[2] / "docs" / "img"


@pytest.fixture
def shop(lite: Database) -> Floor:
    """A strict project; an operator in a call; a group lead, a manager and somebody of the client."""
    now = clock.now()
    built = floor.build(lite, now, language="en")
    with lite.write() as s:
        s.get_one(Project, built.project).qualification = "flexible"
        floor.talk(s, built, now)
        for login, duty in (
            ("lena", Duty.GROUP_LEAD),
            ("pavel", Duty.PROJECT_MANAGER),
            ("vlad", Duty.CLIENT_VIEWER),
        ):
            accounts.add(s, login, login.title(), floor.PASSWORD, [(duty, built.project)], now)
    return built


@pytest.fixture
def as_(lite: Database, site: str, enter: Callable[..., Page]) -> Callable[..., Page]:
    """A page of this login: ``as_("igor", "/second-line")``."""

    def go(login: str, path: str, **options: object) -> Page:
        with lite.read() as s:
            user = accounts.by_login(s, login)
        page = enter(user, **options)
        page.goto(site + path)
        return page

    return go


def picture(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--pictures"):
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")


def stage(db: Database, shop: Floor) -> Stage:
    with db.read() as s:
        place = s.get(FunnelPlace, shop.contact)
        return place.stage if place else Stage.NEW


def drag(page: Page, card: str, column: str) -> None:
    page.drag_and_drop(card, f'[data-stage="{column}"]')


def test_the_whole_way_of_one_lead_from_the_first_call_to_won(
    lite: Database, shop: Floor, as_: Callable[..., Page], request: pytest.FixtureRequest
) -> None:
    # the first line: what is known is not enough for the second line
    anna = as_("anna", "/desk", permissions=["microphone"])
    expect(anna.get_by_text("Not ripe for the second line yet")).to_be_visible()
    expect(anna.get_by_text("Hand over now")).to_have_count(0)
    anna.keyboard.press("Digit1")
    expect(anna.locator(".spoken").first).to_contain_text("This call is recorded")
    anna.keyboard.press("Digit1")
    anna.keyboard.press("Digit1")
    expect(anna.locator(".spoken").first).to_contain_text("How do you keep stock records")
    anna.keyboard.press("Digit2")
    expect(anna.locator('[data-field="stock"] [data-answer="2"]')).to_have_attribute("aria-checked", "true")
    with lite.write() as s:
        now = clock.now()
        floor.hang_up(s, shop, now)
        tell(s, now, "operator", f"user:{shop.operator}")
    expect(anna.locator("#desk-state")).to_have_text("Wrap-up")
    anna.locator("textarea[name=note]").press_sequentially("wants a demo")
    anna.click('[data-outcome="lead_hot"]')
    anna.wait_for_timeout(1000)  # the primary button takes no press within the moment in which its meaning changed
    anna.click("#primary")
    expect(anna.locator("#desk-state")).not_to_have_text("Wrap-up")
    assert stage(lite, shop) is Stage.CONTACTED

    # the group lead lets it through
    lena = as_("lena", "/second-line")
    expect(lena.locator("#board")).to_contain_text("Short of the gate: A-")
    lena.fill(f"#why-{CALL}", "the director called us himself")
    lena.click("text=Let through")
    expect(lena.locator("#board")).to_contain_text("Leads that wait")
    expect(lena.locator(".lead-row .clock")).to_be_visible()

    # the second line takes it within its five minutes, reads what was said, accepts
    igor = as_("igor", "/second-line", viewport={"width": 1400, "height": 900})
    card = igor.locator(".lead-row", has_text="Ромашка")
    expect(card).to_contain_text("Hot")
    card.get_by_text("What was said").click()
    expect(card).to_contain_text("legacy system")
    expect(card).to_contain_text("wants a demo")
    picture(igor, "second-line-en-light", request)
    card.get_by_role("button", name="Take").click()
    igor.get_by_role("button", name="Accept").click()
    expect(igor.locator("#board")).to_contain_text("Judged in the last 7 days")
    expect(igor.locator("#board")).to_contain_text("No lead waits")
    assert stage(lite, shop) is Stage.HANDED_OFF

    # along the funnel: by dragging, by the keyboard, and won with a sum
    igor.click("text=Funnel")
    mine = f"#contact-{shop.contact}"
    drag(igor, mine, "appointment")
    expect(igor.locator(f'[data-stage="appointment"] {mine}')).to_be_visible()
    igor.focus(f"{mine} .funnel-name")
    igor.keyboard.press("KeyM")
    expect(igor.locator("#move")).to_be_visible()
    igor.select_option("#move-stage", "proposal")
    igor.keyboard.press("Tab")
    igor.click("#move button.btn-primary")
    expect(igor.locator(f'[data-stage="proposal"] {mine}')).to_be_visible()
    drag(igor, mine, "won")
    expect(igor.locator("#move-amount")).to_be_visible()
    igor.fill("#move-amount", "450 000")
    igor.click("#move button.btn-primary")
    expect(igor.locator(f'[data-stage="won"] {mine}')).to_contain_text("450,000")
    picture(igor, "funnel-en-light", request)
    with lite.read() as s:
        assert s.get_one(FunnelPlace, shop.contact).amount == 450_000
        moves = list(s.scalars(select(FunnelMove.new).order_by(FunnelMove.id)))
        assert moves == [
            Stage.CONTACTED, Stage.QUALIFIED, Stage.HANDED_OFF, Stage.APPOINTMENT, Stage.PROPOSAL, Stage.WON,
        ]  # fmt: skip
        assert audit.verify(s) is None

    # the client sees it, without a number, and disputes it; the manager answers
    vlad = as_("vlad", "/agreed")
    expect(vlad.locator(".lead-row")).to_contain_text("Ромашка")
    assert "+7916" not in vlad.content() and "1234501" not in vlad.content()
    vlad.click("text=Dispute")
    vlad.fill(f"#why-{shop.contact}", "we knew them before")
    vlad.click(".send-back button")
    expect(vlad.locator(".lead-row")).to_contain_text("we knew them before")
    pavel = as_("pavel", "/agreed")
    pavel.fill(f"#answer-{shop.contact}", "they were not on your list")
    pavel.click("text=It stays a lead")
    expect(pavel.locator(".lead-row")).to_contain_text("they were not on your list")


def test_a_lead_sent_back_tells_the_operator_why(lite: Database, shop: Floor, as_: Callable[..., Page]) -> None:
    from dialer.desk import handoffs

    with lite.write() as s:
        s.get_one(Project, shop.project).qualification = "open"
        handoffs.offer_listed(s, CALL, shop.operator, clock.now())
        floor.sit(s, shop.operator, OperatorState.READY, shop, clock.now(), attempt_id=None)
    anna = as_("anna", "/desk", permissions=["microphone"])
    igor = as_("igor", "/second-line")
    igor.get_by_role("button", name="Take").click()
    igor.click(".send-back summary")
    igor.select_option(".send-back select", "no_authority")
    igor.fill(".send-back textarea", "the secretary only")
    igor.click(".send-back button")
    expect(igor.locator("#board")).to_contain_text("Does not decide")
    expect(anna.locator("#desk-root")).to_contain_text("the secretary only", timeout=15_000)
    lena = as_("lena", "/second-line")
    expect(lena.locator("#board")).to_contain_text("Does not decide: the secretary only")


def test_the_board_follows_what_happens_and_leaves_who_types_alone(
    lite: Database, shop: Floor, as_: Callable[..., Page]
) -> None:
    from dialer.desk import handoffs

    igor = as_("igor", "/second-line")
    igor.wait_for_timeout(500)
    with lite.write() as s:
        s.get_one(Project, shop.project).qualification = "open"
        given = handoffs.offer_listed(s, CALL, shop.operator, clock.now()).id
    expect(igor.locator(f"#handoff-{given}")).to_be_visible(timeout=15_000)
    igor.get_by_role("button", name="Take").click()
    igor.click(".send-back summary")
    igor.fill(".send-back textarea", "typing a long reas")
    with lite.write() as s:
        tell(s, clock.now(), "handoff", f"campaign:{shop.campaign}", handoff=given)
    igor.wait_for_timeout(1500)
    expect(igor.locator(".send-back textarea")).to_have_value("typing a long reas")


def test_the_pool_is_counted_first_and_then_drawn(lite: Database, shop: Floor, as_: Callable[..., Page]) -> None:
    now = clock.now()
    with lite.write() as s:
        later.put(s, shop.contact, shop.project, "no_need", now + timedelta(days=30), now)
        s.add(Campaign(project_id=shop.project, name="Autumn", mode=Mode.PREVIEW, created_at=now))
    pavel = as_("pavel", f"/projects/{shop.project}/later")
    pavel.fill("#filter", "stock == 1")
    pavel.keyboard.press("Enter")
    expect(pavel.locator("main")).to_contain_text("Nobody passes")
    pavel.fill("#filter", "reason == 'no_need' and bant.N == none")
    pavel.keyboard.press("Enter")
    expect(pavel.locator("#draw-title")).to_have_text("1 contact passes")
    pavel.click("text=Draw them")
    expect(pavel.locator("#flashes")).to_contain_text("Drawn into Autumn: 1.")
    with lite.read() as s:
        assert s.scalars(select(Contact.id).where(Contact.origin_id == shop.contact)).one()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_are_clean_with_contents_too(
    lite: Database, shop: Floor, as_: Callable[..., Page], language: str, colours: str, tmp_path: Path
) -> None:
    fill(lite, shop)
    with lite.write() as s:
        boss = accounts.add(s, "boss", "Вера Панова", floor.PASSWORD, [(d, shop.project) for d in Duty], clock.now())
        boss.language = language
    page = as_("boss", "/second-line", color_scheme=colours, viewport={"width": 1400, "height": 900})
    base = page.url.removesuffix("/second-line")
    wrong = []
    for path in (
        "/second-line",
        "/funnel",
        f"/projects/{shop.project}/later",
        f"/projects/{shop.project}/terms",
        "/agreed",
    ):
        page.goto(base + path)
        wrong += [f"{path}: {finding}" for finding in axe.findings(page)]
        page.set_viewport_size({"width": 390, "height": 844})
        width = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{path}: {width} px wide"] if width > 390 else []
        page.set_viewport_size({"width": 1400, "height": 900})
    assert not wrong, "\n".join(wrong)


def fill(db: Database, shop: Floor) -> None:
    """A board, a funnel and a pool with something in each part."""
    from tests.support import busy_board

    busy_board.fill(db, shop, clock.now())
