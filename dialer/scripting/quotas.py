"""Quotas of a campaign: so many completed interviews a cell; a call that falls into a full cell ends.

Room: scripting. May import ``dialer.store``, ``dialer.profiles`` and ``scripts``. A cell counts contacts whose
outcome is an interview (AAPOR 1.1) and whose answers meet its expression.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.profiles import dispositions
from dialer.scripting import calls as step_log
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from dialer.store.scripts import Answer, CallScript, ScriptVersion, SurveyQuota
from scripts import completion, quota
from scripts.errors import ScriptError
from scripts.model import Script
from scripts.runner import Moved

ACTIONS = ("end", "watch")
MAX_CELLS = 60
log = logging.getLogger(__name__)
Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Cell:
    """A quota and how many interviews it has. ``fault`` says why it cannot be counted, "" if it can."""

    quota: SurveyQuota
    count: int
    fault: str = ""

    @property
    def full(self) -> bool:
        """Whether it has all it wants."""
        return not self.fault and self.count >= self.quota.target

    @property
    def rate(self) -> float:
        """How much of the target is there, 0..1."""
        return min(1.0, self.count / self.quota.target) if self.quota.target else 1.0


def script_of(s: Session, campaign: Campaign) -> Script | None:
    """The published script of a campaign."""
    kept = s.get(CallScript, campaign.script_id) if campaign.script_id else None
    version = s.get(ScriptVersion, kept.published_id) if kept and kept.published_id else None
    return step_log.parsed(version.hash, version.text) if version else None


def add(s: Session, campaign: Campaign, name: str, expression: str, target: int, action: str) -> SurveyQuota:
    """A new cell.

    Raises Refusal: ``quota_without_script``, ``quota_expression`` (detail ``reason``), ``quota_values``,
    ``quota_name_taken``, ``quota_too_many``.
    """
    script = script_of(s, campaign)
    if script is None:
        raise Refusal("quota_without_script")
    name, expression = name.strip()[:120], expression.strip()[:500]
    if not name or not 0 <= target <= 10_000_000 or action not in ACTIONS:
        raise Refusal("quota_values")
    try:
        quota.fields_of(expression, script)
        quota.meets(script, expression, {})
    except ScriptError as fault:
        raise Refusal("quota_expression", reason=fault.message) from None
    present = _of(s, campaign.id)
    if any(one.name == name for one in present):
        raise Refusal("quota_name_taken")
    if len(present) >= MAX_CELLS:
        raise Refusal("quota_too_many")
    made = SurveyQuota(campaign_id=campaign.id, name=name, expression=expression, target=target, action=action)
    s.add(made)
    s.flush()
    return made


def _of(s: Session, campaign_id: int) -> list[SurveyQuota]:
    return list(s.scalars(select(SurveyQuota).where(SurveyQuota.campaign_id == campaign_id).order_by(SurveyQuota.id)))


def cells(s: Session, campaign: Campaign) -> list[Cell]:
    """Every cell with its count."""
    script, quotas = script_of(s, campaign), _of(s, campaign.id)
    if script is None:
        return [Cell(one, 0, quota.NO_SCRIPT) for one in quotas]
    wanted: set[str] = set()
    for one in quotas:
        wanted |= _fields(one, script)
    interviews = list(_interviews(s, campaign.id, wanted).values()) if wanted else []
    return [_cell(one, script, interviews) for one in quotas]


def _fields(one: SurveyQuota, script: Script) -> frozenset[str]:
    try:
        return quota.fields_of(one.expression, script)
    except ScriptError:
        return frozenset()


def _cell(one: SurveyQuota, script: Script, interviews: list[Answers]) -> Cell:
    try:
        return Cell(one, quota.count(script, one.expression, interviews))
    except ScriptError as fault:
        return Cell(one, 0, fault.message)


def _interviews(s: Session, campaign_id: int, fields: Collection[str]) -> dict[int, Answers]:
    """Answers to ``fields`` of every contact whose outcome is an interview."""
    done = [code for code, known in dispositions().items() if known.aapor == completion.COMPLETE]
    query = (
        select(Answer.contact_id, Answer.field, Answer.value)
        .join(Contact, Contact.id == Answer.contact_id)
        .where(Contact.campaign_id == campaign_id, Contact.disposition.in_(done), Answer.field.in_(sorted(fields)))
    )
    found: dict[int, Answers] = {}
    for contact_id, name, value in s.execute(query):
        if isinstance(value, dict):
            found.setdefault(contact_id, {})[name] = value
    return found


def mind(s: Session, campaign_id: int, script: Script, moved: Moved, context: Mapping[str, Any]) -> Moved:
    """The move as it stands, or ended with ``quota_full`` if its answers fall into a full cell.

    Looked at only when an answer was given that a cell speaks of. A cell that cannot be worked out ends nothing.
    """
    said = {entry["field"] for entry in moved.log if entry["event"] == "answered"}
    if not said or moved.position.ended is not None:
        return moved
    quotas = [one for one in _of(s, campaign_id) if one.action == "end" and _fields(one, script) & said]
    for one in quotas:
        if _falls_in(one, script, moved) and _is_full(s, campaign_id, one, script):
            return quota.stop(script, moved, context, one.name)
    return moved


def _falls_in(one: SurveyQuota, script: Script, moved: Moved) -> bool:
    try:
        return quota.meets(script, one.expression, moved.position.answers)
    except ScriptError as fault:
        log.error("quota cannot be worked out", extra={"quota": one.id, "code": fault.code})
        return False


def _is_full(s: Session, campaign_id: int, one: SurveyQuota, script: Script) -> bool:
    interviews = list(_interviews(s, campaign_id, _fields(one, script)).values())
    return quota.count(script, one.expression, interviews) >= one.target
