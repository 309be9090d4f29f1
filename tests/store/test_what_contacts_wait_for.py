"""For a whole campaign: how many contacts wait for what, now and in the week to come; calls a day by a retry plan."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from dialer import profiles, settings
from dialer.cli.rules import group
from dialer.compliance import gate, rules_for, suppression
from dialer.compliance.retry_forecast import TYPICAL, forecast
from dialer.compliance.waiting import CALLBACK, FREE, RETRY, Waiting, look
from dialer.errors import BadInput
from dialer.rules.compliance import Refused, Rules
from dialer.rules.retry_preview import preview
from dialer.rules.words import BAND_ORDER, Band, ContactState
from dialer.store import Database
from dialer.store.projects import Campaign
from tests.conftest import NOON
from tests.support.small_campaign import Desk, desk

RULES: dict[str, Any] = {"profiles": ["none"], "prefixes": ["+7"], "hours": {"all": "08:00-21:00"}}
HOUR = timedelta(hours=1)


def number(n: int) -> str:
    return f"+7916{n:07d}"


def seen(here: Desk) -> Waiting:
    with here.db.read() as s:
        return look(s, s.get_one(Campaign, here.campaign_id), NOON)


def test_each_contact_is_counted_by_what_holds_it_now_and_later(db: Database) -> None:
    here = desk(db, rules={**RULES, "caps": {"number": {"day": 1}}, "consent": False})
    for n in range(6):
        here.contact(number(n), zones="Europe/Moscow")  # noon
    for n in range(10, 14):
        here.contact(number(n), zones="Asia/Vladivostok")  # 19:00: two hours left
    here.contact(number(20), state=ContactState.WAITING, due_at=NOON + 3 * HOUR, band=BAND_ORDER[Band.CALLBACK])
    here.contact(number(21), state=ContactState.WAITING, due_at=NOON + 20 * HOUR, band=BAND_ORDER[Band.RETRY])
    here.contact(number(22), state=ContactState.HELD, held_by="cap_number_day", due_at=NOON + 12 * HOUR)
    here.contact(number(23), state=ContactState.HELD, held_by="consent")
    here.contact(number(24), state=ContactState.CLOSED)
    here.contact()
    tired = here.contact(number(25))
    here.attempt(tired, number(25), NOON - HOUR)
    found = seen(here)
    assert found.hours[0].counts == {FREE: 10, "cap_number_day": 2, CALLBACK: 1, RETRY: 1, "consent": 1, "no_number": 1}
    assert len(found.hours) == 7 * 24 + 1 and not found.sampled
    by_hour = {hour.at: hour.counts for hour in found.hours}
    assert by_hour[NOON + 2 * HOUR]["hours"] == 4 and by_hour[NOON + 2 * HOUR][FREE] == 6
    assert by_hour[NOON + 4 * HOUR][FREE] == 7  # the callback is due
    assert by_hour[NOON + 12 * HOUR].get(FREE) is None  # midnight in Moscow, 07:00 in Vladivostok
    assert by_hour[NOON + 21 * HOUR] == {
        FREE: 14,
        "consent": 1,
        "no_number": 1,
    }  # 09:00 in Moscow, the caps are free again
    assert found.rules()[0] == FREE


def test_what_is_free_now_is_what_the_gate_lets_through(db: Database) -> None:
    here = desk(db, rules={**RULES, "min_gap_s": 7200, "consent": True})
    ids = [
        here.contact(number(n), zones=zone, fields={"consent": "yes"} if n % 3 else {})
        for n, zone in enumerate(["Europe/Moscow", "America/New_York", "Asia/Omsk"] * 5)
    ]
    for who in ids[:4]:
        here.attempt(who, here.dials(who), NOON - HOUR)
    with db.read() as s:
        campaign = s.get_one(Campaign, here.campaign_id)
        rules = rules_for(campaign, campaign.project)
        let = [who for who in ids if not isinstance(gate(s, who, here.get(who).number_id or 0, rules, NOON), Refused)]
    assert seen(here).hours[0].counts.get(FREE, 0) == len(let) > 0


def test_a_list_too_old_holds_everybody_from_the_day_it_is(db: Database) -> None:
    here = desk(db, rules={**RULES, "lists": {"tps_ctps": {"max_age_d": 28}}})
    here.contact(number(1))
    assert seen(here).hours[0].counts == {"list_tps_ctps": 1}


def test_a_big_list_is_sampled_and_adds_up(db: Database) -> None:
    here = desk(db, rules={**RULES, "consent": True})
    with db.write() as s:
        from dialer.store.contacts import Contact, ContactNumber, ZoneSet

        zone = ZoneSet(names="Europe/Moscow")
        s.add(zone)
        s.flush()
        given = {"campaign_id": here.campaign_id, "zone_set_id": zone.id, "created_at": NOON}
        rows = [Contact(**given, fields={"consent": "yes"} if n % 4 else {}) for n in range(2000)]
        s.add_all(rows)
        s.flush()
        numbers = [
            ContactNumber(contact_id=row.id, campaign_id=here.campaign_id, number=number(n))
            for n, row in enumerate(rows)
        ]
        s.add_all(numbers)
        s.flush()
        for row, one in zip(rows, numbers, strict=True):
            row.number_id = one.id
    found = seen(here)
    counts = found.hours[0].counts
    assert found.sampled and abs(sum(counts.values()) - 2000) <= 2
    assert abs(counts[FREE] - 1500) < 100


def test_a_stopped_number_is_not_waiting_for_anything(db: Database) -> None:
    here = desk(db, rules=RULES)
    here.contact(number(1))
    with db.write() as s:
        suppression.add(s, number(1), NOON)
    assert seen(here).hours[0].counts == {}


# -- retry plans -------------------------------------------------------------------------------------------------------
def test_a_plan_walked_by_hand() -> None:
    """Nobody ever answers: the standard plan makes 1 + 5 calls, over the parts of some days, then gives up."""
    rules = Rules.from_dict({"hours": {"all": "08:00-21:00"}})
    zones = [("Europe/Moscow",)] * 10
    found = preview(profiles.retry_plan("standard"), profiles.dispositions(), {"no_answer": 1.0}, zones, rules, NOON)
    assert sum(day.first for day in found.days) == 10
    assert sum(day.again for day in found.days) == 50 and found.calls == 60
    assert sum(day.closed for day in found.days) == 10 and found.unfinished == 0
    assert (found.days[0].first, found.days[0].day.isoformat()) == (10, "2026-03-04")
    assert len(found.days) >= 2


def test_what_the_team_can_place_stretches_the_days() -> None:
    rules = Rules.from_dict({"hours": {"mon-fri": "09:00-18:00"}})
    zones = [("Europe/Moscow",)] * 90
    plan, known = profiles.retry_plan("once"), profiles.dispositions()
    found = preview(plan, known, {"refused_hard": 1.0}, zones, rules, NOON, per_hour=5, home="Europe/Moscow")
    assert [(day.day.day, day.first) for day in found.days] == [(4, 30), (5, 45), (6, 15)]


def test_hours_that_never_open_end_the_walk() -> None:
    rules = Rules.from_dict({"hours": {"all": "none"}})
    plan, known = profiles.retry_plan("standard"), profiles.dispositions()
    found = preview(plan, known, {"busy": 1.0}, [("Europe/Moscow",)], rules, NOON)
    assert found.days == () and found.unfinished == 1


def test_a_forecast_of_the_campaigns_own_list_scales_and_learns(db: Database) -> None:
    here = desk(db, rules=RULES)
    contact = here.contact(number(1))
    with db.read() as s:
        campaign = s.get_one(Campaign, here.campaign_id)
        found, source = forecast(s, campaign, NOON, size=10_000)
        assert source == "typical" and abs(sum(day.first for day in found.days) - 10_000) <= 200
        assert 20_000 < found.calls < 90_000
        with pytest.raises(BadInput, match="no outcome answered"):
            forecast(s, campaign, NOON, mix={"answered": 1.0})
        with pytest.raises(BadInput, match="from 0 to 1"):
            forecast(s, campaign, NOON, mix={"busy": 2.0})
    for n in range(200):
        here.attempt(contact, number(1), NOON - timedelta(days=1, minutes=n), disposition="refused_hard")
    with db.read() as s:
        found, source = forecast(s, s.get_one(Campaign, here.campaign_id), NOON)
    assert source == "history" and found.calls == 1


def test_the_typical_shares_add_up() -> None:
    assert sum(TYPICAL.values()) == pytest.approx(1.0) and set(TYPICAL) <= set(profiles.dispositions())


def test_the_commands(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    here = desk(lite, rules=RULES)
    monkeypatch.setenv("DIALER_DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))
    settings.load.cache_clear()

    def run(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(group, [*words, "--campaign", "Spring calls"])
        assert done.exit_code == code, done.output
        return done

    assert isinstance(run("retries", code=1).exception, BadInput)
    here.contact(number(1))
    told = json.loads(run("waiting", "--json").stdout)
    assert len(told["hours"]) == 169 and sum(told["now"].values()) == 1
    assert "UTC  " in run("waiting").stdout
    days = json.loads(run("retries", "--json", "--contacts", "100", "--mix", "refused_hard=1").stdout)
    assert days["calls"] == 100 and days["shares"] == "given"
    assert "calls in all" in run("retries", "--calls-per-hour", "10").stdout
    assert isinstance(run("retries", "--mix", "busy", code=1).exception, BadInput)
