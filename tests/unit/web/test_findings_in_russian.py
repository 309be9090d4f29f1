"""Findings of lint and errors of the parser reach a Russian writer in Russian: every rule, and on the page itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.rules.words import Duty
from scripts.errors import Problem, ScriptError
from scripts.lint import ERRORS, WARNINGS, lint_text
from scripts.parser import parse_file, parse_text
from scripts.text import MAX_FILE
from scripts.told import Told
from tests.support.web import SCRIPT
from tests.unit.web.test_script_pages import ask, save
from webapp.told import in_words

CORPUS = sorted((Path(__file__).parents[1] / "scripts" / "corpus").glob("*.call"))
ENGLISH = re.compile(r"\b(?:the|one|an?|of|is|or|and|at most|for example)\b [a-z]+")
"""What a sentence would hold that nobody marked for translation."""


def parts(sentence: object) -> Iterator[object]:
    """A sentence and everything that stands in it."""
    yield sentence
    if isinstance(sentence, Told):
        for value in sentence.values.values():
            yield from parts(value)


def findings() -> list[Problem]:
    found = []
    for path in CORPUS:
        text = path.read_text(encoding="utf-8")
        columns = re.search(r"^#! columns: (.*)$", text, re.MULTILINE)
        found += lint_text(text, path.name, columns=columns[1].split() if columns else None)
    for read in (lambda: parse_text("x" * (MAX_FILE + 1)), lambda: parse_file(Path(__file__).parent)):
        with pytest.raises(ScriptError) as caught:
            read()
        error = caught.value
        found.append(Problem(error.code, "error", "", 0, 0, error.sentence))
    return found


def test_every_rule_has_its_russian_sentence(app):
    found = findings()
    assert {problem.code for problem in found} == ERRORS.keys() | WARNINGS.keys()
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        for problem in found:
            said = in_words(problem.message)
            assert re.search("[а-я]", said) and said != problem.message, (problem.code, said)
            assert problem.code != "unreadable" or "нельзя прочитать" in said
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert [in_words(problem.message) for problem in found] == [str(problem.message) for problem in found]


def test_no_part_of_a_finding_is_left_in_english(app):
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        seen = [part for problem in findings() if problem.code != "unreadable" for part in parts(problem.message)]
        for part in seen:  # a file that cannot be read is told in the system's own words
            if isinstance(part, Told):
                bare = re.sub(r"%\(\w+\)s", "", part.template)
                assert not re.search("[A-Za-z]{2}", bare) or in_words(part) != part, part.template
            else:
                assert not (isinstance(part, str) and ENGLISH.search(part)), part


def test_a_finding_as_data_names_its_template_and_what_stands_in_it():
    (problem,) = [p for p in lint_text(SCRIPT.replace("-> intro", "-> nowhere", 1)) if p.code == "dangling"]
    data = problem.as_dict()
    assert data["template"] == "There is no step '%(name)s'" and data["values"] == {"name": "nowhere"}
    assert data["message"] == "There is no step 'nowhere'"
    (error,) = lint_text("nothing")
    assert error.as_dict()["values"]["message"]["template"] == "A script begins with its head"


def test_the_russian_editor_shows_findings_and_parser_errors_in_russian(person, enter, world):
    writer = enter(person("olga", Duty.SCRIPT_WRITER, project_id=world.here.project, language="ru"))
    path = f"/scripts/{world.here.script}"
    broken = SCRIPT.replace("-> intro", "-> nowhere", 1)
    found = ask(writer, f"{path}/check", text=broken).json["problems"]
    assert "Нет шага «nowhere»" in [problem["message"] for problem in found]
    parser = ask(writer, f"{path}/check", text=SCRIPT + "!!!\n").json["problems"]
    assert parser[0]["message"].startswith("Эта строка непонятна; ожидается: === шаг")
    assert "Заголовок не закончен" in ask(writer, f"{path}/rehearse", text="---\n", moves=[]).text
    save(writer, world, broken, 0)
    page = writer.get(f"{path}/publish").text
    assert "Нет шага «nowhere»" in page and "There is no step" not in page
