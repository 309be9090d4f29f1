"""axe-core over a page: WCAG 2.2 A and AA findings as short lines."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}});
  return found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(" | ")}`);
}
"""


def findings(page: Page) -> list[str]:
    """What is wrong with the page as it stands. Run from outside the page, so its policy does not stop it."""
    page.evaluate(SOURCE.read_text(encoding="utf-8") + "\n;undefined")
    return findings_again(page)


def findings_again(page: Page) -> list[str]:
    """The same of a page that was looked at before and has changed since."""
    return list(page.evaluate(RUN, TAGS))
