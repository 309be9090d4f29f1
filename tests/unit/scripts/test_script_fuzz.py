"""Whatever text comes, parser, lint and renderer know one exception only: ScriptError.

Here with few examples, always the same. ``make fuzz`` gives each a minute (``WARMLINE_FUZZ_S=60``) of ever new ones.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from script_fixtures import CONTEXT, HERE, SHAPE

from scripts import Position, ScriptError, parse_text, runner, view
from scripts.answers import Rejected, read_answer
from scripts.calltest import run_text
from scripts.context import read_context
from scripts.diff import diff
from scripts.graph import svg
from scripts.lint import lint, lint_text
from scripts.render import holds, render, render_or_gap

SECONDS = float(os.environ.get("WARMLINE_FUZZ_S", "0"))
quick = settings(
    max_examples=200 if SECONDS else 40,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not SECONDS,
)


def fuzzed(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """A test over examples; over new ones again and again until its SECONDS are over."""

    def mark(test: Callable[..., None]) -> Callable[[], None]:
        examples = quick(given(*strategies)(test))

        @wraps(test)
        def run() -> None:
            until = time.monotonic() + SECONDS
            examples()
            while time.monotonic() < until:
                examples()

        del run.__wrapped__  # type: ignore[attr-defined] - pytest would look for fixtures of the strategies' names
        return run

    return mark


LINES = SHAPE.text.split("\n")
WORDS = (
    "{{ }} {% %} {# #} ( ) [ ] ' \" | . == < >= in not is if else elif endif and or + - * ** % , : ~ contact books "
    "contact.person purse begin sells visits('door') bant.N bant.met money when label default plural none answered dk "
    "1 99999999999999999999 2.5 self __class__ for set raw endraw -> => <- ^2 END:dnc === ru> en!> ? ! note> title>"
)
PIECES = st.sampled_from([*WORDS.split(), "\u202e", "\x00", "é", "\ud800"])
SOUP = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=25).map(" ".join)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The fixture script with a few lines changed, doubled, dropped, swapped or filled with soup."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(["soup", "cut", "drop", "double", "swap", "insert", "graft"]))
        if what == "soup":
            lines[place] = draw(SOUP)
        elif what == "cut":
            lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
        elif what == "drop" and len(lines) > 2:
            del lines[place]
        elif what == "double":
            lines.insert(place, lines[place])
        elif what == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], lines[place]
        elif what == "insert":
            at = draw(st.integers(0, len(lines[place])))
            lines[place] = lines[place][:at] + draw(PIECES) + lines[place][at:]
        else:
            lines[place] += draw(SOUP)
    return "\n".join(lines)


@fuzzed(damaged())
def test_a_damaged_script_is_parsed_or_refused(text: str) -> None:
    lint_text(text)
    try:
        script = parse_text(text, "x.call")
    except ScriptError as error:
        assert error.message and error.line >= 0
        return
    lint(script)
    svg(script)
    diff(SHAPE, script)
    assert parse_text(script.text).version_hash == script.version_hash


@fuzzed(st.text(max_size=400), SOUP)
def test_any_text_is_parsed_or_refused(text: str, soup: str) -> None:
    for source in (text, f"---\n{text}\n---\n{soup}", f"---\n{soup}\n---\n=== a\n{text}"):
        lint_text(source)


@fuzzed(SOUP)
def test_any_spoken_text_is_rendered_or_refused(text: str) -> None:
    position = runner.start(SHAPE, CONTEXT, "1").position
    names = {"contact": {"person": "П"}, "books": None, "purse": 5, "begin": "2026-01-01", "sells": [1], "visits": {}}
    for source in (text, f"{{{{ {text} }}}}", f"{{% if {text} %}}x{{% endif %}}"):
        render_or_gap(source, names)
        try:
            assert len(render(source, names)) <= 20_000
        except ScriptError:
            pass
    try:
        holds(text, names)
    except ScriptError:
        pass
    assert view(SHAPE, position, CONTEXT, "ru")


@fuzzed(
    damaged(), st.lists(st.sampled_from(["next", "here", "yes", "ok", "back", "o_cost", "hung_up", "ask"]), max_size=12)
)
def test_a_damaged_script_is_walked_or_refused(text: str, moves: list[str]) -> None:
    try:
        script = parse_text(text)
        position = runner.start(script, CONTEXT, "1").position
    except ScriptError:
        return
    for move in moves:
        try:
            position = _move(script, position, move)
            screen = view(script, position, CONTEXT, "en")
        except ScriptError:
            continue
        json.dumps(screen.as_dict())
        assert Position.from_dict(json.loads(json.dumps(position.as_dict()))) == position


def _move(script: Any, position: Position, move: str) -> Position:
    if move == "back":
        return runner.back(script, position, CONTEXT).position
    if move == "o_cost":
        return runner.objection(script, position, CONTEXT, move).position
    if move == "hung_up":
        return runner.end(script, position, CONTEXT, move).position
    if move == "ask":
        asked = view(script, position, CONTEXT, "ru").questions
        return runner.answer(script, position, CONTEXT, {question.field: "1" for question in asked}).position
    return runner.choose(script, position, CONTEXT, move).position


RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "open", "state"]), inner),
    max_leaves=6,
)


@fuzzed(st.sampled_from(sorted(SHAPE.fields)), RAW)
def test_any_input_is_an_answer_or_rejected(name: str, raw: Any) -> None:
    context = read_context(CONTEXT, SHAPE)
    try:
        found = read_answer(SHAPE.fields[name], raw, context.now, context.zone)
    except Rejected as rejected:
        assert rejected.texts["ru"]
    else:
        json.dumps(found)


@fuzzed(
    st.lists(st.one_of(SOUP, st.sampled_from(["> here", "> yes", "books = 1", "! o_cost", "< back", "expect at door"])))
)
def test_any_script_test_runs_or_is_refused(lines: list[str]) -> None:
    try:
        run_text(SHAPE, "=== one\n" + "\n".join(lines))
    except ScriptError:
        pass


def test_the_corpus_is_text_that_the_fuzzer_may_start_from() -> None:
    assert all(path.stat().st_size for path in (HERE / "corpus").glob("*.call"))
