"""A small world for tests of pages: two projects, a campaign with contacts in each, a call, a recording, a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

import scripts
from dialer.rules.words import AppointmentState, AttemptState, ContactState, Duty, Mode, Outcome, RecordingState
from dialer.store import Database
from dialer.store.appointments import Appointment
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact, ContactList, ContactNumber, Suppression, ZoneSet
from dialer.store.desk import Note
from dialer.store.mail import Letter
from dialer.store.people import Holding, Team, User
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import CallScript, ScriptVersion
from tests.conftest import NOON

SCRIPT = (Path(scripts.__file__).parent / "library" / "lead_generation.call").read_text(encoding="utf-8")
NUMBERS = ("+79161234501", "+79161234502")


@dataclass(frozen=True)
class Side:
    """The ids of one project and what belongs to it."""

    project: int
    campaign: int
    contact: int
    contact_list: int
    attempt: str
    script: int
    version: int
    suppression: int
    team: int
    number: str
    appointment: int
    letter: int
    closer: int


@dataclass(frozen=True)
class World:
    """Two sides: what somebody of one project may do there, they may not do in the other."""

    here: Side
    there: Side


def make_world(db: Database) -> World:
    """Put both sides into an empty database."""
    return World(_side(db, "Alpha", NUMBERS[0]), _side(db, "Beta", NUMBERS[1]))


def _side(db: Database, name: str, number: str) -> Side:
    with db.write() as s:
        project = Project(name=name, client=f"{name} Ltd", created_at=NOON)
        s.add(project)
        s.flush()
        script = CallScript(project_id=project.id, name="First call", draft=SCRIPT, updated_at=NOON)
        s.add(script)
        s.flush()
        version = ScriptVersion(script_id=script.id, number=1, hash="0" * 64, text=SCRIPT, published_at=NOON)
        s.add(version)
        s.flush()
        script.published_id = version.id
        campaign = Campaign(
            project_id=project.id, name=f"{name} spring", script_id=script.id, mode=Mode.PROGRESSIVE, created_at=NOON
        )
        zone = s.query(ZoneSet).filter_by(names="Europe/Moscow").one_or_none() or ZoneSet(names="Europe/Moscow")
        s.add_all([campaign, zone])
        s.flush()
        listed = ContactList(
            campaign_id=campaign.id, name="spring.csv", sha256="0" * 64, rows=1, accepted=1, imported_at=NOON
        )
        s.add(listed)
        s.flush()
        contact = Contact(
            campaign_id=campaign.id,
            list_id=listed.id,
            state=ContactState.READY,
            zone_set_id=zone.id,
            name="Пётр Иванов",
            company="ООО «Ромашка»",
            created_at=NOON,
        )
        contact.numbers.append(ContactNumber(campaign_id=campaign.id, number=number))
        s.add(contact)
        s.flush()
        attempt = Attempt(
            id=f"a{name.lower()}0000000000",
            campaign_id=campaign.id,
            contact_id=contact.id,
            number_id=contact.numbers[0].id,
            to_number=number,
            provider="pretend",
            mode=Mode.PROGRESSIVE,
            state=AttemptState.CLOSED,
            outcome=Outcome.ANSWERED,
            placed_at=NOON,
            answered_at=NOON,
            ended_at=NOON,
        )
        barred = Suppression(number=f"{number[:-1]}9", scope_id=project.id, reason="asked", added_at=NOON)
        team = Team(project_id=project.id, name="First")
        s.add_all([attempt, barred, team])
        s.flush()
        s.add_all(
            [
                Recording(attempt_id=attempt.id, state=RecordingState.OK, seconds=12.0, expected_at=NOON),
                Note(contact_id=contact.id, attempt_id=attempt.id, at=NOON, text="Wants a call in May"),
            ]
        )
        met = _appointment(s, project.id, campaign.id, contact.id, attempt.id)
        return Side(
            project.id,
            campaign.id,
            contact.id,
            listed.id,
            attempt.id,
            script.id,
            version.id,
            barred.id,
            team.id,
            number,
            met.id,
            _letter(s, project.id, contact.id).id,
            met.closer_id,
        )


def _appointment(s: Session, project_id: int, campaign_id: int, contact_id: int, attempt_id: str) -> Appointment:
    """With a closer whom no test logs in as."""
    closer = User(login=f"closer-{project_id}", name="Lena", password_hash="", created_at=NOON)
    closer.holdings.append(Holding(duty=Duty.CLOSER, project_id=project_id))
    s.add(closer)
    s.flush()
    at = NOON + timedelta(days=3650)
    row = Appointment(
        uid=f"e{project_id}@warmline", project_id=project_id, campaign_id=campaign_id, contact_id=contact_id,
        attempt_id=attempt_id, closer_id=closer.id, state=AppointmentState.BOOKED, starts_at=at,
        ends_at=at + timedelta(minutes=30), made_at=NOON,
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def _letter(s: Session, project_id: int, contact_id: int) -> Letter:
    """One that did not leave."""
    row = Letter(
        key=f"letter:{project_id}", message_id=f"m{project_id}", contact_id=contact_id, to_address="a@b.example",
        subject="Prices", body="As agreed.", made_at=NOON, next_at=NOON, failed_at=NOON, problem="smtp_550",
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row
