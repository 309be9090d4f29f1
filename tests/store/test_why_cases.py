"""The written cases of the gate, put into a database and asked by ``explain``: what CLI, page and API tell (P6)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dialer.compliance import named_lists, suppression
from dialer.compliance.named_lists import Copy
from dialer.compliance.why import Explanation, explain
from dialer.rules.compliance import UNCHECKED
from dialer.rules.open_zones import SEPARATOR
from dialer.rules.words import Mode
from dialer.store import Database
from tests.support.small_campaign import Desk, desk
from tests.unit.rules.calls import FACTS, at
from tests.unit.rules.test_gate_cases import CASES

ANYWHERE = [f"+{digit}" for digit in range(1, 10)]
LATER = {
    "a debtor's second call of the day": "2026-03-05 05:00",
    "a debtor's third call of the week": "2026-03-09 06:00",
    "a debtor's ninth call of the month": "2026-04-01 05:00",
    "a debtor's other number counts for the person": "2026-03-05 05:00",
    "a call at midnight counts today": "2026-03-05 05:00",
}
"""Cases in which another rule refuses when the first one no longer does: Moscow's midnight frees a cap, eight o'clock
(on a holiday nine) opens the hours."""


def unknown(facts: dict[str, Any]) -> bool:
    """Facts that a database cannot hold: somebody did not look."""
    names = ("number_attempts", "contact_attempts", "mode")
    return facts.get("suppressed") == UNCHECKED or any(facts.get(name, "") is None for name in names)


STORABLE = [case for case in CASES if not unknown(case[3])]


def written(db: Database, rules: Any, now: datetime, facts: dict[str, Any]) -> tuple[Desk, int]:
    """The case as rows; its campaign, and its contact's id."""
    given = {"profiles": [rules]} if isinstance(rules, str) else {"profiles": ["none"], **rules}
    state = {"state": facts["campaign_state"]} if "campaign_state" in facts else {}
    here = desk(db, rules={"prefixes": ANYWHERE, **given}, mode=facts.get("mode", FACTS["mode"]), **state)
    zones = facts.get("zones", FACTS["zones"])
    names = zones.split() if isinstance(zones, str) else zones
    number = facts.get("number", FACTS["number"])
    if "suppressed" in facts:
        with db.write() as s:
            suppression.add(s, number, now)
    contact = here.contact(
        number,
        zones=SEPARATOR.join(names),
        bad=(number,) if facts.get("number_bad") else (),
        state=facts.get("contact_state", FACTS["contact_state"]),
        due_at=at(facts["due_at"]) if "due_at" in facts else None,
        fields=consent(facts.get("consent_on", date.min)),
    )
    calls(here, contact, number, facts)
    with db.write() as s:
        for name in ("us_dnc", "tps_ctps"):
            named_lists.note(s, Copy(name, now.date()), 0, Path(__file__), 1, now)
    return here, contact


def consent(day: date | None) -> dict[str, str]:
    """The contact's own column; consents of an unknown day are written as yes."""
    return {} if day is None else {"consent": "yes" if day == date.min else day.isoformat()}


def calls(here: Desk, contact: int, number: str, facts: dict[str, Any]) -> None:
    """Attempts to this number by another campaign, attempts to this contact's other number, and a call with a rest."""
    if "number_attempts" in facts:
        there = desk(here.db, "Elsewhere")
        whose = there.contact(number)
        for when in times(facts["number_attempts"]):
            there.attempt(whose, number, when)
    for when in times(facts.get("contact_attempts")):
        here.attempt(contact, "+79990000001", when)
    for when in times(facts.get("talked_at")):
        here.attempt(contact, number, when, connected_at=when, ended_at=when)
    for when in times(facts.get("abandoned_at")):
        here.attempt(contact, number, when, abandoned=True, answered_at=when, ended_at=when)


def times(text: str | None) -> list[datetime]:
    return [at(one.strip()) for one in (text or "").split(",") if one.strip()]


def asked(db: Database, case: tuple[Any, ...]) -> Explanation:
    _, rules, now, facts, _ = case
    here, contact = written(db, rules, at(now), facts)
    with db.read() as s:
        return explain(s, here.campaign_id, contact, at(now))


def test_all_but_four_cases_can_be_written_down() -> None:
    assert len(STORABLE) == len(CASES) - 4 >= 60
    assert set(LATER) <= {case[0] for case in STORABLE}


@pytest.mark.parametrize("case", STORABLE, ids=[case[0] for case in STORABLE])
def test_why_says_what_the_gate_says_and_when_it_may_be_dialled(lite: Database, case: tuple[Any, ...]) -> None:
    name, _, now, _, (rule, until) = case
    found = asked(lite, case)
    refused = [(verdict.rule, verdict.until) for verdict in found.verdicts if not verdict.ok]
    if rule is None:
        assert (refused, found.next_at, found.may_dial) == ([], at(now), True)
        return
    assert refused[0] == (rule, at(until) if until else None)
    moment = LATER.get(name, until)
    assert found.next_at == (at(moment) if moment else None)
    assert found.code == ("later" if moment else "never")


@pytest.mark.parametrize("case", STORABLE[::20], ids=[case[0] for case in STORABLE[::20]])
def test_on_the_other_database_too(db: Database, case: tuple[Any, ...]) -> None:
    found = asked(db, case)
    assert next((verdict.rule for verdict in found.verdicts if not verdict.ok), None) == case[4][0]


def test_two_rules_that_free_at_different_times_are_waited_for_both(lite: Database) -> None:
    rules = {"hours": {"all": "08:00-21:00"}, "caps": {"number": {"24h": 1}}, "min_gap_s": 30 * 3600}
    facts = {"number_attempts": "2026-03-03 12:00", "mode": Mode.MANUAL}
    found = asked(lite, ("", rules, "2026-03-03 20:00", facts, None))
    untils = {verdict.rule: verdict.until for verdict in found.verdicts if not verdict.ok}
    assert untils == {
        "hours": at("2026-03-04 05:00"),
        "cap_number_24h": at("2026-03-04 12:00"),
        "min_gap": at("2026-03-04 18:00"),
    }
    assert found.next_at == at("2026-03-05 05:00")
