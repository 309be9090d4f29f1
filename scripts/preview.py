"""Walking a script in a terminal, as the desk would show it.

Room: scripts, used by ``dialer script preview``. May import the runner and the screen. Pure text in and text out: the
caller prints and reads.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from typing import Any

from scripts import runner, words
from scripts.calltest import form_value
from scripts.errors import MoveRefused, ScriptError
from scripts.model import Script
from scripts.parser import read_source
from scripts.runner import Moved
from scripts.screen import Question, StepView, view

HELP = (
    "a number or code: press the button   field=value: answer (dk, ref, [1, 97 words])   !id: objection\n"
    "b: back   j step: jump   e callback|dnc|hung_up: end   s words: said something else   l: other language   q: quit"
)
_ANSWER = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*(.*)\Z")


def read_columns(path: str) -> list[str]:
    """The headings of a CSV file, in small letters. Raises ScriptError."""
    return [name.strip().lower() for name in _rows(path)[0]]


def read_contact(spec: str) -> dict[str, str]:
    """The contact of ``contacts.csv:ROW`` (the first row under the headings is 1). Raises ScriptError."""
    path, _, number = spec.rpartition(":")
    if not path or not number.isdecimal():
        raise ScriptError(f"{spec!r} names no row of a file", expected="contacts.csv:1", code="unreadable")
    rows = _rows(path)
    if not 0 < int(number) < len(rows):
        raise ScriptError(f"{path} has rows 1 to {len(rows) - 1}, not {number}", code="unreadable")
    values = [value.strip() for value in rows[int(number)]]
    return dict(zip(read_columns(path), values, strict=False))


def _rows(path: str) -> list[list[str]]:
    text = read_source(path).removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error as fault:
        raise ScriptError(f"The file is not CSV: {fault}", file=path, code="unreadable") from None
    if not rows:
        raise ScriptError("The file is empty", file=path, code="unreadable")
    return rows


def sample_context(script: Script, contact: Mapping[str, str], settings: Mapping[str, str], now: str) -> dict[str, Any]:
    """A context for trying out: ``settings`` are by "project.client", "timezone" and so on; a gap says its name."""
    context: dict[str, Any] = {"now": now, "timezone": "UTC", "operator": {"name": "Анна / Anna"}}
    for holder in ("contact", "project"):
        context[holder] = {name: f"‹{name}›" for name in script.needs.get(holder, ())}
    context["project"].pop("bant", None)
    context["contact"] |= contact
    for name, value in settings.items():
        holder, _, attribute = name.partition(".")
        if attribute and holder in ("contact", "project", "operator"):
            context[holder][attribute] = int(value) if re.fullmatch(r"\d{1,15}", value) else value
        elif name in ("timezone", "bant", "touch"):
            context[name] = int(value) if name == "touch" and value.isdecimal() else value
        else:
            raise ScriptError(f"{name!r} cannot be set", expected="project.name, contact.name, timezone or bant")
    return context


class Preview:
    """One walk. :meth:`screen` is what to print, :meth:`do` what to do with a typed line."""

    def __init__(self, script: Script, context: Mapping[str, Any], language: str = "", seed: str = "preview") -> None:
        self.script, self.context = script, context
        self.language = language or script.languages[0]
        self.position = runner.start(script, context, seed).position

    @property
    def ended(self) -> str | None:
        """The disposition, once there is one."""
        return self.position.ended

    def screen(self) -> str:
        """The present screen as text."""
        return screen_text(view(self.script, self.position, self.context, self.language))

    def do(self, typed: str) -> str:
        """Make the move that a line means; returns what to tell the person, "" if it went well."""
        typed = typed.strip()
        if typed in ("", "?", "h"):
            return HELP
        if typed == "l":
            order = self.script.languages
            self.language = order[(order.index(self.language) + 1) % len(order)]
            return ""
        try:
            return self._keep(self._move(typed))
        except MoveRefused as refused:
            return self._say(refused.texts, refused.fields)

    def _move(self, typed: str) -> Moved:
        def make(move: Callable[..., Moved], *arguments: Any) -> Moved:
            return move(self.script, self.position, self.context, *arguments)

        word, _, rest = typed.partition(" ")
        if match := _ANSWER.match(typed):
            return make(runner.answer, {match[1]: form_value(match[2])})
        if typed.startswith("!"):
            return make(runner.objection, typed[1:].strip())
        if word == "b":
            return make(runner.back)
        moves: dict[str, Callable[..., Moved]] = {"j": runner.jump, "e": runner.end, "s": runner.no_such_answer}
        if word in moves and rest:
            return make(moves[word], rest.strip())
        return make(runner.choose, self._code(typed))

    def _code(self, typed: str) -> str:
        buttons = view(self.script, self.position, self.context, self.language).buttons
        codes = [button.code for button in buttons]
        if typed.isdecimal() and typed not in codes and 0 < int(typed) <= len(codes):
            return codes[int(typed) - 1]
        return typed

    def _keep(self, moved: Moved) -> str:
        self.position = moved.position
        return self._say({}, moved.errors)

    def _say(self, texts: Mapping[str, str], fields: Mapping[str, Mapping[str, str]]) -> str:
        language = self.language if self.language in words.LANGUAGES else "en"
        said = [texts[language]] if texts else []
        return "\n".join(said + [f"{name}: {reason[language]}" for name, reason in fields.items()])


def screen_text(screen: StepView) -> str:
    """One screen as plain text."""
    path = " › ".join(crumb.title for crumb in screen.breadcrumb)
    lines = ["", f"── {path} ──" + (f" [{screen.variant}]" if screen.variant else "")]
    lines += [
        f"{'❗' if line.verbatim else ' '} {line.text}" + (f"   ({line.fault})" if line.fault else "")
        for line in screen.spoken
    ]
    lines += [f"    ✎ {note}" for note in screen.notes]
    lines += [line for question in screen.questions for line in _question_lines(question)]
    lines += [f"  {number}. {button.label}  [{button.code}]" for number, button in enumerate(screen.buttons, 1)]
    if screen.objections:
        lines.append("  " + "   ".join(f"!{name} {title}" for name, title in screen.objections))
    score = " ".join(f"{letter}:{'?' if screen.bant[letter] is None else screen.bant[letter]}" for letter in "BANT")
    lines.append(f"  {score}  = {screen.bant['total']}{' met' if screen.bant['met'] else ''}")
    if screen.ended:
        lines.append(f"  ■ END:{screen.ended}")
    return "\n".join(lines)


def _question_lines(question: Question) -> list[str]:
    value = {"dk": "dk", "ref": "ref"}.get(question.state, question.value)
    shown = "" if value is None else f" = {value}"
    lines = [f"  ? {question.field}{'!' if question.required else ''}  {question.label} ({question.type}){shown}"]
    lines += [f"      {'●' if option.selected else '○'} {option.code} {option.label}" for option in question.options]
    return lines
