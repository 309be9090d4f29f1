"""The database counts abandonment as the pure rules do, by any definition, from the facts of each call."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialer.engine import recall
from dialer.engine.learning import Learner, abandonment_of
from dialer.rules.abandonment import Abandonment, tally
from dialer.rules.pacing import Snapshot
from dialer.rules.words import Amd, Mode
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign
from tests.conftest import NOON
from tests.support.small_campaign import Desk, desk

RULES = [
    Abandonment(0.03, 30, within, start, of)
    for within in (2.0, 15.0)
    for start in ("answer", "greeting_end")
    for of in ("live", "served")
]


def some_calls(here: Desk, n: int = 60) -> None:
    dice = random.Random(7)
    who = here.contact("+79161234567")
    for k in range(n):
        at = NOON - timedelta(days=k % 40, seconds=k)
        heard, served = at + timedelta(seconds=dice.choice((0, 1.5, 3))), dice.random()
        values: dict[str, Any] = {"answered_at": at, "heard_at": heard, "amd": dice.choice((None, *Amd))}
        if served < 0.6:
            values["connected_at"] = heard + timedelta(seconds=dice.choice((0.4, 1.9, 2.5, 16)))
        elif served < 0.8:
            values["abandoned"] = True
        values["ended_at"] = at + timedelta(seconds=dice.choice((1, 2.5, 40)))
        here.attempt(who, "+79161234567", at, **values)
    here.attempt(who, "+79161234567", NOON, mode=Mode.PREVIEW, answered_at=NOON, abandoned=True)
    here.attempt(who, "+79161234567", NOON, inbound=True, answered_at=NOON, abandoned=True)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.within_s:g}-{rule.start}-{rule.of}")
def test_the_database_and_the_rules_count_alike(db: Database, rule: Abandonment) -> None:
    here = desk(db)
    some_calls(here)
    with db.read() as s:
        counted = recall.window(s, here.campaign_id, NOON, rule)
        mine = Attempt.mode == Mode.PROGRESSIVE, ~Attempt.inbound, Attempt.placed_at >= NOON - rule.window
        rows = s.execute(select(*recall.FACTS).where(*mine)).all()
    assert counted == tally(rule, map(recall.live_call, rows)) and counted.base > 20


def test_the_rule_nearest_to_its_cap_steers(db: Database) -> None:
    rules = {"profiles": ["none"], "abandon": {"max_rate": 0.5, "window_d": 1, "of": "served"}}
    here = desk(db, rules=rules, mode=Mode.PREDICTIVE)
    who = here.contact("+79161234567")
    for k in range(10):
        at = NOON - timedelta(days=0 if k < 4 else 9)
        here.attempt(
            who,
            "+79161234567",
            at,
            answered_at=at,
            ended_at=at,
            abandoned=k in (0, 9),
            connected_at=None if k in (0, 9) else at,
        )
    counts = Snapshot(Mode.PREDICTIVE, 0, 0, 0, 0, 5, 5)
    with db.read() as s:
        campaign = s.get_one(Campaign, here.campaign_id)
        found = Learner().complete(s, campaign, NOON, counts)
        assert (found.cap, found.answered, found.abandoned) == (0.5, 4, 1)
        campaign.rules = {**rules, "profiles": ["us_federal"]}
        assert [rule.source for rule in abandonment_of(campaign)] == ["us_federal", "campaign"]
        found = Learner().complete(s, campaign, NOON, counts)
        assert (found.cap, found.answered, found.abandoned) == (0.03, 10, 2)
        campaign.rules = {"profiles": ["mars"]}
        assert Learner().complete(s, campaign, NOON, counts).cap == 0
        s.rollback()
