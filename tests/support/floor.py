"""A sales floor for tests of the desk: a campaign with a script that has every kind of question, an operator, a closer.

States are put straight into the tables, as the engine would leave them; no network is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.people import accounts
from dialer.rules.words import (
    AttemptState,
    CampaignState,
    ContactState,
    Duty,
    Mode,
    OperatorState,
    Outcome,
)
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.desk import Note, OperatorSession
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.scripts import CallScript, ScriptVersion
from scripts import parser

PASSWORD = "long enough to pass"
CALL = "atalk00000000000000000000"
SCRIPT = """---
script: floor/stock
kind: lead
languages: [ru, en]
start: gate
needs: {contact: [person, city], project: [client, from_price]}
fields:
  stock: {type: single, label: Учёт сейчас / Accounting now, bant: N, dk: 98, options: {1: [Excel / Excel, 3], 2: [старая программа / legacy system, 2], 3: [всё устраивает / all fine, 0]}}
  channels: {type: multi, label: Каналы / Channels, options: {1: [опт / wholesale], 2: [розница / retail], 97: [другое / other, open]}}
  pain: {type: scale, label: Насколько мешает / How much it hurts, min: 0, max: 10, dk: 98}
  role: {type: single, label: Роль / Role, bant: A, options: {1: [решаю сам / I decide, 3], 2: [влияю / I influence, 2]}}
  budget: {type: money, label: Бюджет / Budget, currency: RUB, bant: B, points: [[300000, 3], [1, 1]], dk: 98}
  start_by: {type: date, label: Когда начать / When to start, bant: T, points_days: [[30, 3], [365, 1]], dk: 98}
  email: {type: email, label: Почта / E-mail}
  wish: {type: text, label: Пожелание / Wish}
  recall: {type: datetime, label: Когда перезвонить / When to call back, within_days: 30}
  agrees: {type: consent, label: Согласен на запись / Agrees to recording}
---
=== gate stage=reach
title> Секретарь / Gatekeeper
ru> Добрый день! {{ operator.name }}, «{{ project.client }}». Соедините с {{ contact.person or "начальником склада" }}.
en> Good {{ daypart }}! {{ operator.name }} of {{ project.client }}. May I speak to {{ contact.person or "the manager" }}?
note> Секретарю продукт не продаём / do not pitch to the gatekeeper
* [dm] Соединяю / Putting you through -> intro
* [away] Нет на месте / Not in -> recall
* [wrong] Такой не работает / No such person -> END:wrong_person
=== intro stage=contact @consent
title> Вступление / Introduction
ru!> Разговор записывается для контроля качества. Есть две минуты?
en!> This call is recorded for quality. Do you have two minutes?
? agrees
* [yes] Да / Yes -> state
* [busy] Некогда / No time -> recall
=== state stage=survey
title> Учёт / Stock
ru> Как сейчас ведёте учёт остатков?
en> How do you keep stock records today?
? stock!
? channels
? pain if stock in [1, 2]
-> plans
=== plans stage=survey
title> Планы / Plans
ru> К какому сроку, в каких деньгах, и кто решает?
en> By when, with what budget, and who decides?
? start_by
? budget
? role!
? wish
-> close
=== close stage=close @goal
title> Передача / Handover
ru> Передам вас специалисту прямо сейчас. На какую почту прислать расчёт?
en> I will connect you to our specialist now. Which e-mail may I use?
? email
* [warm] Готов говорить / Ready to talk -> END:lead_hot
* [info] Пришлите почтой / Send it by e-mail -> END:info_sent
=== recall stage=nurture
title> Перезвон / Callback
ru> Когда перезвонить?
en> When shall I call back?
? recall!
-> END:callback
=== o_price @objection
ru> Понимаю. От {{ project.from_price | money }}, аудит бесплатный.
en> I see. From {{ project.from_price | money }}, the audit is free.
title> Дорого / Too expensive
* [ok] Ладно / Fine, go on <-
* [no] Всё равно нет / Still no -> END:refused_soft
=== o_vendor @objection
ru> Отлично, тогда сравните цифры.
en> Great, compare the numbers then.
title> Уже есть поставщик / Has a vendor
* [ok] Хорошо / OK <-
=== o_stop @objection
ru!> Извините за беспокойство, больше не позвоним.
en!> Sorry to have troubled you, we will not call again.
title> Не звоните / Stop calling
-> END:dnc
"""  # noqa: E501 - a script has one line per sentence and per field


@dataclass(frozen=True)
class Floor:
    """Ids of what is there."""

    project: int
    campaign: int
    contact: int
    number: int
    operator: int
    closer: int
    version: int


def build(db: Database, now: datetime, language: str = "ru", company: str = "ООО «Ромашка»") -> Floor:
    """Put a floor into an empty database: people may log in as ``anna`` and ``igor`` with PASSWORD."""
    with db.write() as s:
        project = Project(
            name="Склады", client="Вектор", facts={"from_price": 300000}, qualification="open", created_at=now
        )
        s.add(project)
        s.flush()
        script = CallScript(project_id=project.id, name="Склад", draft=SCRIPT, updated_at=now)
        s.add(script)
        s.flush()
        version = ScriptVersion(
            script_id=script.id, number=1, hash=parser.parse_text(SCRIPT).version_hash, text=SCRIPT, published_at=now
        )
        s.add(version)
        s.flush()
        script.published_id = version.id
        campaign = Campaign(
            project_id=project.id, name="Волга, склады", state=CampaignState.RUNNING, mode=Mode.PROGRESSIVE,
            script_id=script.id, created_at=now,
        )  # fmt: skip
        zone = ZoneSet(names="Europe/Samara")
        s.add_all([campaign, zone])
        s.flush()
        operator = accounts.add(s, "anna", "Анна Белова", PASSWORD, [(Duty.OPERATOR, project.id)], now, language)
        closer = accounts.add(s, "igor", "Игорь Титов", PASSWORD, [(Duty.CLOSER, project.id)], now, language)
        s.add(CampaignMember(campaign_id=campaign.id, user_id=operator.id, line=1))
        s.add(CampaignMember(campaign_id=campaign.id, user_id=closer.id, line=2))
        contact = Contact(
            campaign_id=campaign.id, state=ContactState.CLAIMED, zone_set_id=zone.id, name="Пётр Иванов",
            company=company, email="ivanov@romashka.example", tries=2, created_at=now,
            fields={"city": "Самара", "Склад, м²": "1200"},
        )  # fmt: skip
        contact.numbers.append(ContactNumber(campaign_id=campaign.id, number="+79161234501"))
        s.add(contact)
        s.flush()
        return Floor(project.id, campaign.id, contact.id, contact.numbers[0].id, operator.id, closer.id, version.id)


def publish(s: Session, text: str, now: datetime) -> ScriptVersion:
    """Another text as the script's next version, which calls follow from now on."""
    script = s.scalars(select(CallScript)).one()
    number = (s.scalar(select(func.max(ScriptVersion.number))) or 0) + 1
    made = ScriptVersion(
        script_id=script.id, number=number, hash=parser.parse_text(text).version_hash, text=text, published_at=now
    )
    s.add(made)
    s.flush()
    script.published_id = made.id
    return made


def past(s: Session, floor: Floor, now: datetime) -> None:
    """An earlier attempt, and a note about it."""
    before = now - timedelta(days=3)
    s.add(
        Attempt(
            id="apast00000000000000000000", campaign_id=floor.campaign, contact_id=floor.contact,
            number_id=floor.number, to_number="+79161234501", provider="pretend", mode=Mode.PROGRESSIVE,
            state=AttemptState.CLOSED, outcome=Outcome.ANSWERED, disposition="contact_away",
            operator_id=floor.operator, placed_at=before, connected_at=before,
            ended_at=before + timedelta(seconds=41),
        )
    )  # fmt: skip
    s.flush()
    s.add(
        Note(
            contact_id=floor.contact, attempt_id="apast00000000000000000000", user_id=floor.operator, at=before,
            text="Секретарь просит звонить до обеда.",
        )
    )  # fmt: skip


def sit(
    s: Session, user_id: int, state: OperatorState, floor: Floor, now: datetime, **columns: object
) -> OperatorSession:
    """The session of a user in this state; made or changed."""
    row = s.get(OperatorSession, user_id) or OperatorSession(user_id=user_id)
    row.campaign_id, row.line = floor.campaign, 2 if user_id == floor.closer else 1
    row.state, row.since_at, row.leg_up = state, now, True
    for name, value in columns.items():
        setattr(row, name, value)
    s.add(row)
    s.flush()
    return row


def talk(s: Session, floor: Floor, now: datetime, attempt_id: str = CALL) -> Attempt:
    """The operator is in a call with the contact."""
    attempt = Attempt(
        id=attempt_id, campaign_id=floor.campaign, contact_id=floor.contact, number_id=floor.number,
        to_number="+79161234501", provider="pretend", mode=Mode.PROGRESSIVE, state=AttemptState.CONNECTED,
        operator_id=floor.operator, room="r1", placed_at=now - timedelta(seconds=20), sent_at=now,
        answered_at=now, connected_at=now,
    )  # fmt: skip
    s.add(attempt)
    s.flush()
    sit(s, floor.operator, OperatorState.TALKING, floor, now, attempt_id=attempt_id, leg="o1", room="r1")
    return attempt


def hang_up(s: Session, floor: Floor, now: datetime, attempt_id: str = CALL, wrap_up_s: int = 60) -> None:
    """The contact hangs up: the operator wraps up."""
    attempt = s.get_one(Attempt, attempt_id)
    attempt.state, attempt.ended_at, attempt.outcome = AttemptState.ENDED, now, Outcome.ANSWERED
    sit(
        s, floor.operator, OperatorState.WRAP_UP, floor, now, attempt_id=attempt_id,
        wrap_until_at=now + timedelta(seconds=wrap_up_s),
    )  # fmt: skip
