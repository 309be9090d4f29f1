"""A scripted day: six operators and two closers, robots by the API with real SIP legs, and three hundred numbers.

At its end no warm lead lies about, no time is booked twice, every letter is in the mailbox, and whatever failed in
handing over says why.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dialer import clock
from dialer.desk.handoffs import FAILURES
from dialer.jobs.timers import Timer, timers
from dialer.lab import Lab
from dialer.people import tokens
from dialer.rules.words import AppointmentState, AttemptState, ContactState, Duty, HandoffState
from dialer.settings import Mail, Settings
from dialer.store import Database
from dialer.store.appointments import Appointment, CloserCalendar
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import Handoff, Lead
from dialer.store.leads import GateAsk, HandoffPacket
from dialer.store.mail import Letter
from dialer.store.people import Holding
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import CallScript, ScriptVersion
from scripts import parser
from tests.support import day, floor
from tests.support.day import Closer, Operator
from tests.support.mailbox import Mailbox, calendar_of, mailbox
from tests.support.shift import Shift, shift, until
from webapp import create_app

pytestmark = [pytest.mark.lab, pytest.mark.timeout(420)]
OPERATORS, CLOSERS, NUMBERS = 6, 2, 300
LONGEST_S = 300
WARM = ("lead_hot", "lead_warm", "appointment")


def prepare(made: Shift) -> None:
    """A script with letters, terms that are not open, three hundred contacts, hours round the clock."""
    now = clock.now()
    with made.db.write() as s:
        project = s.get_one(Project, made.world.project_id)
        project.qualification, project.second_line = "standard", {"live_ring_s": 5}
        script = CallScript(project_id=project.id, name="Stock", draft=floor.SCRIPT, updated_at=now)
        s.add(script)
        s.flush()
        version = ScriptVersion(
            script_id=script.id, number=1, hash=parser.parse_text(floor.SCRIPT).version_hash, text=floor.SCRIPT,
            published_at=now,
        )  # fmt: skip
        s.add(version)
        s.flush()
        script.published_id = version.id
        s.get_one(Campaign, made.world.campaign_id).script_id = script.id
        for n, user_id in enumerate(made.world.users):
            duty = Duty.OPERATOR if n < OPERATORS else Duty.CLOSER
            s.add(Holding(user_id=user_id, duty=duty, project_id=project.id))
            if duty is Duty.CLOSER:
                week = {str(weekday): [["08:00", "20:00"]] for weekday in range(1, 8)}
                s.add(CloserCalendar(user_id=user_id, zone="Europe/Moscow", week=week, days_off=[]))
    for n in range(NUMBERS):
        made.world.contact(f"+79165{550_000 + n:06d}", email=f"contact{n}@example.com", name=f"Contact {n}")


@contextmanager
def running(every: list[Timer]) -> Iterator[None]:
    """What the jobs process does by the clock."""
    stop = threading.Event()
    threads = [threading.Thread(target=timer.run, args=(stop,)) for timer in every]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def robots(made: Shift, settings: Settings) -> tuple[list[Operator], list[Closer]]:
    app = create_app(settings, made.db)
    with made.db.write() as s:
        keys = [tokens.make(s, user_id, "robot", clock.now()) for user_id in made.world.users]
    ends, does = itertools.cycle(day.ENDS), itertools.cycle(day.CLOSER_DOES)
    people = list(zip(keys, made.phones, strict=True))
    operators = [Operator(app, k, p, p.name, pack=ends) for k, p in people[:OPERATORS]]
    return operators, [Closer(app, k, p, p.name, pack=does) for k, p in people[OPERATORS:]]


def worked_through(made: Shift) -> bool:
    with made.db.read() as s:
        called = s.scalar(select(func.count(Attempt.contact_id.distinct()))) or 0
        busy = s.scalar(select(func.count()).select_from(Attempt).where(Attempt.state != AttemptState.CLOSED))
        left = s.scalar(
            select(func.count())
            .select_from(Contact)
            .where(Contact.state.in_((ContactState.READY, ContactState.CLAIMED)))
        )
        waiting = s.scalar(
            select(func.count())
            .select_from(Handoff)
            .where(Handoff.state.in_((HandoffState.OFFERED, HandoffState.RINGING, HandoffState.JOINED)))
        )
    return called >= NUMBERS and not busy and not left and not waiting


def test_a_day_of_six_operators_and_two_closers(lite: Database, lab: Lab, tmp_path: Path) -> None:
    with mailbox() as box, shift(lite, lab, tmp_path, operators=OPERATORS, closers=CLOSERS, ring_s=3) as made:
        prepare(made)
        mail = Mail(port=box.port, sender="meet@warmline.example")
        settings = Settings(data=tmp_path, secret_key="s" * 64, mail=mail)  # type: ignore[arg-type]
        operators, closers = robots(made, settings)
        made.start_engine()
        connect = {"campaign_id": made.world.campaign_id}
        for robot in (*operators, *closers):
            robot.ask("POST", "/session/connect", connect)
        wanted = ("mail", "appointments", "handoffs_late", "promises")
        with running([timer for timer in timers(lite, settings) if timer.name in wanted]):
            day.keep_at_it([*operators, *closers], lambda: worked_through(made), LONGEST_S)
            assert worked_through(made), made.log()
            until(lambda: not unsent(lite), 30)
        errors = [error for robot in (*operators, *closers) for error in robot.errors]
        assert errors == []
        every_number_was_rung_once(lab, made)
        no_warm_lead_lies_about(lite)
        no_time_is_booked_twice(lite)
        every_letter_arrived(lite, box)
        every_failure_says_why(lite, operators, closers)
        assert made.stop_engine() == 0


def unsent(db: Database) -> int:
    with db.read() as s:
        return s.scalar(select(func.count()).select_from(Letter).where(Letter.sent_at.is_(None))) or 0


def every_number_was_rung_once(lab: Lab, made: Shift) -> None:
    attempts = made.world.attempts()
    sent = Counter(a.to_number for a in attempts if a.sent_at is not None)
    rung = Counter(call["number"] for call in lab.network_calls() if call["number"] in sent)
    assert len(sent) == NUMBERS and not {n: k for n, k in rung.items() if k > sent[n]}


def no_warm_lead_lies_about(db: Database) -> None:
    with db.read() as s:
        warm = list(s.scalars(select(Attempt).where(Attempt.disposition.in_(WARM))))
        assert len(warm) >= 30
        assert s.scalars(select(GateAsk).where(GateAsk.let.is_(None))).all() == [], "nothing waits at the gate"
        booked = set(s.scalars(select(Appointment.contact_id).where(Appointment.state == AppointmentState.BOOKED)))
        judged = {}
        for handoff, contact_id in s.execute(
            select(Handoff, Lead.contact_id).join(Lead, Lead.id == Handoff.lead_id).order_by(Handoff.id)
        ):
            judged[contact_id] = handoff
        for attempt in warm:
            handoff = judged.get(attempt.contact_id)
            settled = handoff is not None and (
                handoff.state is HandoffState.ACCEPTED
                or (handoff.state is HandoffState.REJECTED and handoff.reason != "")
            )
            assert settled or attempt.contact_id in booked, (attempt.id, attempt.disposition, handoff)
        handed = list(s.scalars(select(Handoff).where(Handoff.state != HandoffState.FAILED)))
        assert {h.state for h in handed} == {HandoffState.ACCEPTED, HandoffState.REJECTED}
        assert all(s.get(HandoffPacket, h.id) is not None for h in handed), "each went over with its packet"


def no_time_is_booked_twice(db: Database) -> None:
    with db.read() as s:
        rows = list(s.scalars(select(Appointment).where(Appointment.state == AppointmentState.BOOKED)))
    assert len(rows) >= 10
    for _, of in itertools.groupby(sorted(rows, key=lambda r: (r.closer_id, r.starts_at)), lambda r: r.closer_id):
        for one, other in itertools.pairwise(of):
            assert one.ends_at + timedelta(minutes=10) <= other.starts_at


def every_letter_arrived(db: Database, box: Mailbox) -> None:
    with db.read() as s:
        letters = list(s.scalars(select(Letter)))
        booked = {
            row.uid: row for row in s.scalars(select(Appointment).where(Appointment.state == AppointmentState.BOOKED))
        }
    assert Counter(one["To"] for one in box.letters) == Counter(one.to_address for one in letters)
    read = [calendar_of(letter) for letter in box.letters]
    assert {str(event["UID"]) for _, event in read} == set(booked)
    for calendar, event in read:
        row = booked[str(event["UID"])]
        assert (str(calendar["METHOD"]), event.decoded("DTSTART")) == ("REQUEST", row.starts_at)


def every_failure_says_why(db: Database, operators: list[Operator], closers: list[Closer]) -> None:
    with db.read() as s:
        failed = list(s.scalars(select(Handoff).where(Handoff.state == HandoffState.FAILED)))
    reasons = Counter(handoff.reason for handoff in failed)
    done = sum((closer.did for closer in closers), Counter[str]())
    assert set(reasons) == set(FAILURES), (reasons, done)
    told = Counter(why for operator in operators for why in operator.handed.values())
    assert set(told) <= {*FAILURES, "joined", "accepted", "rejected", "no budget this year"}, told
