"""News of a call becomes our events. The same news twice, or late, becomes nothing.

News comes in three ways (webhook, answer to a request, poll), in any order: a call's stage only ever rises, and a
conference's webhooks are taken by their SequenceNumber. Pure but for the legs it changes; its owner locks.
"""

from __future__ import annotations

from datetime import datetime

from dialer.providers.base import Accepted, Answered, Event, HungUp, Joined, Left, MachineDetected, Ringing
from dialer.providers.twilio.legs import ANSWERED, OVER, RINGING, Leg, Legs
from dialer.providers.twilio.outcomes import GREETED, HEARD, STAGE, outcome_of
from dialer.rules.words import Amd

MACHINES = (Amd.MACHINE, Amd.FAX)


def accepted(leg: Leg, at: datetime) -> list[Event]:
    """Twilio has the call: told once."""
    leg.unsure = False
    if leg.accepted:
        return []
    leg.accepted = True
    return [Accepted(leg.id, at, leg.sid)]


def status(legs: Legs, leg: Leg, word: str, sip: int, at: datetime) -> list[Event]:
    """The call's status is ``word`` (``sip`` 0: not told). Unknown words say nothing."""
    stage = STAGE.get(word, 0)
    events = accepted(leg, at)
    if stage <= leg.stage:
        return events
    if stage == RINGING:
        leg.rang = True
        events.append(Ringing(leg.id, at))
    elif stage == ANSWERED:
        events.append(Answered(leg.id, at))
    else:
        events += left(leg, at)
        events.append(_hung_up(leg, word, sip, at))
        legs.end(leg)
    leg.stage = stage
    return events


def _hung_up(leg: Leg, word: str, sip: int, at: datetime) -> HungUp:
    outcome = outcome_of(
        word,
        sip,
        answered=leg.stage >= ANSWERED,
        rang=leg.rang,
        heard=leg.heard,
        cancelled=leg.cancelled,
        given_up=leg.given_up,
    )
    return HungUp(leg.id, at, outcome, word, sip)


def room(leg: Leg, name: str, conference: str, seq: int, event: str, at: datetime) -> list[Event]:
    """A conference told something about this leg."""
    if seq <= leg.seen.get(conference, 0) or leg.stage >= OVER:
        return []
    leg.seen[conference] = seq
    if event == "participant-join" or (event == "participant-unhold" and leg.held):
        leg.held = False
        return joined(leg, name, at)
    if event == "participant-hold":
        leg.held = True
        return left(leg, at)
    return left(leg, at) if event == "participant-leave" and leg.room == name else []


def joined(leg: Leg, name: str, at: datetime) -> list[Event]:
    """The leg is in the room: that also says that it was answered."""
    events: list[Event] = accepted(leg, at)
    if leg.stage < ANSWERED:
        leg.stage = ANSWERED
        events.append(Answered(leg.id, at))
    if leg.room == name:
        return events
    events += left(leg, at)
    leg.room = leg.wanted = name
    return [*events, Joined(leg.id, at, name)]


def bridged(leg: Leg, room: str, child: str, up: bool, at: datetime) -> list[Event]:
    """The call ``child`` brought this leg into a room at the PBX, or ended; one that was replaced says nothing."""
    if leg.stage >= OVER:
        return []
    if up and leg.wanted in ("", room):
        leg.child = child
        return joined(leg, room, at)
    return left(leg, at) if child == leg.child and not up else []


def left(leg: Leg, at: datetime) -> list[Event]:
    """The leg is in no room (any more)."""
    if not leg.room:
        return []
    name, leg.room = leg.room, ""
    return [Left(leg.id, at, name)]


def machine(leg: Leg, answered_by: str, at: datetime) -> list[Event]:
    """What the detection heard, some seconds after the answer."""
    leg.heard, leg.greeted = HEARD.get(answered_by, Amd.UNSURE), answered_by in GREETED
    return [MachineDetected(leg.id, at, leg.heard)] if leg.heard in MACHINES else []
