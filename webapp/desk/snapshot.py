"""Everything the desk shows, gathered in one reading transaction, so that its columns never contradict each other.

May import ``dialer`` only. Nothing here writes: the script of a new call is begun by ``page``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.desk import callbacks, closing, drafts, handoffs, leads, local_time, my_day, script_run, session
from dialer.desk.appointments import booking, slots
from dialer.desk.appointments.slots import Slot
from dialer.desk.callbacks import Badge, CallbackLine
from dialer.desk.card import Card, card
from dialer.desk.closing import WaitingLead
from dialer.desk.local_time import LocalTime
from dialer.desk.my_day import MyDay
from dialer.desk.script_run import RunView
from dialer.desk.session import CLOSER_LINE, Work
from dialer.leads import gate
from dialer.leads.gate import Gate
from dialer.rules.dispositions import Disposition
from dialer.rules.words import AttemptState, HandoffState, Mode, OperatorState
from dialer.store.appointments import Appointment
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.desk import Handoff, Lead, OperatorSession
from dialer.store.leads import GateAsk
from dialer.store.people import User
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.scripts import ScriptRun
from dialer.store.transaction import keep_rows

SLOTS = 8
NO_CALLBACKS = Badge(0, 0, None)
NO_DAY = MyDay(0, 0, 0, [])


@dataclass(frozen=True)
class Call:
    """The attempt on the desk with all that belongs to it."""

    attempt: Attempt
    card: Card | None
    there: LocalTime
    run: RunView | None
    bant: Mapping[str, int | None]
    handoff: Handoff | None
    gate: Gate
    closer: str
    words: Mapping[str, str]
    promised_at: datetime | None
    quick_times: list[tuple[str, datetime]]
    answers: list[tuple[str, str]]
    operator_note: str
    meeting: Appointment | None
    slots: list[Slot]
    team: int | None

    @property
    def live(self) -> bool:
        """Whether somebody is on the line."""
        return self.attempt.state in (AttemptState.ANSWERED, AttemptState.CONNECTED)

    @property
    def can_hand(self) -> bool:
        """Whether the call may still be offered to the second line."""
        under_way = (*handoffs.UNDER_WAY, HandoffState.ACCEPTED)
        return self.handoff is None or self.handoff.state not in under_way


@dataclass(frozen=True)
class Result:
    """What a closer said of this operator's lead."""

    handoff: Handoff
    company: str
    name: str
    closer: str


@dataclass(frozen=True)
class Desk:
    """One person's desk at one instant.

    Not ``whole`` after a step along the script: what a step does not change (bar and contact) is left out.
    """

    now: datetime
    language: str
    whole: bool
    me: User
    session: OperatorSession
    campaign: Campaign | None
    project: Project | None
    campaigns: list[Work]
    badge: Badge
    callbacks: list[CallbackLine]
    call: Call | None
    dispositions: list[Disposition]
    labels: Mapping[str, Disposition]
    results: list[Result]
    waiting: list[WaitingLead]
    offered: Handoff | None
    unsettled: Handoff | None
    ready_closers: int
    day: MyDay

    @property
    def closer(self) -> bool:
        """Whether this is the second line's desk."""
        return self.session.line == CLOSER_LINE

    @property
    def state(self) -> OperatorState:
        """The session's state."""
        return self.session.state

    @property
    def choosing(self) -> bool:
        """Whether this operator now chooses whom to call."""
        manual = self.campaign is not None and self.campaign.mode is Mode.MANUAL
        return manual and not self.closer and self.state in (OperatorState.READY, OperatorState.PAUSED)

    @property
    def since_at(self) -> datetime:
        """From when the clock of the state runs: a talk's from its first word, whoever joined it later."""
        if self.state is OperatorState.TALKING and self.call and self.call.attempt.connected_at:
            return self.call.attempt.connected_at
        return self.session.since_at

    @property
    def chosen_outcome(self) -> str:
        """The outcome chosen so far: by the person, else suggested by the end of the script; ``""`` for none."""
        if self.call is None:
            return ""
        ended = self.call.run.step.ended if self.call.run else None
        wanted = self.call.words["disposition"] or ended or ""
        return wanted if wanted in {d.code for d in self.dispositions} else ""

    @property
    def wants_callback(self) -> bool:
        """Whether the chosen outcome needs a time to call back."""
        return bool(self.chosen_outcome) and self.labels[self.chosen_outcome].next == "callback"

    @property
    def preview_until(self) -> datetime | None:
        """When a contact that is only looked at is dialled by itself."""
        if self.state is not OperatorState.PREVIEWING or self.campaign is None:
            return None
        return self.session.since_at + timedelta(seconds=self.campaign.preview_s)


def take(
    s: Session, me: User, now: datetime, language: str, midnight: datetime, shown: tuple[str, str] | None = None
) -> Desk:
    """The desk of this person now; their day began at ``midnight``.

    ``shown``: (attempt, state) of a page that has bar and contact of it already; as long as they hold, it is not whole.
    """
    keep_rows(s)
    row = _session_and_call(s, me) or _nobody(s, me, now)
    campaign = s.get(Campaign, row.campaign_id) if row.campaign_id else None
    known = profiles.dispositions()
    is_closer = row.line == CLOSER_LINE
    whole = is_closer or row.attempt_id is None or shown != (row.attempt_id, row.state.value)
    return Desk(
        now=now,
        language=language,
        whole=whole,
        me=me,
        session=row,
        campaign=campaign,
        project=s.get(Project, campaign.project_id) if campaign else None,
        campaigns=session.campaigns_of(s, me.id) if row.state is OperatorState.OFFLINE else [],
        badge=callbacks.badge(s, me.id, now) if whole else NO_CALLBACKS,
        callbacks=callbacks.for_user(s, me.id, limit=20) if whole else [],
        call=_call(s, me, row, now, language, whole=whole) if row.attempt_id else None,
        dispositions=[d for d in known.values() if d.by == "operator"],
        labels=known,
        results=_results(s, me.id) if whole and not is_closer else [],
        waiting=closing.waiting(s, me.id) if is_closer else [],
        offered=closing.ringing_for(s, me.id) if is_closer else None,
        unsettled=closing.unsettled_for(s, me.id) if is_closer else None,
        ready_closers=_ready_closers(s, row.campaign_id),
        day=my_day.of(s, me.id, midnight, now) if whole else NO_DAY,
    )


def _session_and_call(s: Session, me: User) -> OperatorSession | None:
    """The session; what hangs on it is read with it, in one question instead of seven, and kept for ``s.get``."""
    row = s.execute(
        select(OperatorSession, Campaign, Project, Attempt, Contact, ZoneSet, ScriptRun, GateAsk)
        .outerjoin(Campaign, Campaign.id == OperatorSession.campaign_id)
        .outerjoin(Project, Project.id == Campaign.project_id)
        .outerjoin(Attempt, Attempt.id == OperatorSession.attempt_id)
        .outerjoin(Contact, Contact.id == Attempt.contact_id)
        .outerjoin(ZoneSet, ZoneSet.id == Contact.zone_set_id)
        .outerjoin(ScriptRun, ScriptRun.attempt_id == Attempt.id)
        .outerjoin(GateAsk, GateAsk.attempt_id == Attempt.id)
        .where(OperatorSession.user_id == me.id)
    ).one_or_none()
    return row[0] if row else None


def _nobody(s: Session, me: User, now: datetime) -> OperatorSession:
    """What somebody who has never worked here looks like; not stored."""
    line = s.scalar(select(CampaignMember.line).where(CampaignMember.user_id == me.id).limit(1)) or 1
    return OperatorSession(
        user_id=me.id, state=OperatorState.OFFLINE, since_at=now, line=line, reason="", pause_after="",
        leg="", leg_up=False, room="", muted=False, version=0,
    )  # fmt: skip


def _call(s: Session, me: User, row: OperatorSession, now: datetime, language: str, *, whole: bool) -> Call | None:
    attempt = s.get(Attempt, row.attempt_id)
    if attempt is None:
        return None
    contact = s.get_one(Contact, attempt.contact_id)
    there = local_time.at_callee(s.get_one(ZoneSet, contact.zone_set_id).names, now)
    handoff = handoffs.of_attempt(s, attempt.id)
    closer = s.get(User, handoff.closer_id) if handoff and handoff.closer_id else None
    lead = s.get(Lead, handoff.lead_id) if handoff else None
    gated = gate.look(s, attempt, now)
    run = script_run.view(s, attempt.id, attempt.operator_id or me.id, now)
    words = drafts.words_of(s, attempt.id, me.id)
    other = attempt.operator_id != me.id
    return Call(
        attempt=attempt,
        card=card(s, contact.id, now, attempt.id) if whole else None,
        there=there,
        run=run,
        bant=run.step.bant if run else leads.bant_points(lead.bant if lead else ""),
        handoff=handoff,
        gate=gated,
        closer=closer.name if closer else "",
        words=words,
        promised_at=script_run.promised_time(s, attempt.id),
        quick_times=local_time.quick_times("|".join(there.zones), now),
        answers=script_run.spoken_answers(s, attempt.id, language),
        operator_note=drafts.words_of(s, attempt.id, attempt.operator_id or 0)["note"] if other else words["note"],
        **_meeting(s, attempt, now, may=gated.open and row.line != CLOSER_LINE),
    )


def _meeting(s: Session, attempt: Attempt, now: datetime, *, may: bool) -> dict[str, Any]:
    """The appointment of this contact; free times only while there is none, since they cost a look at every closer."""
    held = booking.held_by(s, attempt.id)
    if held is not None and held.held_until and held.held_until <= now:
        held = None
    meeting = held or booking.ahead(s, attempt.contact_id)
    found = slots.free(s, s.get_one(Campaign, attempt.campaign_id), now, SLOTS) if may and meeting is None else []
    team = callbacks.team_of(s, attempt.operator_id or 0, attempt.campaign_id)
    return {"meeting": meeting, "slots": found, "team": team}


def _results(s: Session, user_id: int) -> list[Result]:
    found = []
    for handoff, lead in handoffs.unseen_results(s, user_id):
        contact = s.get_one(Contact, lead.contact_id)
        closer = s.get(User, handoff.closer_id) if handoff.closer_id else None
        found.append(Result(handoff, contact.company, contact.name, closer.name if closer else ""))
    return found


def _ready_closers(s: Session, campaign_id: int | None) -> int:
    ready = select(OperatorSession.user_id).where(
        OperatorSession.campaign_id == campaign_id,
        OperatorSession.line == CLOSER_LINE,
        OperatorSession.state == OperatorState.READY,
    )
    return len(s.scalars(ready).all()) if campaign_id else 0
