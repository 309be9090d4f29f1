"""What is due: letters are written down, calls are planned. Turned by a timer of the jobs process."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.compliance import rules_for
from dialer.errors import BadInput, Refusal
from dialer.mail import letters
from dialer.rules import retry
from dialer.rules.words import BAND_ORDER, Band, ContactState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.projects import Campaign
from dialer.store.touches import MailTemplate, TouchPlace
from dialer.touches import places, replies, texts
from dialer.touches.cadence import Step

log = structlog.get_logger("touches")
EVERY_S = 15
A_TURN = 200


def look(db: Database, public_url: str, secret: str, now: datetime) -> int:
    """Do every touch that is due; returns how many contacts were touched."""
    with db.write() as s:
        query = (
            select(TouchPlace)
            .where(TouchPlace.stopped_at.is_(None), TouchPlace.due_at <= now)
            .order_by(TouchPlace.due_at)
            .limit(A_TURN)
            .with_for_update(skip_locked=True)
        )
        found = list(s.scalars(query))
        for place in found:
            _touch(s, place, public_url, secret, now)
        return len(found)


def _touch(s: Session, place: TouchPlace, public_url: str, secret: str, now: datetime) -> None:
    campaign, contact = s.get_one(Campaign, place.campaign_id), s.get_one(Contact, place.contact_id)
    touches = places.of_campaign(campaign)
    if contact.state is ContactState.SUPPRESSED:
        places.stop(s, contact.id, "refusal", now)
    elif contact.state is not ContactState.CLOSED:
        place.due_at = None  # somebody is calling, or will: the end of that call goes on from here
    elif place.step >= len(touches.steps):
        places.stop(s, contact.id, "changed", now)
    else:
        step = touches.steps[place.step]
        place.step += 1
        if step.email:
            if _write(s, campaign, contact, place, step, replies.link(public_url, secret, contact.id), now):
                places.schedule(place, touches, now)
        else:
            _call(s, campaign, contact, step, now)
            place.due_at = None


def _write(
    s: Session, campaign: Campaign, contact: Contact, place: TouchPlace, step: Step, unsubscribe: str, now: datetime
) -> bool:  # fmt: skip
    """Write the letter down; False if the cadence ended here."""
    which = (MailTemplate.project_id == campaign.project_id) & (MailTemplate.name == step.email)
    template = s.scalars(select(MailTemplate).where(which)).first()
    if template is None or not contact.email:
        log.warning("letter_left_out", contact=contact.id, no_template=template is None)
        return True  # the next touch may still reach them
    key = f"touch:{campaign.id}:{contact.id}:{place.step}"
    try:
        subject, body = texts.compose(s, template, contact, unsubscribe, now)
        if unsubscribe not in body:
            body += f"\n\n-- \n{unsubscribe}\n"
        letters.write(s, key, contact.email, subject, body, now, contact_id=contact.id, unsubscribe=unsubscribe)
    except BadInput as problem:
        log.warning("letter_left_out", contact=contact.id, problem=type(problem).__name__)
    except Refusal:
        places.stop(s, contact.id, "unsubscribed", now)
        return False
    return True


def _call(s: Session, campaign: Campaign, contact: Contact, step: Step, now: datetime) -> None:
    zones = tuple(s.get_one(ZoneSet, contact.zone_set_id).names.split("|"))
    last = s.scalars(
        select(Attempt.placed_at).where(Attempt.contact_id == contact.id).order_by(Attempt.placed_at.desc())
    ).first()
    at: datetime | None = now
    if step.other_part and last is not None:
        plan, rules = profiles.retry_plan(campaign.retry_plan), rules_for(campaign, campaign.project)
        at = retry.another_part(plan, last, zones, rules, now)
    contact.state, contact.due_at = ContactState.WAITING, at or now
    contact.band, contact.held_by = BAND_ORDER[Band.RETRY], None
