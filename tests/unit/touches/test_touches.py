"""A cadence from the first call on: letters by a real SMTP server, a call in another part of the day, every stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer import profiles
from dialer.desk import wrap_up
from dialer.errors import BadInput
from dialer.mail import sending
from dialer.rules.words import ContactState
from dialer.settings import Mail
from dialer.store import Database
from dialer.store.contacts import Contact, Suppression
from dialer.store.mail import Letter
from dialer.store.projects import Campaign, Project
from dialer.store.touches import MailTemplate, TouchPlace
from dialer.touches import cadence, due, places, ready, replies, texts
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor
from tests.support.mailbox import Mailbox, mailbox
from tests.unit.leads.answering import answer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL, SECRET = "https://warm.example", "k" * 64
TO = "ivanov@romashka.example"
YAML = """
steps:
  - {after: 1h, email: first}
  - {after: 2d, call: another part of the day}
  - {after: 3d, email: second}
stop: [reply, refusal, goal]
"""
BODY = """Hello {{ contact.person or "there" }},

{% if stock == 1 %}You keep stock in Excel.{% endif %}
{{ project.client }} starts at {{ project.from_price | money }}.
To hear no more of us: {{ unsubscribe }}"""


@pytest.fixture
def shop(db: Database) -> Floor:
    built = floor.build(db, NOON, language="en")
    with db.write() as s:
        floor.talk(s, built, NOON)
        s.get_one(Campaign, built.campaign).cadence = YAML
        texts.save(s, built.project, "first", "{{ project.client }}: as promised", BODY, NOON)
        texts.save(s, built.project, "second", "Once more", "Hello {{ contact.person }}", NOON)
        answer(s, built, stock=1)
    return built


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


def dispose(db: Database, shop: Floor, code: str, at=NOON, call: str = CALL) -> None:
    with db.write() as s:
        if call != CALL:
            floor.talk(s, shop, at, call)
        floor.hang_up(s, shop, at, call)
        wrap_up.save(s, call, shop.operator, code, at)


def place(db: Database, shop: Floor) -> TouchPlace | None:
    with db.read() as s:
        return s.get(TouchPlace, shop.contact)


def letters_of(db: Database) -> list[Letter]:
    with db.read() as s:
        return list(s.scalars(select(Letter).order_by(Letter.id)))


def test_a_letter_a_call_in_another_part_of_the_day_and_a_letter(db: Database, shop: Floor, box: Mailbox) -> None:
    dispose(db, shop, "info_sent")
    assert due.look(db, URL, SECRET, NOON) == 0
    assert due.look(db, URL, SECRET, NOON + HOUR) == 1
    sending.send_due(db, Mail(port=box.port), NOON + HOUR)
    [letter] = box.letters
    text = letter.get_content()
    assert letter["Subject"] == "Вектор: as promised"
    assert "Hello Пётр Иванов," in text and "You keep stock in Excel." in text
    assert letter["List-Unsubscribe"].strip(" <>") in text
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    at = NOON + HOUR + 2 * DAY
    assert due.look(db, URL, SECRET, at) == 1
    with db.read() as s:
        contact = s.get_one(Contact, shop.contact)
        assert contact.state is ContactState.WAITING and contact.due_at is not None
        # The first call was at 13:00 in Samara; the next one is in another part of that day, or of a later one.
        assert not 12 <= contact.due_at.astimezone(places_zone()).hour < 15
        called = contact.due_at
    dispose(db, shop, "no_need", called, "asecond00000000000000000000")
    with db.write() as s:
        s.get_one(Contact, shop.contact).state = ContactState.CLOSED  # the retry plan is through with it
        places.after_call(s, s.get_one(Contact, shop.contact), _disposition("no_need"), called)
    assert due.look(db, URL, SECRET, called + 3 * DAY) == 1
    ended = place(db, shop)
    assert ended is not None and ended.stop_reason == "done" and len(letters_of(db)) == 2


def places_zone():
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Samara")


def _disposition(code: str):
    from dialer import profiles

    return profiles.dispositions()[code]


@pytest.mark.parametrize(("code", "reason"), [("refused_hard", "refusal"), ("lead_hot", "goal"), ("dnc", "refusal")])
def test_refusal_and_goal_end_it(db: Database, shop: Floor, code: str, reason: str) -> None:
    dispose(db, shop, code)
    ended = place(db, shop)
    assert ended is not None and ended.stop_reason == reason
    assert due.look(db, URL, SECRET, NOON + 30 * DAY) == 0 and letters_of(db) == []


def test_a_reply_ends_it_and_takes_the_planned_call_back(db: Database, shop: Floor) -> None:
    dispose(db, shop, "info_sent")
    due.look(db, URL, SECRET, NOON + HOUR)
    due.look(db, URL, SECRET, NOON + HOUR + 2 * DAY)
    letter = letters_of(db)[0]
    raw = f"From: {TO}\r\nTo: x@y.example\r\nIn-Reply-To: <{letter.message_id}@warm.example>\r\n\r\nYes\r\n".encode()
    with db.write() as s:
        assert replies.receive(s, raw, NOON + 3 * DAY) == shop.contact
    with db.read() as s:
        assert s.get_one(TouchPlace, shop.contact).stop_reason == "reply"
        assert s.get_one(Contact, shop.contact).state is ContactState.CLOSED


@pytest.mark.parametrize("head", ["Auto-Submitted: auto-replied", "Content-Type: multipart/report; boundary=x"])
def test_a_machine_that_answers_ends_nothing(db: Database, shop: Floor, head: str) -> None:
    dispose(db, shop, "info_sent")
    due.look(db, URL, SECRET, NOON + HOUR)
    letter = letters_of(db)[0]
    with db.write() as s:
        raw = f"In-Reply-To: <{letter.message_id}@warm.example>\r\n{head}\r\n\r\nI am away\r\n".encode()
        assert replies.receive(s, raw, NOON) is None
        assert replies.receive(s, b"In-Reply-To: <mwhatever@elsewhere>\r\n\r\nhi", NOON) is None
        assert replies.receive(s, b"\xff\xfe\x00 no letter at all", NOON) is None
    standing = place(db, shop)
    assert standing is not None and standing.stopped_at is None


def test_who_unsubscribed_gets_nothing_more_not_even_what_waits(db: Database, shop: Floor, box: Mailbox) -> None:
    dispose(db, shop, "info_sent")
    due.look(db, URL, SECRET, NOON + HOUR)
    with db.write() as s:
        token = letters_of(db)[0].unsubscribe.rpartition("/")[2]
        assert replies.contact_of(SECRET, token) == shop.contact
        replies.unsubscribe(s, shop.contact, NOON + HOUR, calls_too=True)
    assert sending.send_due(db, Mail(port=box.port), NOON + 2 * HOUR) == 0 and box.letters == []
    with db.read() as s:
        assert s.get_one(TouchPlace, shop.contact).stop_reason == "unsubscribed"
        assert s.scalars(select(Suppression.number)).one() == "+79161234501"


@pytest.mark.parametrize("token", ["", "1-", "1-0000", "x-y", "9" * 40 + "-a", "1-ы"])
def test_a_way_out_cannot_be_made_up(token: str) -> None:
    assert replies.contact_of(SECRET, token) is None


def test_a_contact_without_an_address_is_called_all_the_same(db: Database, shop: Floor) -> None:
    with db.write() as s:
        s.get_one(Contact, shop.contact).email = ""
    dispose(db, shop, "info_sent")
    due.look(db, URL, SECRET, NOON + HOUR)
    due.look(db, URL, SECRET, NOON + HOUR + 2 * DAY)
    with db.read() as s:
        assert s.get_one(Contact, shop.contact).state is ContactState.WAITING
    assert letters_of(db) == []


def test_hostile_columns_stay_words(db: Database, shop: Floor, box: Mailbox) -> None:
    with db.write() as s:
        s.get_one(Contact, shop.contact).name = '{{ 7*7 }}<b>"\r\nBcc: x@y.example'
    dispose(db, shop, "info_sent")
    due.look(db, URL, SECRET, NOON + HOUR)
    sending.send_due(db, Mail(port=box.port), NOON + HOUR)
    assert '{{ 7*7 }}<b>"' in box.letters[0].get_content() and box.letters[0]["Bcc"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps: 5", "A cadence has steps"),
        ("steps: [", "not YAML"),
        ("steps: [{after: 2d}]", "Step 1"),
        ("steps: [{after: soon, call: any time}]", "after is written"),
        ("steps: [{after: 2d, call: at night}]", "call is one of"),
        ("steps: [{after: 2d, email: ''}]", "template"),
        ("steps: [{after: 2d, email: a, call: any time}]", "Step 1"),
        ("steps: [{after: 900d, call: any time}]", "at most a year"),
        ("steps: []\nstop: [boredom]", "stops at"),
        ("steps: []\nsql: x", "A cadence has steps"),
    ],
)
def test_a_cadence_that_makes_no_sense_names_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        cadence.read(text)


@pytest.mark.parametrize("name", profiles.cadences())
@pytest.mark.parametrize("country", ["RU", "GB"])
def test_every_ready_made_cadence_can_be_put_into_a_campaign_and_its_letters_written(
    db: Database, shop: Floor, name: str, country: str
) -> None:
    with db.write() as s:
        s.get_one(Project, shop.project).country = country
        ready.put(s, campaign := s.get_one(Campaign, shop.campaign), name, NOON)
        read = cadence.read(campaign.cadence)
        assert len(read.steps) >= 3 and read.stop == {"reply", "refusal", "goal"}
        written = {row.name: row for row in s.scalars(select(MailTemplate))}
        named = {step.email for step in read.steps if step.email}
        assert named and named <= set(written)
        for one in named:
            subject, body = texts.compose(s, written[one], s.get_one(Contact, shop.contact), URL, NOON)
            assert "{" not in subject + body and "Пётр Иванов" in body
        assert ready.which(campaign.project, campaign.cadence) == name
        ready.put(s, campaign, "", NOON)
        assert campaign.cadence == ""


def test_a_letter_that_is_there_already_stays_in_its_own_words(db: Database, shop: Floor) -> None:
    with db.write() as s:
        texts.save(s, shop.project, "Как договорились", "Ours", "Our own words", NOON)
        ready.put(s, s.get_one(Campaign, shop.campaign), "lead_generation", NOON)
        row = s.scalars(select(MailTemplate).where(MailTemplate.name == "Как договорились")).one()
        assert (row.subject, row.body) == ("Ours", "Our own words")
    with pytest.raises(BadInput, match="no ready-made cadence named x"), db.write() as s:
        ready.put(s, s.get_one(Campaign, shop.campaign), "x", NOON)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hello\n{{ price }}", "Line 2: there is no answer named price; expected one of"),
        ("Hello {{ project.prize }}", "Line 1: there is no fact of the project named prize; expected one of"),
        ("Hello\n\n{{ stock | shout }}", "Line 3 cannot be read: .*expected one of"),
    ],
)
def test_a_letter_is_refused_with_the_line_and_what_was_expected(
    db: Database, shop: Floor, body: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said), db.write() as s:
        texts.save(s, shop.project, "bad", "x", body, NOON)


def test_a_template_that_cannot_be_rendered_is_refused_with_its_line(db: Database, shop: Floor) -> None:
    with pytest.raises(BadInput, match="Line 2"), db.write() as s:
        texts.save(s, shop.project, "bad", "x", "Hello\n{% for a in b %}{% endfor %}", NOON)
