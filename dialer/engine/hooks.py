"""What the PBX's dialplan may ask: the answers behind FastAGI's commands, called from its threads.

Questions about calls go through the engine's own thread; look-ups only read; an opt-out is written at once. Only
opaque ids travel back (P7). A check that cannot be made counts as "must not be dialled" (P2).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dialer import profiles
from dialer.compliance import opt_out, suppression
from dialer.engine.core import Engine
from dialer.providers.base import Plan
from dialer.rules.words import Amd, AttemptState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import Handoff, Listening, OperatorSession

log = logging.getLogger(__name__)
OVER = (AttemptState.ENDED, AttemptState.CLOSED)


@dataclass(frozen=True, slots=True)
class Known:
    """Who has a number, in opaque ids: no name or field of a contact ever reaches the PBX (P7)."""

    contact: str
    campaign: str = ""
    owner: str = ""


class EngineHooks:
    """See ``agi.hooks.Hooks``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.db = engine.db

    def answered(self, leg: str, heard: Amd) -> Plan:
        """What an answered customer leg does now."""
        return self.engine.answer(leg, heard)

    def inbound(self, leg: str, caller: str, called: str) -> Plan:
        """What a person who rings one of our numbers hears."""
        return self.engine.inbound(leg, caller, called)

    def operator(self, leg: str) -> str | None:
        """The room of an operator's, closer's or supervisor's leg; None if it is not expected."""
        with self.db.read() as s:
            row = s.scalars(select(OperatorSession.room).where(OperatorSession.leg == leg)).first()
            if row:
                return row
            heard = select(Attempt.room).join(Listening, Listening.attempt_id == Attempt.id).where(Listening.leg == leg)
            if room := s.scalars(heard).first():
                return room
            query = select(Attempt.room).join(Handoff, Handoff.attempt_id == Attempt.id).where(Handoff.leg == leg)
            return s.scalars(query).first() or None

    def lookup(self, number: str) -> Known | None:
        """The contact last called under ``number``; None if there is none."""
        with self.db.read() as s:
            query = (
                select(Contact)
                .join(ContactNumber, ContactNumber.contact_id == Contact.id)
                .where(ContactNumber.number == number)
                .order_by(Contact.disposed_at.desc().nulls_last(), Contact.id)
            )
            contact = s.scalars(query).first()
        if contact is None:
            return None
        return Known(str(contact.id), str(contact.campaign_id), str(contact.owner_id or ""))

    def suppressed(self, number: str) -> bool:
        """Whether ``number`` must not be dialled in any project; True if that cannot be told."""
        try:
            with self.db.read() as s:
                return suppression.check(s, number) is not None
        except SQLAlchemyError:
            log.exception("suppression could not be checked")
            return True

    def opt_out(self, number: str, leg: str) -> None:
        """The person asked not to be called again: everywhere, from this moment; no ``number``: the leg's callee.

        Raises LookupError if the leg is no call of ours.
        """
        with self.db.write() as s:
            opt_out.note(s, number or opt_out.callee(s, leg), self.engine.clock())
        self.engine.wake()

    def outcome(self, leg: str, disposition: str) -> bool:
        """Note what the PBX's own dialplan found out about a call; the contact follows it when the call ends.

        False for a code that is no disposition, and for a call that is unknown, over, judged, or an operator's.
        """
        if disposition not in profiles.dispositions():
            return False
        with self.db.write() as s:
            attempt = s.get(Attempt, leg, with_for_update=True)
            if attempt is None or attempt.state in OVER or attempt.disposition or attempt.operator_id:
                return False
            attempt.disposition = disposition
        return True
