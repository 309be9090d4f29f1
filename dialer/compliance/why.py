"""Why is this contact not being dialled? Every rule's word on it, with the values, and the next moment it may be (P6).

The verdicts are those of the gate itself, by the same code: what this says is what the next claim will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.compliance import refusals
from dialer.compliance.facts import load_facts
from dialer.compliance.rules import rules_for
from dialer.compliance.sentences import moment, sentence
from dialer.errors import BadInput
from dialer.rules.compliance import Verdict, next_moment, verdicts
from dialer.rules.words import ContactState
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.projects import Campaign

SUMMARY = {
    "now": {"en": "May be dialled now", "ru": "Можно звонить сейчас"},
    "busy": {"en": "Is being dialled or talked to now", "ru": "Сейчас набирается или говорит"},
    "later": {"en": "May be dialled from {at}", "ru": "Можно звонить с {at}"},
    "never": {
        "en": "Will not be dialled unless somebody changes something",
        "ru": "Звонка не будет, пока кто-нибудь что-то не изменит",
    },
}


@dataclass(frozen=True)
class Explanation:
    """One contact's one number in one campaign at ``at``. ``next_at``: when all rules allow it; None: not by itself."""

    campaign_id: int
    contact_id: int
    number_id: int
    number: str
    state: ContactState
    due_at: datetime | None
    held_by: str | None
    zones: tuple[str, ...]
    at: datetime
    next_at: datetime | None
    profile: str
    verdicts: tuple[Verdict, ...]
    other_numbers: tuple[str, ...] = ()
    refused: tuple[dict[str, Any], ...] = ()
    """The newest refusals in the journal, newest first."""

    @property
    def may_dial(self) -> bool:
        """Whether every rule allows the call now."""
        return all(verdict.ok for verdict in self.verdicts)

    @property
    def code(self) -> str:
        """``now``, ``busy``, ``later`` or ``never``."""
        if self.may_dial:
            return "busy" if self.state is ContactState.CLAIMED else "now"
        return "later" if self.next_at else "never"

    def summary(self, language: str) -> str:
        """The answer in one sentence."""
        at = moment(self.next_at, language, self.zones) if self.next_at else ""
        return SUMMARY[self.code][language].format(at=at)

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        """For JSON: codes, values and sentences."""
        return {
            "campaign": self.campaign_id,
            "contact": self.contact_id,
            "number": self.number,
            "other_numbers": list(self.other_numbers),
            "state": self.state.value,
            "due_at": _text(self.due_at),
            "held_by": self.held_by,
            "zones": list(self.zones),
            "at": _text(self.at),
            "may_dial": self.may_dial,
            "code": self.code,
            "next_at": _text(self.next_at),
            "text": self.summary(language),
            "profile": self.profile,
            "refused": self.refused,
            "rules": [_line(verdict, language, self.zones) for verdict in self.verdicts],
        }


def _line(verdict: Verdict, language: str, zones: tuple[str, ...]) -> dict[str, Any]:
    return {
        "rule": verdict.rule,
        "ok": verdict.ok,
        "until": _text(verdict.until),
        "values": verdict.detail,
        "text": sentence(verdict, language, zones),
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def explain(session: Session, campaign_id: int, who: str | int, now: datetime) -> Explanation:
    """Explain a contact, by its id or by one of its numbers (E.164). Raises BadInput if the campaign has none such."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise BadInput(f"there is no campaign {campaign_id}")
    contact, number = _find(session, campaign, who)
    rules = rules_for(campaign, campaign.project)
    pair = (contact.id, number.id)
    facts = load_facts(session, [pair], rules, now)[pair]
    return Explanation(
        campaign_id=campaign.id,
        contact_id=contact.id,
        number_id=number.id,
        number=number.number,
        state=contact.state,
        due_at=contact.due_at,
        held_by=contact.held_by,
        zones=facts.zones,
        at=now,
        next_at=next_moment(facts, rules, now),
        profile=rules.profile,
        verdicts=tuple(verdicts(facts, rules, now)),
        refused=tuple(refusals.as_dict(row) for row in refusals.of_contact(session, contact.id)),
        other_numbers=tuple(n.number for n in contact.numbers if n.id != number.id),
    )


def _find(session: Session, campaign: Campaign, who: str | int) -> tuple[Contact, ContactNumber]:
    query = select(ContactNumber).where(ContactNumber.campaign_id == campaign.id)
    if isinstance(who, str):
        number = session.scalars(query.where(ContactNumber.number == who)).first()
        if number is None:
            raise BadInput(f"no contact of the campaign {campaign.name} has the number {who}")
        return number.contact, number
    contact = session.get(Contact, who)
    if contact is None or contact.campaign_id != campaign.id:
        raise BadInput(f"the campaign {campaign.name} has no contact {who}")
    if not contact.numbers:
        raise BadInput(f"contact {who} has no number")
    chosen = next((number for number in contact.numbers if number.id == contact.number_id), contact.numbers[0])
    return contact, chosen
