"""The packet: all that goes over with a lead, as it was when it was handed over; the closer reads nothing together.

Kept as plain data: {contact, bant, total, lacks, answers {ru, en}, objections, notes, recording {attempt, moment_s},
promised_at}. No numbers: who may see them asks for them. May import ``dialer.store``, ``scripts`` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk import script_answers
from dialer.leads import clocks, qualification, terms
from dialer.leads.points import Standing
from dialer.scripting.kept import scripts_of
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.desk import Handoff, Note
from dialer.store.leads import HandoffPacket
from dialer.store.people import User
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import ScriptRun, ScriptStep
from scripts.labels import label_in
from scripts.model import Script

LANGUAGES = ("ru", "en")
LEAD_IN = timedelta(seconds=10)
"""The moment of interest is heard from a little before it: what it is an answer to."""
NOTES = 10


def pack(s: Session, handoff: Handoff, temperature: str, now: datetime, standing: Standing | None = None) -> None:
    """Make the packet of a handoff, or bring it up to date: to be called in the transaction that hands over, and
    again when the call's outcome, note and last answers are saved."""
    attempt = s.get_one(Attempt, handoff.attempt_id)
    told = contents(s, attempt, standing or qualification.of_attempt(s, attempt, now))
    row = s.get(HandoffPacket, handoff.id)
    if row is None:
        row = HandoffPacket(handoff_id=handoff.id, made_at=now)
        s.add(row)
    row.temperature, row.contents = temperature, told
    if handoff.settled_at is None:
        with s.no_autoflush:
            project = s.get_one(Project, s.get_one(Campaign, attempt.campaign_id).project_id)
        taken = handoff.answered_at
        row.due_at = clocks.due(temperature, taken or handoff.offered_at, terms.of(project).hours, taken is not None)
    s.flush()


def contents(s: Session, attempt: Attempt, standing: Standing) -> dict[str, Any]:
    """The packet as plain data."""
    contact = s.get_one(Contact, attempt.contact_id)
    run = s.get(ScriptRun, attempt.id)
    script = scripts_of(s, [run.version_id]).get(run.version_id) if run else None
    answers = run.position.get("answers", {}) if run else {}
    promised = script_answers.last_moment(script, answers) if script else None
    return {
        "contact": {
            "name": contact.name, "company": contact.company, "email": contact.email, "fields": dict(contact.fields),
            "zones": s.get_one(ZoneSet, contact.zone_set_id).names,
        },
        "bant": standing.bant,
        "total": standing.total,
        "lacks": standing.lacks,
        "answers": {code: _in_words(script, answers, code) for code in LANGUAGES},
        "objections": _objections(s, attempt.id, script),
        "notes": _notes(s, contact.id),
        "recording": {"attempt": attempt.id, "moment_s": _moment_s(s, attempt, script)},
        "promised_at": promised.isoformat() if promised else None,
        "version": run.version_id if run else None,
    }  # fmt: skip


def _in_words(script: Script | None, answers: Mapping[str, Any], language: str) -> list[list[str]]:
    if script is None:
        return []
    return [[question, said] for question, said in script_answers.in_words(script, answers, language)]


def _steps(s: Session, attempt_id: str) -> list[ScriptStep]:
    return list(s.scalars(select(ScriptStep).where(ScriptStep.attempt_id == attempt_id).order_by(ScriptStep.seq)))


def _objections(s: Session, attempt_id: str, script: Script | None) -> list[dict[str, Any]]:
    """Each objection that was met, by its title in both languages, in the order they came."""
    met: dict[str, dict[str, Any]] = {}
    for step in _steps(s, attempt_id) if script else ():
        node = script.by_id.get(step.entry.get("node") or "") if script else None
        if node is not None and step.entry["event"] == "entered" and "objection" in node.flags:
            titles = {code: label_in(node.titles, code, node.id) for code in LANGUAGES}
            met.setdefault(node.id, {"node": node.id, "times": 0, **titles})["times"] += 1
    return list(met.values())


def _notes(s: Session, contact_id: int) -> list[dict[str, str]]:
    query = select(Note.at, User.name, Note.text).outerjoin(User, User.id == Note.user_id)
    rows = s.execute(query.where(Note.contact_id == contact_id).order_by(Note.at.desc()).limit(NOTES))
    return [{"at": at.isoformat(), "who": who or "", "text": text} for at, who, text in rows]


def _moment_s(s: Session, attempt: Attempt, script: Script | None) -> int | None:
    """Seconds into the recording at which interest was shown: the first step marked @goal, else the last answer
    that speaks for a letter; None where neither is known."""
    began = attempt.connected_at or attempt.answered_at
    if script is None or began is None:
        return None
    goal = last = None
    for step in _steps(s, attempt.id):
        node, field = script.by_id.get(step.entry.get("node") or ""), script.fields.get(step.entry.get("field") or "")
        if goal is None and node is not None and "goal" in node.flags and step.entry["event"] == "entered":
            goal = step.at
        if field is not None and field.bant and step.entry["event"] == "answered":
            last = step.at
    at = goal or last
    return max(0, int((at - LEAD_IN - began).total_seconds())) if at else None
