"""Answers: stored as they are given, known again at the next call, and put into words for people.

Room: desk, step 8 of the way of a call. ``Answer.value`` holds the runner's plain data: ``{"value": …}`` with
``"open"`` for the words of an open option, or ``{"state": "dk"}`` / ``{"state": "ref"}``.
May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.store.calls import Attempt
from dialer.store.scripts import Answer, ScriptRun, ScriptVersion
from scripts.labels import label_in
from scripts.model import Field, Script

UNKNOWN = {"dk": {"ru": "не знает", "en": "does not know"}, "ref": {"ru": "отказ отвечать", "en": "refused"}}
YES_NO = {True: {"ru": "да", "en": "yes"}, False: {"ru": "нет", "en": "no"}}
MOMENTS = ("datetime", "slot")


def keep(
    s: Session, run: ScriptRun, attempt: Attempt, fields: Collection[str], answers: Mapping[str, Any], now: datetime
) -> None:
    """Store the latest answers to ``fields``; a field that has none any more is taken away."""
    if not fields:
        return
    mine = select(Answer).where(Answer.contact_id == attempt.contact_id, Answer.field.in_(fields))
    present = {row.field: row for row in s.scalars(mine)}
    for name in fields:
        found, row = answers.get(name), present.get(name)
        if found is None:
            if row is not None:
                s.delete(row)
            continue
        if row is None:
            row = Answer(contact_id=attempt.contact_id, field=name)
            s.add(row)
        row.value = {key: value for key, value in found.items() if key != "node"}
        row.attempt_id, row.version_id = attempt.id, run.version_id
        row.node, row.at = found.get("node", ""), now


def known(s: Session, contact_id: int, script_id: int) -> dict[str, dict[str, Any]]:
    """What earlier calls learned along the same script, as the runner takes it."""
    rows = s.scalars(
        select(Answer)
        .join(ScriptVersion, ScriptVersion.id == Answer.version_id)
        .where(Answer.contact_id == contact_id, ScriptVersion.script_id == script_id)
    )
    return {row.field: dict(row.value) for row in rows if isinstance(row.value, dict)}


def in_words(script: Script, answers: Mapping[str, Mapping[str, Any]], language: str) -> list[tuple[str, str]]:
    """(question, answer) for people, in the order of the script's fields."""
    return [
        (label_in(field.labels, language, field.id), words(field, answers[field.id], language))
        for field in script.fields.values()
        if field.id in answers
    ]


def last_moment(script: Script, answers: Mapping[str, Mapping[str, Any]]) -> datetime | None:
    """The instant answered to the last field of the script that asks for a date and time."""
    found = [answers[f.id] for f in script.fields.values() if f.type in MOMENTS and f.id in answers]
    texts = [answer["value"] for answer in found if "value" in answer]
    return datetime.fromisoformat(texts[-1]).astimezone(UTC) if texts else None


def words(field: Field, answer: Mapping[str, Any], language: str) -> str:
    """One answer for people, "" for a code that the field does not have."""
    if state := answer.get("state"):
        return UNKNOWN[state].get(language, UNKNOWN[state]["en"])
    value = answer["value"]
    if isinstance(value, bool):
        return YES_NO[value].get(language, YES_NO[value]["en"])
    if field.type == "money":
        return f"{value:,}".replace(",", "\u00a0") + f" {field.currency}".rstrip()
    if not field.options:
        return str(value).replace("T", " ") if field.type in MOMENTS else str(value)
    codes = value if isinstance(value, list) else [value]
    labels = [label_in(option.labels, language) for code in codes if (option := field.option(code))]
    return ", ".join(labels + ([answer["open"]] if answer.get("open") else []))
