"""A person's data: all of it goes out, none of it stays, and the number is never dialled again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from dialer import clock, settings
from dialer.cli.consent import group as consent_group
from dialer.cli.person import group as person_group
from dialer.compliance import consents, gate, keyed, load_facts, person, rules_for, suppression
from dialer.compliance.kept import MustKeep
from dialer.compliance.person_tables import TABLES
from dialer.errors import BadInput
from dialer.rules.compliance import Refused
from dialer.rules.words import ContactState, RecordingState
from dialer.store import Base, Database
from dialer.store.calls import Attempt, Recording
from dialer.store.compliance import Consent, Forgotten
from dialer.store.contacts import Suppression
from dialer.store.desk import Callback, Note
from dialer.store.people import Audit
from dialer.store.projects import Campaign
from dialer.store.scripts import Answer
from tests.conftest import NOON
from tests.support.small_campaign import Desk, desk

ONE, TWO = "+79161234567", "+79161234568"
NOT_OF_A_PERSON = {"attempt", "lead", "handoff_packet"}
"""Reached another way (see ``person``), or pointing at a contact only as the place it was drawn from."""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_NUMBER_KEY", "k" * 40)
    settings.load.cache_clear()


def lived(db: Database) -> tuple[Desk, int]:
    """A contact with something of everything."""
    here = desk(db, rules={"profiles": ["none"]})
    contact = here.contact(ONE, TWO, name="Secret Name", company="Secret Ltd", email="s@x.ru", fields={"inn": "secret"})
    attempt = here.attempt(contact, ONE, NOON - timedelta(days=1), disposition="refused_soft")
    with db.write() as s:
        s.add(Note(contact_id=contact, at=NOON, text="secret note"))
        s.add(Callback(contact_id=contact, campaign_id=here.campaign_id, due_at=NOON, made_at=NOON, note="secret"))
        s.add(Answer(contact_id=contact, field="stock", value="secret", attempt_id=attempt, at=NOON))
        s.add(
            Recording(
                attempt_id=attempt, state=RecordingState.OK, path="2026-03-03/secret.mp3", expected_at=NOON, peaks=[1]
            )
        )
        consents.record(s, ONE, date(2026, 1, 1), "form 7", NOON)
    return here, contact


def test_every_table_about_contacts_and_attempts_is_thought_of() -> None:
    known = {kept.model.__tablename__ for kept in TABLES} | NOT_OF_A_PERSON
    about = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"contact_id", "attempt_id", "leg"} & {column.name for column in table.columns}
    }
    assert about <= known


def test_an_export_holds_everything(db: Database) -> None:
    lived(db)
    with db.read() as s:
        told = json.loads(json.dumps(person.export(s, person.find(s, TWO))))
    assert {"contact", "contact_number", "attempt", "note", "callback", "answer", "recording", "consent"} <= set(told)
    assert told["contact"][0]["fields"] == {"inn": "secret"}
    assert [row["number"] for row in told["contact_number"]] == [ONE, TWO]


def test_nothing_of_an_erased_person_is_left_in_any_table(db: Database) -> None:
    here, contact = lived(db)
    with db.write() as s:
        done = person.erase(s, person.find(s, ONE), NOON)
    assert done.recordings == ("2026-03-03/secret.mp3",)
    with db.read() as s:
        for table in Base.metadata.sorted_tables:
            rows = str(s.execute(text(f"SELECT * FROM {table.name}")).all())
            assert "ecret" not in rows and ONE[1:] not in rows and TWO[1:] not in rows, table.name
        attempt = s.scalars(select(Attempt)).one()
        assert attempt.to_number.startswith("#") and attempt.disposition == "refused_soft"
        assert s.scalars(select(Consent)).one().proof == "form 7"
    assert here.state(contact) is ContactState.SUPPRESSED


def test_an_erased_number_is_never_dialled_again(db: Database) -> None:
    here, _ = lived(db)
    with db.write() as s:
        suppression.add(s, TWO, NOON, reason="asked", scope_id=here.project_id)
        person.erase(s, person.find(s, ONE), NOON)
        assert s.scalars(select(Suppression)).all() == []
        assert {row.scope_id for row in s.scalars(select(Forgotten))} == {0, here.project_id}
    again = here.contact(ONE)
    with db.read() as s:
        campaign = s.get_one(Campaign, here.campaign_id)
        answer = gate(s, again, here.get(again).number_id or 0, rules_for(campaign, campaign.project), NOON)
        assert isinstance(answer, Refused) and answer.rule == "suppressed"
        assert answer.detail["entry"] == "#" + keyed.hashed(ONE)[:8]
        assert suppression.check(s, ONE) is not None and suppression.check(s, "+79990000000") is None


def test_a_changed_key_lets_nobody_through(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    here, _ = lived(db)
    with db.write() as s:
        person.erase(s, person.find(s, ONE), NOON)
    other = here.contact("+79990000000")
    for key in ("other" * 8, ""):
        monkeypatch.setenv("DIALER_NUMBER_KEY", key)
        settings.load.cache_clear()
        with db.read() as s:
            campaign = s.get_one(Campaign, here.campaign_id)
            rules = rules_for(campaign, campaign.project)
            (facts,) = load_facts(s, [(other, here.get(other).number_id or 0)], rules, NOON).values()
            answer = gate(s, other, here.get(other).number_id or 0, rules, NOON)
        assert isinstance(answer, Refused) and answer.detail == {"unchecked": True} and facts.suppressed
    with db.write() as s, pytest.raises(BadInput, match="DIALER_NUMBER_KEY"):
        person.erase(s, person.find(s, "+79990000000"), NOON)


def test_nobody_is_erased_in_the_middle_of_a_call(db: Database) -> None:
    here = desk(db)
    here.contact(ONE, state=ContactState.CLAIMED)
    with db.write() as s, pytest.raises(BadInput, match="when the call is over"):
        person.erase(s, person.find(s, ONE), NOON)


def test_a_project_erases_its_own_contacts_only(db: Database) -> None:
    spring, _ = lived(db)
    autumn = desk(db, "Autumn")
    theirs = autumn.contact(ONE, name="Known to the other client")
    with db.write() as s:
        person.erase(s, person.find(s, ONE, spring.project_id), NOON, spring.project_id)
    assert autumn.get(theirs).name == "Known to the other client"
    with db.read() as s:
        assert suppression.check(s, ONE, autumn.project_id) is None
        assert suppression.check(s, ONE, spring.project_id) is not None


def test_consent_by_record_column_and_withdrawal(db: Database) -> None:
    here = desk(db, rules={"profiles": ["none"], "consent": True})
    contact = here.contact(ONE, fields={"consent": "2026-02-01"})
    bare = here.contact(TWO, state=ContactState.HELD, held_by="consent")

    def verdict(who: int) -> str | None:
        with db.read() as s:
            campaign = s.get_one(Campaign, here.campaign_id)
            answer = gate(s, who, here.get(who).number_id or 0, rules_for(campaign, campaign.project), NOON)
        return answer.rule if isinstance(answer, Refused) else None

    assert verdict(contact) is None
    with db.write() as s:
        consents.record(s, TWO, date(2026, 3, 1), "recording a17", NOON, project_id=here.project_id)
        consents.record(s, ONE, date(2026, 3, 1), "form 8", NOON)
    assert here.state(bare) is ContactState.READY and verdict(bare) is None
    with db.write() as s:
        assert consents.withdraw(s, ONE, NOON) == 1
    assert verdict(contact) == "consent"  # the column no longer counts
    with db.write() as s:
        consents.record(s, ONE, date(2026, 3, 4), "form 9", NOON)
    assert verdict(contact) is None


@pytest.mark.parametrize(
    ("on", "proof", "words"), [("2026-03-05", "x", "a day to come"), ("2026-03-01", " ", "its proof")]
)
def test_a_consent_needs_a_proof_and_a_day_gone_by(db: Database, on: str, proof: str, words: str) -> None:
    with db.write() as s, pytest.raises(BadInput, match=words):
        consents.record(s, ONE, date.fromisoformat(on), proof, NOON)


def test_the_commands(db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lived(db)
    monkeypatch.setenv("DIALER_DATABASE_URL", db.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("DIALER_DATA", str(tmp_path))
    settings.load.cache_clear()
    sound = tmp_path / "recordings/2026-03-03/secret.mp3"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"x")

    def run(group: Any, *words: str) -> Any:
        done = CliRunner().invoke(group, words)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    assert run(consent_group, "show", ONE, "--json")[0]["proof"] == "form 7"
    given = run(consent_group, "record", ONE, "--on", "2026-02-02", "--proof", "form 9", "--json")
    assert given["given_on"] == "2026-02-02"
    assert run(consent_group, "withdraw", ONE, "--json") == {"number": ONE, "withdrawn": 2}
    assert "note" in run(person_group, "export", ONE)
    packed = tmp_path / "out.zip"
    assert (
        CliRunner().invoke(person_group, ["export", ONE, "--out", str(packed)]).exit_code == 0 and packed.stat().st_size
    )
    done = run(person_group, "erase", ONE, "--yes", "--json")
    assert done == {"contacts": 1, "attempts": 1, "numbers": 2, "recordings": 1} and not sound.exists()


def test_call_details_that_the_rules_keep_are_not_erased_but_on_purpose(db: Database) -> None:
    here, contact = lived(db)
    with db.write() as s:
        s.get_one(Campaign, here.campaign_id).rules = {"profiles": ["us_federal"], "prefixes": ["+7"]}
    kept = NOON - timedelta(days=1) + timedelta(days=1826)
    with (
        db.write() as s,
        pytest.raises(MustKeep, match=r"Spring calls \(us_federal\) keep") as refused,
    ):
        person.erase(s, person.find(s, ONE), kept - timedelta(seconds=1))
    assert refused.value.until == kept.date()
    assert here.get(contact).name == "Secret Name"
    with db.write() as s:
        person.erase(s, person.find(s, ONE), kept)
    assert here.get(contact).name == ""


def test_an_erasure_despite_the_rules_is_in_the_journal(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    here, contact = lived(lite)
    with lite.write() as s:
        s.get_one(Campaign, here.campaign_id).rules = {"profiles": ["none"], "keep_calls_d": 30}
        s.get_one(Attempt, s.scalars(select(Attempt.id)).one()).placed_at = clock.now()
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    settings.load.cache_clear()
    run = CliRunner().invoke
    with pytest.raises(BadInput, match="keep its call details"):
        run(person_group, ["erase", ONE, "--yes"], catch_exceptions=False)
    assert run(person_group, ["erase", ONE, "--yes", "--despite-rules"], catch_exceptions=False).exit_code == 0
    with lite.read() as s:
        (line,) = s.scalars(select(Audit).where(Audit.action == "person.erase"))
        assert line.detail["despite_rules"] is True
    assert here.get(contact).name == ""


def test_rules_that_cannot_be_read_erase_nothing(lite: Database) -> None:
    here, contact = lived(lite)
    with lite.write() as s:
        s.get_one(Campaign, here.campaign_id).rules = {"profiles": ["mars"]}
    with lite.write() as s, pytest.raises(BadInput, match="no profile named mars"):
        person.erase(s, person.find(s, ONE), NOON)
    assert here.get(contact).name == "Secret Name"
