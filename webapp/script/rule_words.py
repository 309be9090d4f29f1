"""What each rule of lint is about, in the person's language (``scripts.lint.rules`` has the names)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

RULES: dict[str, Any] = {
    "syntax": _l("a line that is not understood"),
    "head": _l("a head that is not understood"),
    "duplicate-key": _l("a name that stands twice in the head"),
    "duplicate-code": _l("an option code that stands twice"),
    "bad-character": _l("a control or direction-override character"),
    "line-too-long": _l("a line over 2,048 bytes"),
    "too-large": _l("a file or head beyond its limit"),
    "unreadable": _l("a file that cannot be read"),
    "jinja-syntax": _l("Jinja that is not understood"),
    "jinja-forbidden": _l("Jinja that scripts may not use"),
    "jinja-too-large": _l("an expression that is too large"),
    "option-without-code": _l("an option without a code"),
    "answer-without-code": _l("an answer without a code"),
    "duplicate-id": _l("two steps with one id"),
    "duplicate-answer": _l("two answers of a step with one code"),
    "dangling": _l("a target that is not a step"),
    "unreachable": _l("a step that nothing leads to"),
    "never-taken": _l("a branch below one that always holds"),
    "dead-end": _l("a step without a way on"),
    "no-end": _l("a step from which no end can be reached"),
    "unknown-outcome": _l("an END that is no disposition"),
    "return-without-call": _l("a return where there is nothing to return to"),
    "call-without-return": _l("a called step that never returns"),
    "duplicate-question": _l("a field that one step asks for twice"),
    "answers-run-out": _l("once-only answers that run out when the step comes again"),
    "endless-loop": _l("automatic branches that go round for ever"),
    "undeclared": _l("a name, attribute or step that is not declared"),
    "printed-unasked": _l("a field spoken on a path that has not asked it"),
    "type-mismatch": _l("an expression that compares or formats the wrong type"),
    "own-condition": _l("a question that is asked depending on its own answer"),
    "missing-language": _l("speech or a label that lacks a language"),
    "split": _l("A/B weights that are not 100 percent"),
    "no-dnc": _l("no way to “stop calling”"),
    "disclosure": _l("a survey or BANT question before a required disclosure"),
    "silent-disclosure": _l("a step marked as a disclosure that says nothing"),
    "card-data": _l("a field that asks for payment card data"),
    "long-line": _l("a spoken line of more than 40 words"),
    "many-answers": _l("more than 7 answers on a step"),
    "never-asked": _l("a field that no step asks"),
    "bant-uncovered": _l("a BANT letter that no question speaks for"),
    "no-goal": _l("no step is marked @goal"),
    "many-steps": _l("more than 150 steps"),
    "loop-without-limit": _l("a loop that can be gone round any number of times"),
    "contact-column": _l("a contact column that the list does not have"),
    "signed-text-changed": _l("a verbatim text changed since it was signed off"),
    "printed-optional": _l("a field spoken that may have been left blank"),
    "stage-order": _l("a way back to an earlier stage"),
    "unlisted-stage": _l("a stage that the head's order does not list"),
    "one-brace": _l("a value in single braces, which is read out as it stands"),
    "same-words": _l("two answers or options that read the same"),
}


def rule_title(code: str) -> str:
    """What a finding is about; a rule without words is its own name."""
    return str(RULES.get(code, code))
