"""The text of a script made of questions: head, introduction, a step for each question, ends.

Room: scripts/xlsform. May import the question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from scripts.xlsform.questions import Question

_INTRO = {
    "ru": (
        "Разговор записывается.",
        "{{ greeting }}! Меня зовут {{ operator.name }}, по заказу «{{ project.client }}». Готовы ответить на вопросы?",
    ),
    "en": (
        "This call is recorded.",
        "{{ greeting }}! My name is {{ operator.name }}, calling for {{ project.client }}. May I ask a few questions?",
    ),
}
_THANKS = {"ru": "Это все вопросы, спасибо!", "en": "That was all, thank you!"}
_SORRY = {
    "ru": "Извините за беспокойство, больше не позвоним.",
    "en": "Sorry to have troubled you, we will not call again.",
}
_WORDS = {
    "intro": {"ru": "Вступление", "en": "Introduction"}, "yes": {"ru": "Да", "en": "Yes"},
    "no": {"ru": "Нет", "en": "No"}, "later": {"ru": "Не сейчас", "en": "Not now"},
    "stop": {"ru": "Больше не звоните", "en": "Stop calling"}, "thanks": {"ru": "Спасибо", "en": "Thanks"},
}  # fmt: skip
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


def assemble(name: str, languages: tuple[str, ...], questions: Sequence[Question]) -> str:
    """The text of the whole script."""
    taken = {question.id for question in questions}
    opening, closing, stop = (_free(wanted, taken) for wanted in ("intro_0", "thanks_0", "o_stop_0"))
    types = {question.id: question.type for question in questions}
    steps = [_step(question, languages, questions[i + 1 :], closing, types) for i, question in enumerate(questions)]
    return "\n".join(
        [
            *_head(name, languages, opening, questions),
            *_opening(languages, opening, _ways(questions, closing)),
            *(line for step in steps for line in step),
            f"=== {closing} stage=close @goal",
            f"title> {_said(_WORDS['thanks'], languages)}",
            *(f"{code}> {_THANKS.get(code, _THANKS['en'])}" for code in languages),
            "-> END:complete",
            "",
            f"=== {stop} stage=close @objection",
            f"title> {_said(_WORDS['stop'], languages)}",
            *(f"{code}!> {_SORRY.get(code, _SORRY['en'])}" for code in languages),
            "-> END:dnc",
            "",
        ]
    )


def _free(name: str, taken: set[str]) -> str:
    """The shortest form of a step's name that no question has."""
    short = name.removesuffix("_0")
    return name if short in taken else short


def _head(name: str, languages: tuple[str, ...], start: str, questions: Sequence[Question]) -> list[str]:
    lines = [
        "---", f"script: {name}", "kind: survey", f"languages: [{', '.join(languages)}]", f"start: {start}",
        "needs: {project: [client]}", "fields:",
    ]  # fmt: skip
    for question in questions:
        if question.type:
            lines += _field(question, languages)
    return [*lines, "---", ""]


def _field(question: Question, languages: tuple[str, ...]) -> list[str]:
    lines = [f"  {question.id}:", f"    type: {question.type}", f"    label: {_label(question.labels, languages)}"]
    if question.options:
        lines.append("    options:")
        for code, labels, is_open in question.options:
            text = _label(labels, languages)
            lines.append(f"      {code}: {f'[{text}, open]' if is_open else text}")
    if question.low:
        lines.append(f"    min: {question.low}")
    if question.high:
        lines.append(f"    max: {question.high}")
    lines += [f"    {name}: {code}" for name, code in (("dk", question.dk), ("ref", question.ref)) if code is not None]
    return lines


def _label(labels: Mapping[str, str], languages: tuple[str, ...]) -> str:
    return json.dumps(_said(labels, languages)[:400], ensure_ascii=False)


def _said(labels: Mapping[str, str], languages: tuple[str, ...]) -> str:
    """Labels parted by " / ", so a text that holds such a mark itself loses its blanks."""
    texts = [_plain(labels.get(code) or labels.get("en") or next(iter(labels.values()))) for code in languages]
    return " / ".join(text.replace(" / ", "/") for text in texts)


def _inline(text: str) -> str:
    """One line, without what would be Jinja."""
    return re.sub(r"\s+", " ", text).replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")


def _plain(text: str) -> str:
    return _inline(_REFERENCE.sub("…", text)).strip()


def _spoken(text: str, types: Mapping[str, str]) -> str:
    """A label as it is said: answers that it refers to are put in where they are known."""
    parts, last = [], 0
    for match in _REFERENCE.finditer(text):
        parts += [_inline(text[last : match.start()]), _answer_in(match[1].lower(), types)]
        last = match.end()
    return "".join([*parts, _inline(text[last:])]).strip()


def _answer_in(name: str, types: Mapping[str, str]) -> str:
    kind = types.get(name)
    if not kind or kind == "multi":
        return "…"
    value = f"({name} | label)" if kind == "single" else name
    return f"{{{{ {value} if {name} is answered }}}}"


def _opening(languages: tuple[str, ...], opening: str, ways: list[str]) -> list[str]:
    later = _said(_WORDS["later"], languages)
    first = ways[-1].split(" -> ")[-1].removeprefix("-> ")
    direct = len(ways) == 1
    lines = [f"=== {opening} stage=contact @consent", f"title> {_said(_WORDS['intro'], languages)}"]
    for code in languages:
        recorded, hello = _INTRO.get(code, _INTRO["en"])
        lines += [f"{code}!> {recorded}", f"{code}> {hello}"]
    lines.append(f"* [yes] {_said(_WORDS['yes'], languages)} -> {first if direct else 'begin_survey'}")
    lines += [
        f"* [later] {later} -> END:contact_away",
        f"* [no] {_said(_WORDS['no'], languages)} -> END:refused_soft",
        "",
    ]
    return lines if direct else [*lines, "=== begin_survey", *ways, ""]


def _step(
    question: Question, languages: tuple[str, ...], behind: Sequence[Question], closing: str, types: Mapping[str, str]
) -> list[str]:
    lines = [f"=== {question.id} stage={question.stage}"]
    lines += [f"{code}> {_spoken(question.labels[code], types)}" for code in languages]
    if question.hints:
        lines.append(f"note> {_said(question.hints, languages)}")
    if question.type:
        lines.append(f"? {question.id}{'!' if question.required else ''}")
    return [*lines, *_ways(behind, closing), ""]


def _ways(behind: Sequence[Question], closing: str) -> list[str]:
    """The branches from a step to the first of the questions behind it whose condition holds."""
    lines: list[str] = []
    for question in behind:
        if not question.condition:
            return [*lines, f"-> {question.id}"]
        lines.append(f"~ if {question.condition} -> {question.id}")
    return [*lines, f"-> {closing}"]
