"""A script on paper: what only a call knows is named in angle quotes, ‹person›, instead of said.

Room: scripts, for the page that is printed against the day when the network is gone. May import the context and the
screen. Questions count as answered, so that a sentence which speaks an answer says whose; every A/B text is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.context import names_for, read_context
from scripts.labels import label_in
from scripts.model import Script
from scripts.render import render_or_gap

NOON = "2026-01-01T12:00+00:00"
"""Any noon: a printed greeting is one for the day."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One spoken line as plain text; ``variant`` is the A/B text that it belongs to, None for both."""

    text: str
    verbatim: bool
    variant: str | None


def on_paper(
    script: Script, language: str, project: Mapping[str, Any] | None = None, operator: str = ""
) -> dict[str, tuple[PaperLine, ...]]:
    """The spoken lines of every step, by its id. A language that the script does not have means its first.

    ``project`` are the project's settings; those it lacks, every column of the contact and every answer are named.
    """
    language = language if language in script.languages else script.languages[0]
    names = _names(script, language, project or {}, operator)
    return {
        node.id: tuple(
            PaperLine(render_or_gap(line.text, names)[0].unescape(), line.verbatim, line.variant)
            for line in node.lines
            if line.language == language
        )
        for node in script.nodes
    }


def _names(script: Script, language: str, project: Mapping[str, Any], operator: str) -> dict[str, Any]:
    given = {name: value for name, value in project.items() if value not in (None, "") and name != "bant"}
    wanted = [name for name in script.needs.get("project", ()) if name != "bant"]
    context: dict[str, Any] = {
        "now": NOON,
        "contact": {name: f"‹{name}›" for name in script.needs.get("contact", ())},
        "project": {name: f"‹{name}›" for name in wanted} | given,
        "operator": {"name": operator or "‹name›"},
    }
    answers = {name: f"‹{label_in(field.labels, language, name)}›" for name, field in script.fields.items()}
    return names_for(script, {}, {}, read_context(context, script), language) | answers
