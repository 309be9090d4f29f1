"""Rules about slips of the pen: what can be written, and nobody means.

Room: scripts/lint. May import the guard, the model and the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scripts.guard import has_jinja
from scripts.lint.report import Report
from scripts.model import Labels, Node
from scripts.told import told

_ONE_BRACE = re.compile(r"(?<!\{)\{\s*[a-z_]+(?:\.[a-z_]+)?\s*\}(?!\})")


def check_slips(report: Report) -> None:
    """Run the rules about what was surely meant otherwise."""
    for node in report.script.nodes:
        _asked_twice(report, node)
        _never_taken(report, node)
        _silent(report, node)
        _braces(report, node)
        _alike(report, ((a.labels, a.line, a.column) for a in node.answers), told("Two answers of this step"))
    for field in report.script.fields.values():
        _alike(
            report,
            ((o.labels, o.line, o.column) for o in field.options),
            told("Two options of '%(name)s'", name=field.id),
        )
    for labels, line, column in _shown_as_they_are(report):
        if any(has_jinja(text) for text in labels.values()):
            report.add(
                "jinja-forbidden", line, column, told("Jinja is worked out in speech only; here it is shown as it is")
            )


def _asked_twice(report: Report, node: Node) -> None:
    seen: set[str] = set()
    for ask in node.asks:
        if ask.field in seen:
            report.add(
                "duplicate-question",
                ask.line,
                ask.column,
                told("This step asks for '%(field)s' already", field=ask.field),
            )
        seen.add(ask.field)


def _never_taken(report: Report, node: Node) -> None:
    """A branch below one that always holds. A call is no such one: the talk goes on at the line below it."""
    always = next((b for b in node.branches if b.condition is None and b.target.kind != "call"), None)
    for branch in node.branches:
        if always is not None and branch.line > always.line:
            message = told("This branch is never taken: the one on line %(line)s always holds", line=always.line)
            report.add("never-taken", branch.line, branch.column, message)


def _silent(report: Report, node: Node) -> None:
    for flag in sorted(node.flags & {"consent", "purpose"}):
        if not node.lines:
            message = told("The step '%(name)s' is marked @%(flag)s and says nothing", name=node.id, flag=flag)
            report.add("silent-disclosure", node.line, node.column, message)


def _braces(report: Report, node: Node) -> None:
    for line in node.lines:
        if found := _ONE_BRACE.search(line.text):
            message = told("%(value)s is read out as it stands; a value needs two braces, {%(value)s}", value=found[0])
            report.add("one-brace", line.line, line.column + found.start(), message)


def _alike(report: Report, items: Iterable[tuple[Labels, int, int]], what: str) -> None:
    """Two things to press that read the same cannot be told apart."""
    seen: set[tuple[str, str]] = set()
    for labels, line, column in items:
        words = {(language, text.casefold()) for language, text in labels.items()}
        if both := words & seen:
            report.add(
                "same-words", line, column, told("%(what)s read '%(label)s'", what=what, label=labels[min(both)[0]])
            )
        seen |= words


def _shown_as_they_are(report: Report) -> Iterator[tuple[Labels, int, int]]:
    for node in report.script.nodes:
        yield from ((note.labels, note.line, 1) for note in node.notes)
        yield from ((answer.labels, answer.line, answer.column) for answer in node.answers)
    for field in report.script.fields.values():
        yield field.labels, field.line, field.column
        yield from ((option.labels, option.line, option.column) for option in field.options)
