"""The later pool: sifted by what was answered, counted, drawn with its past; the filter is no program."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import card
from dialer.errors import BadInput, Refusal
from dialer.leads import drawing, funnel, later
from dialer.rules.words import ContactState, Mode, Stage
from dialer.store import Database
from dialer.store.contacts import Contact, Suppression
from dialer.store.desk import Note
from dialer.store.leads import LaterPlace
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import Answer
from tests.conftest import NOON
from tests.support.floor import Floor
from tests.unit.leads.answering import answer

SOON = NOON + timedelta(days=10)


@pytest.fixture
def autumn(db: Database, shop: Floor) -> int:
    """The contact waits in the pool, and there is a later campaign to draw it into."""
    with db.write() as s:
        answer(s, shop, stock=2, budget="dk", channels=[1, 97])
        s.add(Note(contact_id=shop.contact, user_id=shop.operator, at=NOON, text="ring after the audit"))
        later.put(s, shop.contact, shop.project, "no_need", SOON, NOON)
        campaign = Campaign(project_id=shop.project, name="Autumn", mode=Mode.PREVIEW, created_at=NOON)
        s.add(campaign)
        s.flush()
        return campaign.id


def passing(db: Database, shop: Floor, expression: str, **options: object) -> list[int]:
    with db.read() as s:
        project = s.get_one(Project, shop.project)
        found = drawing.pool(s, project, expression, NOON + timedelta(days=3), **options)  # type: ignore[arg-type]
        return [waiting.contact.id for waiting in found]


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("", True),
        ("stock == 2", True),
        ("stock == 1", False),
        ("stock in [1, 2] and bant.N >= 2", True),
        ("97 in channels", True),
        ("budget > 100", False),
        ("pain > 5", False),
        ("bant.B == none", True),
        ("reason == 'no_need' and days > 2", True),
        ("days > 3", False),
        ("contact.city == 'Самара'", True),
        ("contact.nothing == 'x'", False),
        ("temperature == 'cold'", True),
    ],
)
def test_the_filter_reads_what_was_answered(
    db: Database, shop: Floor, autumn: int, expression: str, passes: bool
) -> None:
    assert passing(db, shop, expression) == ([shop.contact] if passes else [])


@pytest.mark.parametrize(
    "expression",
    [
        "1; DROP TABLE contact",
        "' OR 1=1 --",
        "contact.__class__",
        "stock.__class__.__mro__",
        "''.join(['a'])",
        "range(9)",
        "9 ** 9 ** 9",
        "'a' * 1000000000",
        "cycler.__init__.__globals__",
        "nobody_asked_this == 1",
        "stock ==",
        "x" * 600,
        "(" * 50,
    ],
)
def test_a_filter_that_is_more_than_a_filter_is_refused(
    db: Database, shop: Floor, autumn: int, expression: str
) -> None:
    with pytest.raises(BadInput):
        passing(db, shop, expression)


def test_a_date_that_has_not_come_may_be_waited_for(db: Database, shop: Floor, autumn: int) -> None:
    assert passing(db, shop, "", ready_by=NOON) == []
    assert passing(db, shop, "", ready_by=SOON) == [shop.contact]


def draw(db: Database, shop: Floor, campaign: int) -> drawing.Drawn:
    with db.write() as s:
        project, target = s.get_one(Project, shop.project), s.get_one(Campaign, campaign)
        return drawing.draw(s, project, target, "stock == 2", shop.operator, NOON)


def test_who_is_drawn_brings_answers_and_past_along(db: Database, shop: Floor, autumn: int) -> None:
    assert draw(db, shop, autumn) == drawing.Drawn(1, 0, 0)
    with db.read() as s:
        made = s.scalars(select(Contact).where(Contact.origin_id == shop.contact)).one()
        assert (made.campaign_id, made.state, made.company) == (autumn, ContactState.READY, "ООО «Ромашка»")
        assert made.number_id in {n.id for n in made.numbers}
        answers = {a.field: a.value for a in s.scalars(select(Answer).where(Answer.contact_id == made.id))}
        assert answers["stock"] == {"value": 2} and len(answers) == 3
        assert [note.text for note in card.card(s, made.id, NOON).notes] == ["ring after the audit"]
        assert s.get_one(LaterPlace, shop.contact).drawn_id == made.id
        assert funnel.place(s, made.id) is Stage.CONTACTED
    assert passing(db, shop, "") == [] and draw(db, shop, autumn).drawn == 0


def test_nobody_is_drawn_twice_into_one_campaign_nor_against_their_will(db: Database, shop: Floor, autumn: int) -> None:
    with db.write() as s:
        later.put(s, shop.contact, shop.project, "no_need", SOON, NOON)
        s.add(Suppression(number="+79161234501", scope_id=0, added_at=NOON))
    assert draw(db, shop, autumn) == drawing.Drawn(0, 0, 1)
    with db.write() as s:
        s.delete(s.scalars(select(Suppression)).one())
    draw(db, shop, autumn)
    with db.write() as s:
        later.put(s, shop.contact, shop.project, "no_need", SOON, NOON)
    assert draw(db, shop, autumn) == drawing.Drawn(0, 1, 0)


def test_a_campaign_of_another_project_draws_nobody(db: Database, shop: Floor, autumn: int) -> None:
    with db.write() as s:
        other = Project(name="Other", client="Other", created_at=NOON)
        s.add(other)
        s.flush()
        with pytest.raises(Refusal, match="other_project"):
            drawing.draw(s, other, s.get_one(Campaign, autumn), "", shop.operator, NOON)
