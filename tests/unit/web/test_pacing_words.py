"""Pacing's word on the campaign's page: whole in Russian and English, whatever hindered it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dialer.rules.pacing import Decision, Hindrance, Snapshot, calls_to_place, nothing
from dialer.rules.words import Mode
from dialer.store.compliance import PacingWord
from webapp.rules.pacing_words import HINDRANCES, said

DIALER = Path(__file__).parents[3] / "dialer"
VALUES = {
    "clock_jumped": {"seconds": 3600},
    "room": {"reason": "disk_low"},
    "rule": {"rule": "list_us_dnc", "detail": {"list": "us_dnc", "max_age_d": 31, "age_d": 40, "source": "us_federal"}},
    "rules": {"error": "mars.yaml"},
    "state": {"state": "paused"},
    "error": {"error": "mars.yaml"},
    "route": {"routes": ["asterisk:a", "twilio"]},
    "learning": {"calls": 20},
    "at_cap": {"abandoned": 3, "answered": 90, "cap": 0.03},
}


def word(decision: Decision) -> PacingWord:
    return PacingWord(placed=decision.place, why=decision.why, facts=decision.facts)


def in_language(app, language: str, decision: Decision) -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        return said(word(decision))


def codes() -> set[str]:
    """Every code that the engine or pacing makes a hindrance with."""
    found = set()
    for path in DIALER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Hindrance":
                assert isinstance(node.args[1], ast.Constant)
                found.add(node.args[1].value)
    return found


def test_there_are_words_for_every_hindrance() -> None:
    assert codes() == set(HINDRANCES)


@pytest.mark.parametrize("code", sorted(HINDRANCES))
def test_a_hindrance_is_told_in_the_pages_language(app, code: str) -> None:
    decision = nothing(Hindrance("in English", code, **VALUES.get(code, {})))
    russian, english = in_language(app, "ru", decision), in_language(app, "en", decision)
    assert russian != english and "%(" not in russian + english
    plain = russian.replace("us_dnc", "").replace("us_federal", "").replace("mars.yaml", "")
    assert not any(letter.isascii() and letter.isalpha() for letter in plain.replace("asterisk:a, twilio", ""))


def test_predictive_that_runs_as_progressive_says_so_and_what_it_placed(app) -> None:
    decision = calls_to_place(
        Snapshot(mode=Mode.PREDICTIVE, ready=2, ringing=1, waiting=0, lines=1, max_lines=9, tokens=9, cap=0.03)
    )
    told = in_language(app, "en", Decision(decision.place, decision.why, facts={"ready": 2, **decision.facts}))
    assert told == "Dials as progressive until it has learnt from 20 calls. 1 placed: 2 free, 0 ringing, 0 waiting"


def test_a_list_that_gave_too_few_is_told(app) -> None:
    told = in_language(app, "ru", Decision(1, "placed 1 of 3", facts={"ready": 3, "short": 2}))
    assert told.endswith("ещё для 2 звонков сейчас нет контакта, которому можно звонить")


def test_manual_and_preview_say_who_dials(app) -> None:
    by_hand = calls_to_place(Snapshot(mode=Mode.MANUAL, ready=2, ringing=0, waiting=0, lines=0, max_lines=9, tokens=9))
    assert in_language(app, "en", Decision(0, by_hand.why, facts={"ready": 2, **by_hand.facts})) == (
        "Operators dial by themselves."
    )
    assert in_language(app, "en", Decision(2, "preview: shown 2", facts={"shown": 2})) == (
        "2 contacts shown to operators"
    )
