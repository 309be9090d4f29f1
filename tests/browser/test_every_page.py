"""Every page in both languages, light and dark: no script error, no policy violation, nothing left over, WCAG 2.2.

Each is loaded once in a language; colours and width change under it, as they do for a person who changes them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, ViewportSize, expect

from dialer.rules.words import Duty
from dialer.store import Database
from dialer.store.people import User
from tests.browser import axe
from tests.support import lines
from tests.support.web import World
from webapp.recordings.views import blueprint as recordings

PO = Path(recordings.root_path).parents[0] / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
DESKTOP: ViewportSize = {"width": 1280, "height": 720}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
SHOWN_WORDS = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("script, [lang=en], code, pre")) continue;
    const text = node.textContent.trim().replace(/\\s+/g, " ");
    if (text) words.push(text);
  }
  return words;
}
"""


def addresses(world: World) -> list[str]:
    """Every page that a person can open, filled with the small world's ids."""
    here = world.here
    return [
        "/",
        "/projects",
        "/projects/new",
        f"/projects/{here.project}/edit",
        f"/projects/{here.project}/campaigns/new",
        "/campaigns",
        f"/campaigns/{here.campaign}",
        f"/campaigns/{here.campaign}/edit",
        f"/campaigns/{here.campaign}/people",
        f"/campaigns/{here.campaign}/import",
        f"/campaigns/{here.campaign}/routes",
        "/live-calls",
        f"/lists/{here.contact_list}",
        "/second-line",
        "/appointments",
        "/appointments/hours",
        f"/appointments/hours/{here.closer}",
        f"/projects/{here.project}/letters",
        f"/funnel?project={here.project}",
        f"/projects/{here.project}/later",
        f"/projects/{here.project}/terms",
        "/agreed",
        f"/figures?project={here.project}",
        f"/figures?project={here.project}&period=month",
        f"/projects/{here.project}/plan",
        f"/projects/{here.project}/teams",
        "/second-factor",
        "/contacts",
        "/contacts?q=nobody-at-all",
        f"/contacts/{here.contact}",
        f"/contacts/{here.contact}/appointment",
        "/do-not-call",
        "/recordings",
        f"/recordings/{here.attempt}",
        "/scripts",
        "/scripts/new",
        f"/scripts/versions/{here.version}",
        f"/scripts/{here.script}/publish",
        "/people",
        "/people/new",
        "/people/1",
        "/password",
    ]


def english_only() -> set[str]:
    """English texts whose Russian reads differently: none of them may stand on a Russian page."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="ru")
    texts = {m.id for m in catalogue if isinstance(m.id, str) and m.id and "%" not in m.id and m.string != m.id}
    return texts - {"yes", "no", "sent"}  # also codes of answers, which the text of a script shows as they are written


def faults_of(page: Page, colours: str, other: str, left_over: set[str]) -> list[str]:
    """What is wrong with the page that was loaded in ``colours``; in the other ones and on a telephone, too."""
    wrong = axe.findings(page)
    wrong += [f"English: {word}" for word in page.evaluate(SHOWN_WORDS) if word in left_over]
    page.emulate_media(color_scheme=other)  # type: ignore[arg-type]
    expect(page.locator("html")).to_have_attribute("data-bs-theme", other)
    wrong += [f"{other}: {finding}" for finding in axe.findings_again(page)]
    page.set_viewport_size(TELEPHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    wrong += [f"{width} px wide"] if width > TELEPHONE["width"] else []
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    return wrong


@pytest.mark.browser
@pytest.mark.parametrize(("language", "colours", "other"), [("en", "light", "dark"), ("ru", "dark", "light")])
def test_every_page_is_clean_in_both_colours_and_no_wider_than_a_telephone(
    world: World,
    lite: Database,
    person: Callable[..., User],
    enter: Callable[..., Page],
    site: str,
    language: str,
    colours: str,
    other: str,
) -> None:
    boss = person("boss", *Duty, language=language)
    lines.fill(lite, world.here, boss.id)
    page = enter(boss, color_scheme=colours, viewport=DESKTOP, reduced_motion="reduce")  # colours change at once
    left_over = english_only() if language == "ru" else set()
    wrong = []
    for address in addresses(world):
        page.goto(site + address, wait_until="load")
        assert page.locator("html").get_attribute("data-bs-theme") == colours
        wrong += [f"{address}: {fault}" for fault in faults_of(page, colours, other, left_over)]
    assert not wrong, "\n".join(wrong)
