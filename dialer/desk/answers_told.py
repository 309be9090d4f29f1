"""A contact's answers as its page tells them: the question and the answer as the script said them that asked.

Room: desk. Each answer is read by the version that asked it: a code means what it meant then. May import
``dialer.store``, ``dialer.scripting`` and ``scripts``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dialer.desk.script_answers import words
from dialer.scripting.kept import scripts_of
from dialer.store.scripts import Answer
from scripts.labels import label_in
from scripts.model import Script
from scripts.screen import node_title


@dataclass(frozen=True)
class ToldAnswer:
    """``question`` and ``answer`` for people; ``field`` and ``raw`` as they are stored, for who compares files."""

    field: str
    question: str
    answer: str
    raw: str


def told(s: Session, answers: Sequence[Answer], language: str) -> list[ToldAnswer]:
    """The answers in words, in their order; one whose script cannot be read any more keeps its stored form."""
    scripts = scripts_of(s, {answer.version_id for answer in answers if answer.version_id is not None})
    return [_told(answer, scripts.get(answer.version_id or 0), language) for answer in answers]


def _told(answer: Answer, script: Script | None, language: str) -> ToldAnswer:
    field = script.fields.get(answer.field) if script else None
    raw = _raw(answer.value)
    if field is None or not isinstance(answer.value, dict) or not {"value", "state"} & answer.value.keys():
        return ToldAnswer(answer.field, answer.field, raw, raw)
    node = script.by_id.get(answer.node) if script else None
    question = label_in(field.labels, language, node_title(node, language) if node else answer.field)
    return ToldAnswer(answer.field, question, words(field, answer.value, language) or raw, raw)


def _raw(value: object) -> str:
    """The stored value: the code alone where there is one, else the whole as JSON."""
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
