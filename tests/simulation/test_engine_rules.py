"""The rules inside the engine: what is refused, what is written of it, and what holds a whole campaign."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialer.compliance import named_lists, refusals, suppression
from dialer.compliance.named_lists import Copy
from dialer.desk import wrap_up
from dialer.engine import sending
from dialer.rules.words import ContactState
from dialer.store import Database
from dialer.store.compliance import PacingWord, Refusal
from dialer.store.projects import Campaign
from tests.support import world as worlds

HOUR = timedelta(hours=1)


def journal(world: worlds.World) -> list[Refusal]:
    with world.db.read() as s:
        return list(s.scalars(select(Refusal).order_by(Refusal.id)))


def with_rules(db: Database, **rules: Any) -> worlds.World:
    return worlds.make(db, rules={"profiles": ["none"], "prefixes": ["+7"], **rules})


def test_a_refusal_at_the_claim_is_written_with_rule_values_and_profile(db: Database) -> None:
    world = with_rules(db, min_gap_s=3600)
    one = worlds.number()
    contact = world.contact(one, state=ContactState.READY)
    world.start()
    ana = world.operator_ready()
    world.run(2)
    assert len(world.attempts()) == 1
    twin = world.contact(worlds.number("busy"))
    with db.write() as s:
        s.get_one(Campaign, world.campaign_id).rules = {"profiles": ["us_debt"], "prefixes": ["+7"], "consent": True}
    world.provider.hang_up(world.attempts()[0].id)
    world.run(1)
    with db.write() as s:
        wrap_up.save(s, world.attempts()[0].id, ana, "refused_hard", world.now)
    world.run(5)
    (line,) = journal(world)
    assert (line.contact_id, line.rule, line.attempt_id) == (twin, "consent", None)
    assert line.profile == "us_debt@2" and line.value["source"] == "campaign"
    with db.read() as s:
        assert refusals.as_dict(refusals.of_contact(s, twin)[0])["rule"] == "consent"
        assert refusals.of_contact(s, contact) == []


def test_a_refusal_just_before_sending_names_its_attempt(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    world = with_rules(db)
    one = worlds.number()
    world.engine.sends_at_once = False
    world.start()
    world.operator_ready()
    world.contact(one)
    world.now += timedelta(seconds=1)
    world.engine.turn()
    assert [a.sent_at for a in world.attempts()] == [None]
    with db.write() as s:
        suppression.add(s, one, world.now, reason="asked by mail")
    world.run(2)
    assert world.provider.log == []
    refused = [line for line in journal(world) if line.attempt_id]
    assert [line.rule for line in refused] == ["suppressed"]
    assert refused[0].value["entry"] == one and refused[0].value["reason"] == "asked by mail"


def test_a_list_too_old_holds_the_campaign_and_not_contact_by_contact(db: Database) -> None:
    world = with_rules(db, lists={"tps_ctps": {"max_age_d": 28}})
    contact = world.contact()
    world.start()
    world.operator_ready()
    world.run(3)
    assert world.attempts() == [] and world.get(contact).state is ContactState.READY
    assert "The list tps_ctps was never imported" in world.engine.decisions[world.campaign_id]
    with db.read() as s:
        assert "tps_ctps" in s.scalars(select(PacingWord).order_by(PacingWord.id.desc())).first().why  # type: ignore[union-attr]
    _import(world, world.now - timedelta(days=40))
    world.run(3)
    assert world.attempts() == [] and "40 days old" in world.engine.decisions[world.campaign_id]
    _import(world, world.now - timedelta(days=28))
    world.run(3)
    assert len(world.attempts()) == 1


def _import(world: worlds.World, day: Any) -> None:
    with world.db.write() as s:
        named_lists.note(s, Copy("tps_ctps", day.date()), 0, Path(__file__), 1, world.now)


def test_a_clock_that_jumps_an_hour_stops_the_dialling_until_it_is_right(db: Database) -> None:
    world = with_rules(db)
    world.contact()
    jump = [timedelta()]
    world.engine.clock = lambda: world.now + jump[0]
    world.start()
    jump[0] = -HOUR
    world.operator_ready()
    world.run(3)
    assert world.provider.log == [] and "the clock jumped back" in world.engine.decisions[world.campaign_id]
    jump[0] = timedelta()
    world.run(3)
    assert len(world.provider.log) == 1


def test_a_gate_that_was_asked_too_long_ago_sends_nothing(db: Database) -> None:
    world = with_rules(db)
    world.start()
    world.operator_ready()
    contact = world.contact()
    world.now += timedelta(seconds=1)
    late = [0.0]
    plain = world.engine.steady
    world.engine.steady = lambda: plain() + late[0]
    real = world.engine._act

    def slow(effects: Any, answering: bool) -> None:
        late[0] += sending.SEND_WITHIN_S + 0.5  # the commit took so long
        real(effects, answering)

    world.engine._act = slow  # type: ignore[method-assign]
    for _ in range(6):
        world.now += timedelta(milliseconds=1)
        world.engine.turn()
    assert world.provider.log == []
    assert world.attempts()[0].sent_at is not None and world.attempts()[0].disposition == "tech_fail"
    assert world.get(contact).state is ContactState.WAITING


def test_a_request_to_stop_cancels_what_is_placed_in_other_projects_of_the_client_too(db: Database) -> None:
    world = with_rules(db)
    one, other = worlds.number(), worlds.number()
    contact = world.contact(one)
    free = world.contact(other)
    with db.write() as s:
        scope = suppression.client_scope(s, "Acme")
        suppression.add(s, one, world.now, scope_id=scope, reason="asked")
    assert scope < 0 and world.get(contact).state is ContactState.SUPPRESSED
    world.start()
    world.operator_ready()
    world.run(3)
    assert [entry["number"] for entry in world.provider.log] == [other]
    with db.read() as s:
        assert suppression.scope_name(s, scope) == "client Acme"
    assert free


def test_pacings_words_add_up_and_are_neither_many_nor_silent(db: Database) -> None:
    world = with_rules(db)
    for _ in range(3):
        world.contact(worlds.number("busy"))
    world.start()
    world.operator_ready()
    world.run(90)
    with db.read() as s:
        words = list(s.scalars(select(PacingWord).order_by(PacingWord.id)))
    assert sum(word.placed for word in words) == len(world.attempts()) == 3
    assert 3 <= len(words) <= 20 and words[0].facts["ready"] in (0, 1)
    gaps = [(after.at - before.at).total_seconds() for before, after in itertools.pairwise(words)]
    assert min(gaps) >= 2 and max(gaps) <= 31
    world.run(3700, 30)
    with db.read() as s:
        assert s.get(PacingWord, words[0].id) is None
