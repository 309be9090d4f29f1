"""One line of a script's body at a time: speech, notes, questions, answers, branches.

Room: scripts, third step of parsing. May import the model, the guard and the labels. Each reader returns one model
object or raises a ScriptError with the column of what it did not understand; the parser collects them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scripts import words
from scripts.errors import ScriptError
from scripts.guard import has_jinja, syntax_tree
from scripts.labels import split_labels
from scripts.model import Answer, Ask, Branch, Line, Note, Target
from scripts.told import told

ID = r"[a-z][a-z0-9_]{0,39}"
_NODE = re.compile(rf"===\s*({ID})?\s*(.*)\Z")
_SPEECH = re.compile(r"([a-z]{2})(!?)(\[[^\]]*\])?(!?)>\s?(.*)\Z")
_VARIANT = re.compile(r"\[\s*([a-z][a-z0-9]{0,9})\s*(?::?\s*(\d{1,3})\s*%?)?\s*\]\Z")
_NOTE = re.compile(r"(note|title)>\s*(.*)\Z")
_ASK = re.compile(rf"\?\s*({ID})?(!?)\s*(.*)\Z")
_ANSWER = re.compile(r"([*+])\s*(\[[^\]]*\])?\s*(.*)\Z")
_ARROW = re.compile(rf"(?:(->|=>)\s*(?:END:({ID})|({ID}))(?![\w:])|(<-))")
_TAIL = re.compile(r"\s*(?:\^(\d{1,3})(?!\d)|(skip)\b)")
_IF = re.compile(r"if\s+(.+)\Z")
_CODE = re.compile(r"\[([a-z0-9][a-z0-9_]{0,39})\]\Z")
_ATTRIBUTE = re.compile(rf"stage=({ID})\Z")


@dataclass(frozen=True, slots=True)
class Opening:
    """The first line of a node."""

    id: str
    stage: str
    flags: frozenset[str]
    line: int
    column: int


Item = Opening | Line | Note | Ask | Answer | Branch


class BodyReader:
    """Reads body lines of one file; knows nothing of other lines."""

    def __init__(self, file: str, languages: tuple[str, ...]) -> None:
        self.file, self.languages = file, languages

    def read(self, raw: str, number: int) -> Item | None:
        """The object on a line, or None for an empty line or a comment. Raises ScriptError."""
        text = raw.strip()
        column = len(raw) - len(raw.lstrip()) + 1
        if not text or text.startswith("#"):
            return None
        if text.startswith("==="):
            return self._opening(text, number, column)
        if match := _NOTE.match(text):
            return Note(split_labels(match[2], self.languages), number, match[1] == "title")
        if match := _SPEECH.match(text):
            return self._speech(match, number, column)
        if text[0] == "?":
            return self._ask(text, number, column)
        if text[0] in "*+":
            return self._answer(text, number, column)
        if text[0] in "~-=<":
            return self._branch(text, number, column)
        raise self._error(
            told("This line is not understood"),
            number,
            column,
            told("=== step, ru> speech, note>, title>, ?, *, +, ~, -> or <-"),
        )

    def _error(self, message: str, line: int, column: int, expected: str = "", code: str = "syntax") -> ScriptError:
        return ScriptError(message, file=self.file, line=line, column=column, expected=expected, code=code)

    def _opening(self, text: str, line: int, column: int) -> Opening:
        match = _NODE.match(text)
        assert match is not None
        if not match[1]:
            raise self._error(told("This step has no id"), line, column, told("=== id, in small letters, digits and _"))
        stage, flags = "", set()
        for word in re.finditer(r"\S+", match[2]):
            at = column + match.start(2) + word.start()
            if attribute := _ATTRIBUTE.match(word[0]):
                stage = attribute[1]
            elif word[0].startswith("@") and word[0][1:] in words.FLAGS:
                flags.add(word[0][1:])
            else:
                flags_text = ", ".join(f"@{flag}" for flag in words.FLAGS)
                raise self._error(
                    told("Unknown word '%(word)s'", word=word[0]),
                    line,
                    at,
                    told("stage=name, %(known)s", known=flags_text),
                )
        return Opening(match[1], stage, frozenset(flags), line, column + match.start(1))

    def _speech(self, match: re.Match[str], line: int, column: int) -> Line:
        language, text = match[1], match[5].strip()
        if language not in self.languages:
            raise self._error(
                told("The head does not name the language '%(language)s'", language=language),
                line,
                column,
                told("one of the head's"),
            )
        at = column + match.start(5)
        if not text:
            raise self._error(
                told("There is nothing to say"), line, column, told("%(language)s> words", language=language)
            )
        variant, weight = self._variant(match[3], line, column + 2)
        if has_jinja(text):
            self._guard(text, line, at, expression=False)
        return Line(language, text, bool(match[2] or match[4]), variant, weight, line, at)

    def _variant(self, text: str | None, line: int, column: int) -> tuple[str | None, int | None]:
        if text is None:
            return None, None
        if not (match := _VARIANT.match(text)):
            raise self._error(told("'%(text)s' is not an A/B mark", text=text), line, column, told("[a] or [a:30]"))
        return match[1], int(match[2]) if match[2] else None

    def _guard(self, text: str, line: int, column: int, expression: bool) -> None:
        try:
            syntax_tree(text, expression)
        except ScriptError as error:
            raise error.at(self.file, line, column) from None

    def _condition(self, text: str, line: int, column: int) -> tuple[str | None, int]:
        """The expression after ``if`` in the rest of a line, and its column."""
        lead = len(text) - len(text.lstrip())
        rest = text.strip()
        if not rest:
            return None, 0
        if not (match := _IF.match(rest)):
            raise self._error(
                told("'%(rest)s' is not understood", rest=rest[:40]), line, column + lead, told("if and an expression")
            )
        at = column + lead + match.start(1)
        self._guard(match[1], line, at, expression=True)
        return match[1], at

    def _ask(self, text: str, line: int, column: int) -> Ask:
        match = _ASK.match(text)
        assert match is not None
        if not match[1]:
            raise self._error(told("This question names no field"), line, column, told("? field"))
        condition, at = self._condition(match[3], line, column + match.start(3))
        return Ask(match[1], bool(match[2]), condition, line, column + match.start(1), at)

    def _target(self, text: str, start: int, line: int, column: int) -> tuple[Target, int]:
        """The target in ``text`` from ``start`` on, and where the text goes on after it."""
        match = _ARROW.search(text, start)
        if match is None:
            raise self._error(
                told("This leads nowhere"), line, column + start, told("-> step, => step, -> END:outcome or <-")
            )
        at = column + match.start()
        if match[4]:
            return Target("return", "", line, at), match.end()
        if match[2]:
            if match[1] == "=>":
                raise self._error(told("An end cannot be called"), line, at, f"-> END:{match[2]}")
            return Target("end", match[2], line, at), match.end()
        return Target("goto" if match[1] == "->" else "call", match[3], line, at), match.end()

    def _answer(self, text: str, line: int, column: int) -> Answer:
        match = _ANSWER.match(text)
        assert match is not None
        code = _CODE.match(match[2] or "")
        if code is None or code[1] == words.NEXT:
            raise self._error(
                told("This answer has no code"), line, column, told("[code] before the words"), "answer-without-code"
            )
        rest_at = match.start(3)
        target, end = self._target(text, rest_at, line, column)
        label = text[rest_at : target.column - column].strip()
        if not label:
            raise self._error(told("This answer has no words"), line, column + rest_at, told("the words on the button"))
        limit, skip, end = self._tail(text, end, line, column)
        condition, at = self._condition(text[end:], line, column + end)
        if limit is None and match[1] == "*":
            limit = 1
        labels = split_labels(label, self.languages)
        return Answer(code[1], labels, target, limit, condition, skip, line, column, at)

    def _tail(self, text: str, end: int, line: int, column: int) -> tuple[int | None, bool, int]:
        limit, skip = None, False
        while match := _TAIL.match(text, end):
            if match[1] == "0" * len(match[1] or "x"):
                raise self._error(told("An answer must be usable at least once"), line, column + match.start(1), "^1")
            limit = int(match[1]) if match[1] else limit
            skip = skip or bool(match[2])
            end = match.end()
        return limit, skip, end

    def _branch(self, text: str, line: int, column: int) -> Branch:
        start, condition, at = 0, None, 0
        if text[0] == "~":
            arrow = _last_arrow(text)
            body = text[1 : arrow if arrow >= 0 else None]
            condition, at = self._condition(body, line, column + 1)
            if condition is None:
                raise self._error(told("This branch has no condition"), line, column, told("~ if expression -> step"))
            start = max(arrow, 0)
        target, end = self._target(text, start, line, column)
        if text[start : target.column - column].strip() or text[end:].strip():
            raise self._error(
                told("There is more on this line than a target"), line, column, told("-> step, or <- alone")
            )
        return Branch(condition, target, line, column, at)


def _last_arrow(text: str) -> int:
    """Where the target of a branch begins: the last arrow, as an expression may hold ``a <-1``."""
    return max((match.start() for match in _ARROW.finditer(text)), default=-1)
