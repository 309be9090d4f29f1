"""A second line with something in every part of its pages: waiting, late, judged, at the gate, won, lost, for later."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dialer.desk import closing, handoffs
from dialer.leads import funnel, gate, later
from dialer.rules.words import AttemptState, ContactState, Mode, Outcome, Stage
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.leads import HandoffPacket
from dialer.store.projects import Project
from dialer.store.scripts import Answer
from tests.support.floor import Floor

FIRMS = (
    ("ООО «Ромашка»", "Пётр Иванов"),
    ("АО «Северный склад»", "Мария Кузнецова"),
    ("Brightwell Storage Ltd", "Tom Ashby"),
    ("ИП Сидоров", ""),
    ("Торговый дом «Волга-Днепр Логистика Плюс»", "Александра Константинопольская"),
    ("ООО «Лён»", "Игорь"),
    ("", "Анна Смирнова"),
    ("Kontor 12", "Jana Weiss"),
    ("ООО «Гвоздь»", "Фёдор"),
    ("ЗАО «Маяк»", "Ирина Орлова"),
)


def fill(db: Database, shop: Floor, now: datetime) -> None:
    """Ten firms at different places."""
    with db.write() as s:
        s.get_one(Project, shop.project).qualification = "open"
        zone = s.get_one(Contact, shop.contact).zone_set_id
        calls = [_call(s, shop, zone, i, now) for i in range(len(FIRMS))]
        listed = [handoffs.enlist(s, call, "hot" if i % 2 else "warm", now) for i, call in enumerate(calls[:6])]
        s.get_one(HandoffPacket, listed[1].id).due_at = now - timedelta(minutes=3)
        s.get_one(HandoffPacket, listed[1].id).escalated_at = now
        for handoff in listed[2:5]:
            closing.take(s, handoff.id, shop.closer, now)
        closing.accept(s, listed[3].id, shop.closer, now)
        closing.reject(s, listed[4].id, shop.closer, "Говорили с секретарём", now, "no_authority")
        gate.ask(s, calls[6], shop.operator, now, hot=True)
        funnel.advance(s, calls[3].contact_id, Stage.PROPOSAL, "sent", now)
        funnel.advance(s, calls[7].contact_id, Stage.HANDED_OFF, "handoff", now)
        funnel.by_hand(s, calls[7].contact_id, Stage.WON, shop.closer, now, amount=1_250_000)
        funnel.by_hand(s, calls[8].contact_id, Stage.LOST, shop.closer, now, reason="Купили у соседей")
        funnel.by_hand(
            s, calls[9].contact_id, Stage.LATER_POOL, shop.closer, now, reason="После ремонта",
            ready_at=now + timedelta(days=60),
        )  # fmt: skip
        later.put(s, calls[5].contact_id, shop.project, "no_need", now + timedelta(days=90), now)


def _call(s: Session, shop: Floor, zone: int, i: int, now: datetime) -> Attempt:
    company, name = FIRMS[i]
    contact = Contact(
        campaign_id=shop.campaign, state=ContactState.CLOSED, zone_set_id=zone, name=name, company=company,
        created_at=now, owner_id=shop.operator, fields={"city": "Самара"},
    )  # fmt: skip
    contact.numbers.append(ContactNumber(campaign_id=shop.campaign, number=f"+7916555{i:04}"))
    s.add(contact)
    s.flush()
    attempt = Attempt(
        id=f"abusy{i:020}", campaign_id=shop.campaign, contact_id=contact.id, number_id=contact.numbers[0].id,
        to_number=f"+7916555{i:04}", provider="pretend", mode=Mode.PROGRESSIVE, state=AttemptState.CLOSED,
        outcome=Outcome.ANSWERED, operator_id=shop.operator, script_version_id=shop.version, disposition="lead_hot",
        placed_at=now, connected_at=now, ended_at=now,
    )  # fmt: skip
    s.add(attempt)
    s.flush()
    for field, value in (("stock", 1 + i % 3), ("role", 1 + i % 2), ("budget", 400_000))[: 1 + i % 3]:
        s.add(Answer(contact_id=contact.id, field=field, value={"value": value}, version_id=shop.version, at=now))
    funnel.advance(s, contact.id, Stage.CONTACTED, "lead_hot", now, shop.operator)
    return attempt
