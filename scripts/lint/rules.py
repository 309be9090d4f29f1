"""The rules by name: what each one is about, and whether it is an error or a warning.

Room: scripts/lint. Data only. The documentation and the tests' corpus are checked against this table.
"""

from __future__ import annotations

ERRORS = {
    "syntax": "a line that is not understood",
    "head": "a head that is not understood",
    "duplicate-key": "a name that stands twice in the head",
    "duplicate-code": "an option code that stands twice",
    "bad-character": "a control or direction-override character",
    "line-too-long": "a line over 2,048 bytes",
    "too-large": "a file or head beyond its limit",
    "unreadable": "a file that cannot be read",
    "jinja-syntax": "Jinja that is not understood",
    "jinja-forbidden": "Jinja that scripts may not use",
    "jinja-too-large": "an expression that is too large",
    "option-without-code": "an option without a code",
    "answer-without-code": "an answer without a code",
    "duplicate-id": "two steps with one id",
    "duplicate-answer": "two answers of a step with one code",
    "dangling": "a target that is not a step",
    "unreachable": "a step that nothing leads to",
    "never-taken": "a branch below one that always holds",
    "dead-end": "a step without a way on",
    "no-end": "a step from which no end can be reached",
    "unknown-outcome": "an END that is no disposition",
    "return-without-call": "a return where there is nothing to return to",
    "call-without-return": "a called step that never returns",
    "duplicate-question": "a field that one step asks for twice",
    "answers-run-out": "once-only answers that run out when the step comes again",
    "endless-loop": "automatic branches that go round for ever",
    "undeclared": "a name, attribute or step that is not declared",
    "printed-unasked": "a field spoken on a path that has not asked it",
    "type-mismatch": "an expression that compares or formats the wrong type",
    "own-condition": "a question that is asked depending on its own answer",
    "missing-language": "speech or a label that lacks a language",
    "split": "A/B weights that are not 100 percent",
    "no-dnc": "no way to “stop calling”",
    "disclosure": "a survey or BANT question before a required disclosure",
    "silent-disclosure": "a step marked as a disclosure that says nothing",
    "card-data": "a field that asks for payment card data",
}
WARNINGS = {
    "long-line": "a spoken line of more than 40 words",
    "many-answers": "more than 7 answers on a step",
    "never-asked": "a field that no step asks",
    "bant-uncovered": "a BANT letter that no question speaks for",
    "no-goal": "no step is marked @goal",
    "many-steps": "more than 150 steps",
    "loop-without-limit": "a loop that can be gone round any number of times",
    "contact-column": "a contact column that the list does not have",
    "signed-text-changed": "a verbatim text changed since it was signed off",
    "printed-optional": "a field spoken that may have been left blank",
    "stage-order": "a way back to an earlier stage",
    "unlisted-stage": "a stage that the head's order does not list",
    "one-brace": "a value in single braces, which is read out as it stands",
    "same-words": "two answers or options that read the same",
}


def level_of(code: str) -> str:
    """ "error" or "warning"; what has no entry is an error."""
    return "warning" if code in WARNINGS else "error"
