"""A campaign's contacts as the cases of a survey: outcome, AAPOR code, share of required questions, answers.

Room: scripting. May import ``dialer.store``, ``dialer.profiles`` and ``scripts``. An interview (or what broke off)
gets its code by the share of required questions that were answered; every other attempt by its disposition; the
case by the attempt that tells most (``scripts.aapor.PRECEDENCE``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.profiles import dispositions
from dialer.scripting import calls as step_log
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from dialer.store.scripts import Answer, ScriptRun, ScriptVersion
from scripts import aapor, completion
from scripts.exports.table import Case
from scripts.model import Script
from scripts.position import Position

INTERVIEWS = ("I", "P")
BY_SHARE = ("1.1", "1.2", "2.12")


@dataclass
class SurveyCase:
    """One contact. ``code`` is its final AAPOR code; ``share`` None for a case without an interview."""

    contact_id: int
    code: str = aapor.NOT_TRIED
    outcome: str | None = None
    share: float | None = None
    attempts: int = 0
    version: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    operator: int | None = None
    language: str | None = None
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_case(self) -> Case:
        """The case as exports take it."""
        return Case(
            {
                "case": self.contact_id, "version": self.version, "outcome": self.outcome, "aapor": self.code,
                "share": None if self.share is None else round(self.share, 4), "started_at": _iso(self.started_at),
                "ended_at": _iso(self.ended_at), "operator": self.operator, "language": self.language,
                "attempts": self.attempts,
            },
            self.answers,
        )  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


@dataclass(frozen=True)
class Survey:
    """The cases of a campaign, and the script that its exports follow (the newest version that was used)."""

    script: Script
    cases: tuple[SurveyCase, ...]

    @property
    def counts(self) -> aapor.Counts:
        """Cases by AAPOR class."""
        return aapor.Counts.of(case.code for case in self.cases)

    @property
    def interviewed(self) -> list[SurveyCase]:
        """Cases with an interview, complete or partial."""
        return [case for case in self.cases if aapor.class_of(case.code) in INTERVIEWS]


@dataclass(frozen=True, slots=True)
class _Tried:
    attempt: Any
    code: str
    share: float | None


def of_campaign(
    s: Session,
    campaign: Campaign,
    complete: float = completion.COMPLETE_SHARE,
    partial: float = completion.PARTIAL_SHARE,
) -> Survey | None:
    """The survey as it stands; None if the campaign's script was never published.

    ``complete`` and ``partial`` are the shares of required questions from which a case counts as such.
    """
    versions = step_log.versions_of(s, campaign.script_id) if campaign.script_id else {}
    if not versions:
        return None
    runs = _runs(s, campaign.id)
    ahead: dict[int, completion.Ahead] = {}
    tried: dict[int, list[_Tried]] = {}
    for row in s.execute(_attempts(campaign.id)):
        run = runs.get(row.id)
        tried.setdefault(row.contact_id, []).append(_judge(row, run, versions, ahead, (complete, partial)))
    answers = _answers(s, campaign.id)
    ids = s.scalars(select(Contact.id).where(Contact.campaign_id == campaign.id).order_by(Contact.id))
    cases = tuple(_case(i, tried.get(i, []), runs, versions, answers.get(i, {})) for i in ids)
    used = [versions[run.version_id].number for run in runs.values() if run.version_id in versions]
    newest = max(used, default=max(v.number for v in versions.values()))
    version = next(v for v in versions.values() if v.number == newest)
    return Survey(step_log.parsed(version.hash, version.text), cases)


def _attempts(campaign_id: int) -> Any:
    columns = (
        Attempt.id,
        Attempt.contact_id,
        Attempt.disposition,
        Attempt.operator_id,
        Attempt.placed_at,
        Attempt.ended_at,
    )
    return select(*columns).where(Attempt.campaign_id == campaign_id).order_by(Attempt.placed_at, Attempt.id)


def _runs(s: Session, campaign_id: int) -> dict[str, Any]:
    query = (
        select(ScriptRun.attempt_id, ScriptRun.version_id, ScriptRun.language, ScriptRun.position)
        .join(Attempt, Attempt.id == ScriptRun.attempt_id)
        .where(Attempt.campaign_id == campaign_id)
    )
    return {row.attempt_id: row for row in s.execute(query)}


def _answers(s: Session, campaign_id: int) -> dict[int, dict[str, dict[str, Any]]]:
    found: dict[int, dict[str, dict[str, Any]]] = {}
    query = select(Answer.contact_id, Answer.field, Answer.value).join(Contact, Contact.id == Answer.contact_id)
    for contact_id, name, value in s.execute(query.where(Contact.campaign_id == campaign_id)):
        if isinstance(value, dict):
            found.setdefault(contact_id, {})[name] = value
    return found


def _judge(
    row: Any,
    run: Any,
    versions: Mapping[int, ScriptVersion],
    ahead: dict[int, completion.Ahead],
    limits: tuple[float, float],
) -> _Tried:
    known = dispositions().get(row.disposition or "")
    # An attempt under way, or without an outcome, tells nothing yet.
    code = known.aapor if known and known.aapor else aapor.NOT_TRIED
    if run is None or run.version_id not in versions or code not in BY_SHARE:
        return _Tried(row, code, None)
    if run.version_id not in ahead:
        version = versions[run.version_id]
        ahead[run.version_id] = completion.Ahead(step_log.parsed(version.hash, version.text))
    found = done_of(ahead[run.version_id], Position.from_dict(run.position), whole=code == completion.COMPLETE)
    return _Tried(row, found.code(*limits), found.share)


def done_of(ahead: completion.Ahead, position: Position, whole: bool) -> completion.Done:
    """How much of an interview at ``position`` was done. ``whole``: its outcome is that of one that came to its end, so
    nothing was ahead any more if the script itself ended it, or a goal was reached."""
    at_goal = any(position.visits.get(node) for node in ahead.goals)
    own_end = whole and position.ended is not None
    # What waits to be returned to is where the interview stood; an objection is only a detour.
    node = str(position.stack[0]["node"]) if position.stack else position.node
    return completion.done(ahead, node, position.visits, position.answers, at_goal or own_end)


def _case(
    contact_id: int, tried: list[_Tried], runs: Mapping[str, Any], versions: Mapping[int, ScriptVersion],
    answers: dict[str, dict[str, Any]],
) -> SurveyCase:  # fmt: skip
    case = SurveyCase(contact_id, attempts=len(tried), answers=answers)
    if not tried:
        return case
    case.code = aapor.final_code(one.code for one in tried)
    telling = next(one for one in reversed(tried) if one.code == case.code)
    row, run = telling.attempt, runs.get(telling.attempt.id)
    case.outcome, case.share, case.operator = row.disposition, telling.share, row.operator_id
    case.started_at, case.ended_at = row.placed_at, row.ended_at
    if run is not None and run.version_id in versions:
        case.version, case.language = versions[run.version_id].number, run.language
    return case


def answers_of(cases: Iterable[SurveyCase]) -> list[Mapping[str, Mapping[str, Any]]]:
    """The answers alone, for cross-tables."""
    return [case.answers for case in cases]
