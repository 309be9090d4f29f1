"""Rules about words: languages, A/B texts, length, sign-off, and what the head promises.

Room: scripts/lint. May import the model and the report.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from scripts import words
from scripts.lint.report import Report
from scripts.model import Labels, Node, Script
from scripts.text import short_hash
from scripts.told import told

MAX_WORDS = 40
MAX_ANSWERS = 7
_CARD = re.compile(
    r"\b(?:cvv2?|cvc2?|cid|pan)\b|card.?(?:number|no\b|code|holder)|(?:credit|debit|bank|payment).?card"
    r"|номер\w* (?:\w+ )?карт|(?:банковск|кредитн|платёжн|платежн)\w* карт|код с обратной стороны",
    re.IGNORECASE,
)


def check_words(report: Report, columns: Collection[str] | None) -> None:
    """Run the rules about words; ``columns`` are the contact list's, None if there is no list yet."""
    for node in report.script.nodes:
        _speech(report, node)
        _variants(report, node)
        _labels(report, node)
        _sizes(report, node)
    _fields(report)
    _covered(report)
    _signed(report)
    for name in report.script.needs.get("contact", ()) if columns is not None else ():
        if columns is not None and name not in columns:
            line, column = report.script.head_marks.get(f"contact.{name}", report.script.start_at)
            report.add("contact-column", line, column, told("The contact list has no column '%(name)s'", name=name))


def _speech(report: Report, node: Node) -> None:
    if not node.lines:
        return
    variants: list[str | None] = [name for name, _weight in node.variants()] or [None]
    for language in report.script.languages:
        for variant in variants:
            texts = [line for line in node.lines if line.language == language and line.variant in (None, variant)]
            own = [line for line in node.lines if line.language == language and line.variant == variant]
            if not texts or (variant and not own):
                report.add("missing-language", node.line, node.column, _no_speech(node, language, variant))
    verbatim = {line.language for line in node.lines if line.verbatim}
    for language in report.script.languages if verbatim else ():
        if language not in verbatim:
            message = told(
                "The step '%(name)s' is read word for word in another language, but not in '%(language)s'",
                name=node.id,
                language=language,
            )
            report.add("missing-language", node.line, node.column, message)


def _no_speech(node: Node, language: str, variant: str | None) -> str:
    if variant is None:
        return told("The step '%(name)s' has no '%(language)s' speech", name=node.id, language=language)
    return told(
        "The step '%(name)s' has no '%(language)s' speech of the text [%(variant)s]",
        name=node.id, language=language, variant=variant,
    )  # fmt: skip


def _variants(report: Report, node: Node) -> None:
    weights: dict[str, set[int | None]] = {}
    for line in node.lines:
        if line.variant:
            weights.setdefault(line.variant, set()).add(line.weight)
    if not any(value != {None} for value in weights.values()):
        return
    total = sum(weight for values in weights.values() for weight in values if weight is not None)
    line = next(line for line in node.lines if line.variant)
    if any(len(values) != 1 or None in values for values in weights.values()):
        report.add("split", line.line, 1, told("An A/B text has no weight, or two different ones"))
    elif total != 100:
        report.add("split", line.line, 1, told("The weights of the A/B texts make %(total)s, not 100", total=total))


def _labels(report: Report, node: Node) -> None:
    script = report.script
    for answer in node.answers:
        _complete(report, answer.labels, answer.line, answer.column, told("The answer '%(code)s'", code=answer.code))
    for note in node.notes:
        if note.title:
            _complete(report, note.labels, note.line, 1, told("The title"))
    if node.is_logic and script.start == node.id and not node.branches:
        report.add("dead-end", node.line, node.column, told("The first step is empty"))


def _complete(report: Report, labels: Labels, line: int, column: int, what: str) -> None:
    for language in report.script.languages:
        if not labels.get(language):
            report.add(
                "missing-language",
                line,
                column,
                told("%(what)s has no words in '%(language)s'", what=what, language=language),
            )


def _sizes(report: Report, node: Node) -> None:
    for line in node.lines:
        count = len(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "x", line.text).split())
        if count > MAX_WORDS:
            message = told(
                "%(count)s words in one breath; more than %(most)s are not listened to", count=count, most=MAX_WORDS
            )
            report.add("long-line", line.line, line.column, message)
    if len(node.answers) > MAX_ANSWERS:
        answer = node.answers[MAX_ANSWERS]
        message = told(
            "%(count)s answers; more than %(most)s are hard to find in a call",
            count=len(node.answers),
            most=MAX_ANSWERS,
        )
        report.add("many-answers", answer.line, answer.column, message)


def _fields(report: Report) -> None:
    asked = {ask.field for node in report.script.nodes for ask in node.asks}
    for field in report.script.fields.values():
        if field.id not in asked:
            report.add("never-asked", field.line, field.column, told("No step asks for '%(name)s'", name=field.id))
        if field.labels:
            _complete(report, field.labels, field.line, field.column, told("The field '%(name)s'", name=field.id))
        for option in field.options:
            _complete(report, option.labels, option.line, option.column, told("The option %(code)s", code=option.code))
        text = " ".join((field.id.replace("_", " "), *field.labels.values()))
        if _CARD.search(text):
            message = told(
                "'%(name)s' looks like payment card data, which must not be spoken or typed here", name=field.id
            )
            report.add("card-data", field.line, field.column, message)


def _covered(report: Report) -> None:
    script = report.script
    asked = {ask.field for node in script.nodes for ask in node.asks}
    letters = {field.bant for field in script.fields.values() if field.id in asked}
    if script.kind in ("lead", "appointment"):
        for letter in words.LETTERS:
            if letter not in letters:
                report.add(
                    "bant-uncovered",
                    *script.start_at,
                    told("No question speaks for the letter %(letter)s", letter=letter),
                )
    if not any("goal" in node.flags for node in script.nodes):
        report.add("no-goal", *script.start_at, told("No step is marked @goal, so success cannot be counted"))


def signature(script: Script, node: Node) -> str:
    """The eight hex digits that a sign-off of a step's verbatim text is written with in the head."""
    return short_hash(*(f"{line.language}:{line.text}" for line in node.lines if line.verbatim))


def _signed(report: Report) -> None:
    for name, digest in report.script.signed.items():
        node = report.script.by_id.get(name)
        line, column = report.script.head_marks[f"signed.{name}"]
        if node is None:
            report.add("dangling", line, column, told("There is no step '%(name)s' to be signed off", name=name))
        elif (now := signature(report.script, node)) != digest:
            message = told(
                "The verbatim text of '%(name)s' changed since it was signed off; it is now %(now)s", name=name, now=now
            )
            report.add("signed-text-changed", line, column, message)
