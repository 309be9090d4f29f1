"""Why a contact is not dialled: every rule's word, the next moment, in both languages, from a real database."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from dialer.compliance import gate, gate_many, load_facts, rules_for, suppression
from dialer.compliance.phrases import PHRASES
from dialer.compliance.sentences import sentence, span
from dialer.compliance.why import explain
from dialer.errors import BadInput
from dialer.rules.compliance import Allowed, Refused, Rules, Verdict, may_dial
from dialer.rules.words import CampaignState, ContactState, Mode, Outcome
from dialer.store import Database
from dialer.store.projects import Campaign
from tests.conftest import NOON
from tests.support.small_campaign import Desk, desk

ONE, TWO = "+79161234567", "+74951234567"
HOUR = timedelta(hours=1)
RULES: dict[str, Any] = {
    "profiles": ["none"],
    "hours": {"all": "08:00-21:00"},
    "caps": {"number": {"day": 2}, "contact": {"lifetime": 3}},
    "min_gap_s": 1800,
    "after_talk_s": 86400,
    "after_abandon_s": 259200,
}


def rules_of(here: Desk) -> Rules:
    with here.db.read() as s:
        campaign = s.get_one(Campaign, here.campaign_id)
        return rules_for(campaign, campaign.project)


def refusal(here: Desk, contact: int, **more: Any) -> str | None:
    with here.db.read() as s:
        answer = gate(s, contact, here.get(contact).number_id or 0, rules_of(here), NOON, **more)
    return answer.rule if isinstance(answer, Refused) else None


def test_a_contact_that_may_be_dialled_says_so(db: Database) -> None:
    here = desk(db, rules=RULES)
    contact = here.contact(ONE)
    with db.read() as s:
        found = explain(s, here.campaign_id, contact, NOON)
    assert found.may_dial and found.code == "now" and found.next_at == NOON
    assert [verdict.rule for verdict in found.verdicts] == [
        "campaign", "contact", "bad_number", "suppressed", "prefix", "zone", "hours", "cap_number_day",
        "cap_contact_lifetime", "min_gap", "after_talk", "after_abandon",
    ]  # fmt: skip


def test_all_that_holds_a_contact_is_told_at_once(db: Database) -> None:
    here = desk(db, rules=RULES, state=CampaignState.PAUSED)
    contact = here.contact(ONE, zones="Asia/Vladivostok|Europe/Moscow")
    here.attempt(contact, ONE, NOON - HOUR / 6)
    with db.write() as s:
        suppression.add(s, ONE, NOON, reason="asked by mail")
    with db.read() as s:
        found = explain(s, here.campaign_id, ONE, NOON + 3 * HOUR)
    failed = {verdict.rule for verdict in found.verdicts if not verdict.ok}
    assert failed == {"campaign", "contact", "suppressed", "hours"}
    assert found.code == "never" and found.next_at is None
    texts = {line["rule"]: line["text"] for line in found.as_dict("en")["rules"]}
    assert texts["suppressed"] == "On the suppression list as +79161234567: asked by mail"
    assert texts["campaign"] == "The campaign is paused"
    assert texts["hours"].endswith("from 2026-03-05 15:00 Asia/Vladivostok")


def test_the_next_moment_is_when_all_rules_allow_it(db: Database) -> None:
    here = desk(db, rules=RULES)
    contact = here.contact(ONE)
    here.attempt(contact, ONE, NOON - 3 * HOUR)
    here.attempt(contact, ONE, NOON - 2 * HOUR)
    with db.read() as s:
        found = explain(s, here.campaign_id, contact, NOON)
    day_cap = next(verdict for verdict in found.verdicts if verdict.rule == "cap_number_day")
    # Midnight in Moscow frees the cap, eight in the morning the hours.
    assert day_cap.until == NOON.replace(hour=21)
    assert found.next_at == NOON.replace(day=5, hour=5)
    assert found.summary("ru") == "Можно звонить с 05.03.2026 08:00 Europe/Moscow"


def test_the_answer_is_the_gates_own(db: Database) -> None:
    here = desk(db, rules=RULES)
    zones = ("Europe/Moscow", "UTC", "Mars/X")
    contacts = [here.contact(f"+7916000000{n}", zones=zone) for n, zone in enumerate(zones)]
    with db.read() as s:
        for contact in contacts:
            found = explain(s, here.campaign_id, contact, NOON - 5 * HOUR)
            answer = gate(s, contact, found.number_id, rules_of(here), NOON - 5 * HOUR)
            first = next((verdict for verdict in found.verdicts if not verdict.ok), None)
            if isinstance(answer, Allowed):
                assert first is None
            else:
                assert first is not None and (answer.rule, answer.until) == (first.rule, first.until)


def test_every_text_exists_in_both_languages_and_fills_in_its_values(db: Database) -> None:
    here = desk(db, rules={**RULES, "profiles": ["ru_ads", "ru_debt"], "prefixes": ["+44"]}, state=CampaignState.DRAFT)
    contact = here.contact(ONE, bad=(ONE,), state="held", held_by="hours")
    for hours in (1, 2, 3):
        here.attempt(contact, ONE, NOON - hours * HOUR / 8, connected_at=NOON - HOUR, abandoned=True)
    with db.write() as s:
        suppression.add(s, ONE, NOON)
    with db.read() as s:
        found = explain(s, here.campaign_id, contact, NOON.replace(hour=20))
    for language in ("en", "ru"):
        told = found.as_dict(language)
        json.dumps(told)
        for line in told["rules"]:
            assert line["text"] and "{" not in line["text"]
            assert line["text"] != line["rule"]
    russian = " ".join(line["text"] for line in found.as_dict("ru")["rules"] if not line["ok"])
    assert "Кампания ещё не запускалась" in russian
    assert "Использованы 3 из 1 попыток на этот номер за сегодня (ru_debt)" in russian
    families = {rule if not rule.startswith("cap_") else "cap" for rule in (verdict.rule for verdict in found.verdicts)}
    assert families <= set(PHRASES)


def test_what_could_not_be_checked_is_said_so() -> None:
    verdict = Verdict("suppressed", False, None, {"unchecked": True})
    assert sentence(verdict, "en") == "The suppression list could not be asked"
    assert sentence(Verdict("zone", False, None, {"zones": []}), "ru").startswith("Часовой пояс контакта неизвестен")
    assert sentence(Verdict("gone", False), "en") == "gone: refused"


@pytest.mark.parametrize(
    ("seconds", "text"), [(604800, "7 d"), (10800, "3 h"), (1200, "20 min"), (90, "90 s"), (0.5, "0.5 s")]
)
def test_spans_are_written_in_the_largest_unit_that_fits(seconds: float, text: str) -> None:
    assert span(seconds, "en") == text


@pytest.mark.parametrize(("who", "words"), [("+79990000000", "has the number"), (999, "has no contact 999")])
def test_nobody_of_that_number_is_one_sentence(lite: Database, who: Any, words: str) -> None:
    here = desk(lite, rules=RULES)
    with lite.read() as s, pytest.raises(BadInput, match=words):
        explain(s, here.campaign_id, who, NOON)
    with lite.read() as s, pytest.raises(BadInput, match="no campaign 77"):
        explain(s, 77, who, NOON)


def test_a_contact_is_explained_by_the_number_that_is_asked_for(db: Database) -> None:
    here = desk(db, rules=RULES)
    contact = here.contact(ONE, TWO)
    with db.write() as s:
        suppression.add(s, TWO, NOON)
    with db.read() as s:
        assert explain(s, here.campaign_id, contact, NOON).number == ONE
        other = explain(s, here.campaign_id, TWO, NOON)
    assert (other.number, other.other_numbers, other.may_dial) == (TWO, (ONE,), False)


def test_a_contact_in_a_call_is_busy(db: Database) -> None:
    here = desk(db, rules=RULES)
    contact = here.contact(ONE, state=ContactState.CLAIMED)
    with db.read() as s:
        assert explain(s, here.campaign_id, contact, NOON).code == "busy"


def test_attempts_to_the_number_count_in_every_campaign(db: Database) -> None:
    here, there = desk(db, "Spring", RULES), desk(db, "Autumn", RULES)
    mine, theirs = here.contact(ONE), there.contact(ONE)
    there.attempt(theirs, ONE, NOON - 3 * HOUR)
    there.attempt(theirs, ONE, NOON - 2 * HOUR)
    assert refusal(here, mine) == "cap_number_day"


def test_attempts_to_the_other_number_count_for_the_contact(db: Database) -> None:
    here = desk(db, rules=RULES)
    contact = here.contact(ONE, TWO)
    for days in (2, 3, 4):
        here.attempt(contact, TWO, NOON - days * 24 * HOUR)
    assert refusal(here, contact) == "cap_contact_lifetime"


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"outcome": Outcome.NO_ANSWER}, True),
        ({"outcome": Outcome.UNKNOWN}, True),
        ({"outcome": None}, True),
        ({"outcome": Outcome.FAILED}, False),
        ({"outcome": Outcome.ANSWERED, "inbound": True}, False),
    ],
)
def test_what_counts_as_an_attempt(db: Database, values: Any, counts: bool) -> None:
    here = desk(db, rules={"profiles": ["none"], "caps": {"number": {"24h": 1}}})
    contact = here.contact(ONE)
    here.attempt(contact, ONE, NOON - HOUR, **values)
    assert (refusal(here, contact) == "cap_number_24h") is counts


def test_the_attempt_about_to_be_sent_does_not_count_against_itself(db: Database) -> None:
    here = desk(db, rules={"profiles": ["none"], "caps": {"number": {"24h": 1}}, "min_gap_s": 60})
    contact = here.contact(ONE, state=ContactState.CLAIMED)
    own = here.attempt(contact, ONE, NOON)
    assert refusal(here, contact) == "cap_number_24h"
    assert refusal(here, contact, without=[own]) is None


def test_a_talk_and_a_dropped_call_ask_for_rest(db: Database) -> None:
    here = desk(db, rules=RULES)
    talked, dropped = here.contact(ONE), here.contact(TWO)
    here.attempt(talked, ONE, NOON - 9 * HOUR, connected_at=NOON - 9 * HOUR, ended_at=NOON - 8 * HOUR)
    here.attempt(dropped, TWO, NOON - 60 * HOUR, abandoned=True, ended_at=NOON - 60 * HOUR)
    with db.read() as s:
        pairs = [(c, here.get(c).number_id or 0) for c in (talked, dropped)]
        answers = gate_many(s, pairs, rules_of(here), NOON)
    assert answers[pairs[0]] == Refused("after_talk", NOON + 16 * HOUR, {"seconds": 86400, "source": "campaign"})
    assert isinstance(refused := answers[pairs[1]], Refused) and refused.until == NOON + 12 * HOUR


def test_a_pair_that_is_gone_is_refused(lite: Database) -> None:
    here = desk(lite, rules=RULES)
    one, other = here.contact(ONE), here.contact(TWO)
    wrong = (one, here.get(other).number_id or 0)
    with lite.read() as s:
        answers = gate_many(s, [wrong, (999, 999)], rules_of(here), NOON)
    assert list(answers.values()) == [Refused("gone", None), Refused("gone", None)]


def test_a_batch_is_loaded_as_one_by_one(db: Database) -> None:
    here = desk(db, rules=RULES)
    contacts = [here.contact(f"+7916000{n:04d}", zones="UTC" if n % 2 else "Europe/Moscow") for n in range(30)]
    for n, contact in enumerate(contacts[::3]):
        here.attempt(contact, f"+7916000{n * 3:04d}", NOON - n * HOUR)
    pairs = [(contact, here.get(contact).number_id or 0) for contact in contacts]
    rules = rules_of(here)
    with db.read() as s:
        together = load_facts(s, pairs, rules, NOON)
        alone = {pair: load_facts(s, [pair], rules, NOON)[pair] for pair in pairs}
    assert together == alone
    assert sum(isinstance(may_dial(one, rules, NOON), Refused) for one in together.values()) > 0


@pytest.mark.parametrize(
    ("text", "rule"),
    [("2026-03-01", None), ("да", None), ("", "consent"), ("maybe", "consent"), ("2099-01-01", "consent")],
)
def test_consent_is_read_from_the_contacts_own_column(lite: Database, text: str, rule: str | None) -> None:
    here = desk(lite, rules={"profiles": ["ru_ads"]}, mode=Mode.MANUAL)
    assert refusal(here, here.contact(ONE, fields={"consent": text})) == rule


def test_rules_that_cannot_be_used_dial_nobody(lite: Database) -> None:
    here = desk(lite, rules={"hours": {"someday": "09:00-18:00"}})
    contact = here.contact(ONE)
    with lite.read() as s, pytest.raises(BadInput, match="no day named someday"):
        explain(s, here.campaign_id, contact, NOON)
