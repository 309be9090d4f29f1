"""What was published and what was logged cannot be changed, whoever asks the database; an erasure still works."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from dialer import clock
from dialer.compliance import person
from dialer.desk import script_run
from dialer.rules.words import AttemptState, ContactState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.people import User
from dialer.store.scripts import Answer, ScriptRun, ScriptStep, ScriptVersion
from dialer.store.unchanged import STEP_CHANGED, VERSION_CHANGED, VERSION_GONE
from tests.support import floor
from tests.support.floor import CALL, Floor

FIVE_YEARS = timedelta(days=5 * 365 + 3)


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def shop(db: Database, now: datetime) -> Floor:
    """A call that has gone two steps along its script and answered one question."""
    built = floor.build(db, now)
    with db.write() as s:
        floor.talk(s, built, now)
    revision = 0
    for code in ("dm", "yes"):
        with db.write() as s:
            run = script_run.ensure(s, CALL, built.operator, now)
            assert run is not None
            revision = script_run.choose(s, CALL, built.operator, run.revision, code, now).revision
    with db.write() as s:
        script_run.answer(s, CALL, built.operator, revision, {"stock": "1"}, now)
    return built


def steps(db: Database) -> int:
    with db.read() as s:
        return s.scalar(select(func.count()).select_from(ScriptStep)) or 0


@pytest.mark.parametrize(
    "changed",
    [{"text": "x"}, {"hash": "0" * 64}, {"number": 9}, {"note": "x"}, {"published_at": clock.now()}, {"restores": 1}],
)
def test_a_published_version_cannot_be_changed(db: Database, shop: Floor, changed: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=VERSION_CHANGED), db.write() as s:
        s.execute(update(ScriptVersion).values(**changed))
    with db.read() as s:
        assert s.get_one(ScriptVersion, shop.version).text == floor.SCRIPT


def test_the_publisher_s_name_goes_with_the_account_and_no_other_comes_in_its_place(
    db: Database, shop: Floor, now: datetime
) -> None:
    with db.write() as s:
        writer = User(login="w", name="W", password_hash="x", created_at=now)
        s.add(writer)
        s.flush()
        made = floor.publish(s, floor.SCRIPT + "# 2\n", now)
        made.published_by = writer.id
        with pytest.raises(IntegrityError, match=VERSION_CHANGED), s.begin_nested():
            s.flush()
    with db.write() as s:
        script = s.scalars(select(ScriptVersion)).first()
        assert script is not None
        s.add(
            ScriptVersion(
                script_id=script.script_id,
                number=7,
                hash="7" * 64,
                text="7",
                published_by=shop.closer,
                published_at=now,
            )
        )
    with db.write() as s:
        s.execute(delete(User).where(User.id == shop.closer))
    with db.read() as s:
        assert s.scalars(select(ScriptVersion).where(ScriptVersion.number == 7)).one().published_by is None


def test_a_version_is_kept_for_five_years_and_may_go_then(db: Database, shop: Floor, now: datetime) -> None:
    with db.write() as s:
        script_id = s.get_one(ScriptVersion, shop.version).script_id
        for number, age in ((2, FIVE_YEARS), (3, FIVE_YEARS - timedelta(days=10))):
            at = now - age
            row = ScriptVersion(script_id=script_id, number=number, hash="0" * 64, text="old", published_at=at)
            s.add(row)
    with db.write() as s:
        s.execute(delete(ScriptVersion).where(ScriptVersion.number == 2))
    with pytest.raises(IntegrityError, match=VERSION_GONE), db.write() as s:
        s.execute(delete(ScriptVersion).where(ScriptVersion.number == 3))


def test_the_step_log_is_only_added_to(db: Database, shop: Floor) -> None:
    before = steps(db)
    assert before > 3
    with pytest.raises(IntegrityError, match=STEP_CHANGED), db.write() as s:
        s.execute(update(ScriptStep).values(entry={}))
    with pytest.raises(IntegrityError, match=STEP_CHANGED), db.write() as s:
        s.execute(delete(ScriptStep).where(ScriptStep.seq == 1))
    assert steps(db) == before


def test_no_table_is_emptied_at_once(db: Database, shop: Floor) -> None:
    for table, told in (("script_step", STEP_CHANGED), ("script_version CASCADE", VERSION_GONE)):
        statement = f"DELETE FROM {table.split()[0]}" if db.sqlite else f"TRUNCATE {table}"
        with pytest.raises(IntegrityError, match=f"{told}|{STEP_CHANGED}"), db.write() as s:
            s.execute(text(statement))


def test_an_erased_person_s_steps_go_all_the_same(
    db: Database, shop: Floor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIALER_NUMBER_KEY", "k" * 40)
    with db.write() as s:
        s.get_one(Attempt, CALL).state = AttemptState.CLOSED
        s.get_one(Contact, shop.contact).state = ContactState.CLOSED
    with db.write() as s:
        person.erase(s, person.of_contacts(s, [shop.contact]), now)
    with db.read() as s:
        assert s.scalars(select(ScriptStep)).all() == [] == s.scalars(select(ScriptRun)).all()
        assert s.scalars(select(Answer)).all() == [] and s.get_one(Attempt, CALL).to_number.startswith("#")
        assert s.get_one(ScriptVersion, shop.version).text == floor.SCRIPT


def test_steps_go_with_their_attempt(db: Database, shop: Floor) -> None:
    with db.write() as s:
        s.execute(delete(ScriptRun))
        s.execute(delete(Attempt).where(Attempt.id == CALL))
    assert steps(db) == 0
