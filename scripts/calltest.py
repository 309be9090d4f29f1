"""Script tests as text beside the script: given this contact and these answers, it ends here.

Room: scripts. May import the parser, the runner and the screen. A ``*.calltest`` file is read line by line:
``=== name`` begins a test, ``contact.x: …``, ``project.x: …``, ``now:``, ``timezone:``, ``bant:``, ``language:``
and ``seed:`` set the context (before the first test: for all), ``> code`` presses a button, ``! id`` an objection,
``field = value`` answers, ``< back``, ``< jump step``, ``< end how``, ``< said words`` move otherwise, and
``expect …`` says what must be true then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import runner
from scripts.context import names_for, read_context
from scripts.errors import MoveRefused, ScriptError
from scripts.model import Script
from scripts.parser import read_source
from scripts.render import evaluate, holds
from scripts.runner import Moved
from scripts.screen import view

DEFAULTS: dict[str, Any] = {"now": "2026-03-02T10:00+03:00", "timezone": "Europe/Moscow", "bant": "standard"}
"""A Monday morning, so that tests say the same in every year."""

_SETTING = re.compile(
    r"(?:(contact|project|operator)\.([a-z_0-9]+)|(now|timezone|bant|language|seed|touch))\s*:\s*(.*)\Z"
)
_ANSWER = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*(.*)\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a test with its number."""

    number: int
    text: str


@dataclass
class Case:
    """One test: its name, its settings and its lines."""

    name: str
    line: int
    settings: dict[str, Any]
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a test; ``fault`` is "" for a good one, ``visited`` the steps it was shown."""

    name: str
    file: str
    line: int
    fault: str
    visited: tuple[str, ...]


def beside(script_file: str | Path) -> Path:
    """Where the tests of a script stand: the same name, ``.calltest``."""
    return Path(script_file).with_suffix(".calltest")


def run_file(script: Script, path: str | Path) -> list[Result]:
    """Run every test of a file. Raises ScriptError if the file itself cannot be read."""
    return run_text(script, read_source(path), str(path))


def run_text(script: Script, text: str, file: str = "") -> list[Result]:
    """Run every test in ``text``. Raises ScriptError for a line that is no test language."""
    return [_run(script, case, file) for case in read_cases(text, file)]


def read_cases(text: str, file: str = "") -> list[Case]:
    """The tests in a text. Raises ScriptError."""
    common: dict[str, Any] = dict(DEFAULTS)
    cases: list[Case] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        settings = cases[-1].settings if cases else common
        if line.startswith("==="):
            cases.append(Case(line[3:].strip() or f"test {len(cases) + 1}", number, _copy(common)))
        elif match := _SETTING.match(line):
            _set(settings, match)
        elif not cases:
            raise ScriptError(
                "This stands before the first test", file=file, line=number, column=1, expected="=== name"
            )
        else:
            cases[-1].lines.append(Line(number, line))
    if not cases:
        raise ScriptError("There is no test in the file", file=file, line=1, column=1, expected="=== name")
    return cases


def _copy(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dict(value) if isinstance(value, dict) else value for name, value in settings.items()}


def _set(settings: dict[str, Any], match: re.Match[str]) -> None:
    holder, name, plain, value = match.groups()
    if holder:
        number = re.fullmatch(r"-?\d{1,15}", value)
        settings.setdefault(holder, {})[name] = int(value) if number else value
    else:
        settings[plain] = value


class _Player:
    """Plays one test."""

    def __init__(self, script: Script, case: Case) -> None:
        self.script, self.context = script, dict(case.settings)
        self.language = self.context.pop("language", script.languages[0])
        seed = self.context.pop("seed", case.name)
        self.context["touch"] = int(self.context.get("touch", 1))
        self.refused: MoveRefused | None = None
        self.errors: Mapping[str, Any] = {}
        self.visited: list[str] = []
        self.position = self._keep(runner.start(script, self.context, seed))

    def _keep(self, moved: Moved) -> Any:
        self.position, self.errors = moved.position, moved.errors
        if moved.position.node not in self.visited:
            self.visited.append(moved.position.node)
        return moved.position

    def move(self, make: Callable[..., Moved], *arguments: Any) -> None:
        self.refused = None
        try:
            self._keep(make(self.script, self.position, self.context, *arguments))
        except MoveRefused as refused:
            self.refused = refused

    def play(self, text: str) -> str:
        """Do what a line says; returns what is wrong, "" if nothing is."""
        if text.startswith("expect "):
            return self.check(text[7:].strip())
        if self.refused or self.errors:
            reasons = {name: texts["en"] for name, texts in self.errors.items()} or (
                self.refused and self.refused.message
            )
            return f"the line before was refused: {reasons}"
        if text.startswith(">"):
            self.move(runner.choose, text[1:].strip())
        elif text.startswith("!"):
            self.move(runner.objection, text[1:].strip())
        elif text.startswith("<"):
            return self._other(text[1:].split())
        elif match := _ANSWER.match(text):
            self.move(runner.answer, {match[1]: form_value(match[2])})
        else:
            return "this line is not understood; expected >, !, <, field = value or expect"
        return ""

    def _other(self, words: list[str]) -> str:
        moves: dict[str, tuple[Callable[..., Moved], int]] = {
            "back": (runner.back, 0),
            "jump": (runner.jump, 1),
            "end": (runner.end, 1),
            "said": (runner.no_such_answer, -1),
        }
        if not words or words[0] not in moves:
            return "this move is not understood; expected < back, < jump step, < end how or < said words"
        make, count = moves[words[0]]
        arguments = words[1:] if count >= 0 else [" ".join(words[1:])]
        if count >= 0 and len(arguments) != count:
            return f"< {words[0]} takes {count} more word(s)"
        self.move(make, *arguments)
        return ""

    def check(self, text: str) -> str:
        """Check one expectation; returns what is wrong."""
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if word == "refused":
            refused, self.refused = self.refused, None
            wrong, self.errors = self.errors, {}
            return "" if refused or rest in wrong or (wrong and not rest) else "nothing was refused"
        screen = view(self.script, self.position, self.context, self.language)
        if word == "END":
            return "" if screen.ended == rest else f"it ended with {screen.ended}, at {screen.node}"
        if word == "at":
            return "" if screen.node == rest and not screen.ended else f"it is at {screen.node}, ended {screen.ended}"
        if word == "says":
            said = " ".join(line.text for line in screen.spoken).replace("\u00a0", " ")
            return "" if rest.replace("\u00a0", " ") in said else f"it says {said!r}"
        if word in ("button", "no-button"):
            codes = [button.code for button in screen.buttons]
            return "" if (rest in codes) == (word == "button") else f"the buttons are {', '.join(codes)}"
        return self._holds(text)

    def _holds(self, text: str) -> str:
        read = read_context(self.context, self.script)
        names = names_for(self.script, self.position.answers, self.position.visits, read, self.language)
        if holds(text, names):
            return ""
        name = re.match(r"[a-z][a-zA-Z0-9_.]*", text)
        return f"this does not hold; {name[0]} is {evaluate(name[0], names)!r}" if name else "this does not hold"


def form_value(text: str) -> Any:
    """``1`` or ``some words`` as typed, ``1, 2`` stays text for text fields, ``[1, 97 words]`` is a multi answer."""
    text = {"dk": "@dk", "ref": "@ref", "none": ""}.get(text.strip(), text.strip())
    if not (text.startswith("[") and text.endswith("]")):
        return text
    codes, words = [], ""
    for part in text[1:-1].split(","):
        code, _, rest = part.strip().partition(" ")
        codes.append(code)
        words = rest.strip() or words
    return {"value": codes, "open": words}


def _run(script: Script, case: Case, file: str) -> Result:
    try:
        player = _Player(script, case)
    except ScriptError as error:
        return Result(case.name, file, case.line, error.message, ())
    for line in case.lines:
        try:
            fault = player.play(line.text)
        except ScriptError as error:
            fault = error.message
        if fault:
            return Result(case.name, file, line.number, f"{line.text}: {fault}", tuple(player.visited))
    if player.refused or player.errors:
        return Result(case.name, file, case.line, "the last line was refused", tuple(player.visited))
    return Result(case.name, file, case.line, "", tuple(player.visited))
