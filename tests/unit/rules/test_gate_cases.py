"""Written cases of the gate: what it answers, and from when on it would answer otherwise. All instants are UTC."""
# ruff: noqa: E501  (one case a line)

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialer.rules.compliance import (
    UNCHECKED,
    Allowed,
    Refused,
    Rules,
    Suppressed,
    campaign_refusal,
    may_dial,
    next_moment,
    strictest,
    verdicts,
)
from dialer.rules.words import CampaignState, ContactState, Mode
from tests.unit.rules.calls import ask, at, facts, rules

DAY = {"hours": {"all": "08:00-21:00"}}
EARLY = {"hours": {"all": "02:30-05:00"}}
NIGHT = {"hours": {"fri": "20:00-02:00"}}
YES = (None, None)

HOURS: list[tuple[str, Any, str, dict[str, Any], tuple[str | None, str | None]]] = [
    ("the last second of the day is still inside", DAY, "2026-03-04 17:59:59", {}, YES),
    ("the closing minute is outside", DAY, "2026-03-04 18:00", {}, ("hours", "2026-03-05 05:00")),
    ("the second before opening is outside", DAY, "2026-03-04 04:59:59", {}, ("hours", "2026-03-04 05:00")),
    ("the opening minute is inside", DAY, "2026-03-04 05:00", {}, YES),
    ("New York still sleeps", DAY, "2026-03-04 09:00", {"zones": "America/New_York"}, ("hours", "2026-03-04 13:00")),
    ("Omsk is open before Moscow", DAY, "2026-03-04 02:00", {"zones": "Asia/Omsk"}, YES),
    ("half an hour: Kolkata opens", DAY, "2026-03-04 02:29:59", {"zones": "Asia/Kolkata"}, ("hours", "2026-03-04 02:30")),
    ("half an hour: Kolkata is open", DAY, "2026-03-04 15:29:59", {"zones": "Asia/Kolkata"}, YES),
    ("half an hour: Kolkata closes", DAY, "2026-03-04 15:30", {"zones": "Asia/Kolkata"}, ("hours", "2026-03-05 02:30")),
    ("three quarters: Kathmandu", DAY, "2026-03-04 02:00", {"zones": "Asia/Kathmandu"}, ("hours", "2026-03-04 02:15")),
    ("three quarters in summer: Chatham", DAY, "2026-03-04 18:00", {"zones": "Pacific/Chatham"}, ("hours", "2026-03-04 18:15")),
    ("half an hour in summer: Adelaide", DAY, "2026-03-04 21:00", {"zones": "Australia/Adelaide"}, ("hours", "2026-03-04 21:30")),
    ("two zones: the western one sleeps", DAY, "2026-03-04 04:00", {"zones": "Asia/Vladivostok Europe/Moscow"}, ("hours", "2026-03-04 05:00")),
    ("two zones: both are awake", DAY, "2026-03-04 10:59:59", {"zones": "Asia/Vladivostok Europe/Moscow"}, YES),
    ("two zones: the eastern one has closed", DAY, "2026-03-04 11:00", {"zones": "Asia/Vladivostok Europe/Moscow"}, ("hours", "2026-03-05 05:00")),
    ("two zones that are never awake together", {"hours": {"all": "09:00-10:00"}}, "2026-03-04 06:30", {"zones": "Europe/Moscow America/Los_Angeles"}, ("hours", None)),
    ("a zone that does not exist", DAY, "2026-03-04 09:00", {"zones": "Europe/Atlantis"}, ("zone", None)),
    ("no zone at all", DAY, "2026-03-04 09:00", {"zones": ()}, ("zone", None)),
    ("one zone of two does not exist", DAY, "2026-03-04 09:00", {"zones": "Europe/Moscow Mars/Base"}, ("zone", None)),
    ("no zone, and no rule that reads a clock", {"min_gap_s": 60}, "2026-03-04 09:00", {"zones": ()}, YES),
    ("a gap opens where clocks land: New York", EARLY, "2026-03-08 06:00", {"zones": "America/New_York"}, ("hours", "2026-03-08 07:00")),
    ("the morning after clocks went forward", DAY, "2026-03-08 03:00", {"zones": "America/New_York"}, ("hours", "2026-03-08 12:00")),
    ("the morning after clocks went back", DAY, "2026-11-01 03:00", {"zones": "America/New_York"}, ("hours", "2026-11-01 13:00")),
    ("the first half past one", {"hours": {"all": "01:30-02:00"}}, "2026-11-01 05:59:59", {"zones": "America/New_York"}, YES),
    ("between two half past ones", {"hours": {"all": "01:30-02:00"}}, "2026-11-01 06:00", {"zones": "America/New_York"}, ("hours", "2026-11-01 06:30")),
    ("the second half past one", {"hours": {"all": "01:30-02:00"}}, "2026-11-01 06:59:59", {"zones": "America/New_York"}, YES),
    ("after both half past ones", {"hours": {"all": "01:30-02:00"}}, "2026-11-01 07:00", {"zones": "America/New_York"}, ("hours", "2026-11-02 06:30")),
    ("the evening of the day of 25 hours", DAY, "2026-11-02 01:59:59", {"zones": "America/New_York"}, YES),
    ("an hour that a southern spring skips: Sydney", {"hours": {"all": "02:00-03:00"}}, "2026-10-03 15:00", {"zones": "Australia/Sydney"}, ("hours", "2026-10-04 15:00")),
    ("an hour that a southern autumn repeats: Sydney", {"hours": {"all": "02:30-03:00"}}, "2026-04-04 16:00", {"zones": "Australia/Sydney"}, ("hours", "2026-04-04 16:30")),
    ("half an hour repeated: Lord Howe", {"hours": {"all": "01:45-02:00"}}, "2026-04-04 15:00", {"zones": "Australia/Lord_Howe"}, ("hours", "2026-04-04 15:15")),
    ("a midnight that does not exist: Santiago", {"hours": {"all": "00:00-01:00"}}, "2026-09-06 03:30", {"zones": "America/Santiago"}, ("hours", "2026-09-07 03:00")),
    ("over midnight: the small hours belong to Friday", NIGHT, "2026-03-06 22:59:59", {}, YES),
    ("over midnight: closed at two", NIGHT, "2026-03-06 23:00", {}, ("hours", "2026-03-13 17:00")),
    ("over midnight: cut by a day that is closed", {"hours": {"fri": "20:00-02:00", "sat": "none"}}, "2026-03-06 21:30", {}, ("hours", "2026-03-13 17:00")),
    ("over midnight: still Friday on a closed Saturday's eve", {"hours": {"fri": "20:00-02:00", "sat": "none"}}, "2026-03-06 20:59:59", {}, YES),
    ("over midnight: cut by a holiday", {"hours": {"all": "20:00-02:00", "holiday": "none"}, "holidays": ["03-07"]}, "2026-03-06 21:00", {}, ("hours", "2026-03-08 17:00")),
    ("round the clock", {"hours": {"all": "00:00-24:00"}}, "2026-03-04 21:00", {}, YES),
    ("never open", {"hours": {"all": "none"}}, "2026-03-04 09:00", {}, ("hours", None)),
    ("a lunch break", {"hours": {"all": ["09:00-13:00", "14:00-18:00"]}}, "2026-03-04 10:00", {}, ("hours", "2026-03-04 11:00")),
    ("the office is closed though the callee is awake", {"hours": {"all": "08:00-21:00"}, "office": {"zone": "Europe/Moscow", "mon-fri": "09:00-18:00"}}, "2026-03-04 03:00", {"zones": "Asia/Omsk"}, ("hours", "2026-03-04 06:00")),
    ("the office opens on Monday", {"office": {"zone": "Europe/Moscow", "mon-fri": "09:00-18:00"}}, "2026-03-06 15:00", {"zones": ()}, ("hours", "2026-03-09 06:00")),
    ("Sunday in Alabama", "us_al", "2026-03-15 17:00", {"zones": "America/Chicago"}, ("hours", "2026-03-16 13:00")),
    ("Independence Day on a Saturday in Alabama", "us_al", "2026-07-04 17:00", {"zones": "America/Chicago"}, ("hours", "2026-07-06 13:00")),
    ("Thanksgiving in Alabama", "us_al", "2026-11-26 18:00", {"zones": "America/Chicago"}, ("hours", "2026-11-27 14:00")),
    ("half past eight in the evening in Florida", "us_fl", "2026-03-05 01:30", {"zones": "America/New_York"}, ("hours", "2026-03-05 13:00")),
    ("half past eight in the evening by federal rules", "us_federal", "2026-03-05 01:30", {"zones": "America/New_York"}, YES),
    ("Saturday in France", "fr", "2026-03-07 11:00", {"zones": "Europe/Paris"}, ("hours", "2026-03-09 09:00")),
    ("lunch in France", "fr", "2026-03-04 12:00", {"zones": "Europe/Paris"}, ("hours", "2026-03-04 13:00")),
    ("Easter Monday in France", "fr", "2026-04-06 09:00", {"zones": "Europe/Paris"}, ("hours", "2026-04-07 08:00")),
    ("Ascension Day in France", "fr", "2026-05-14 09:00", {"zones": "Europe/Paris"}, ("hours", "2026-05-15 08:00")),
    ("a debtor on a Friday evening", "ru_debt", "2026-03-06 18:59:59", {}, YES),
    ("a debtor on a Saturday evening", "ru_debt", "2026-03-07 17:00", {}, ("hours", "2026-03-08 06:00")),
    ("a debtor on the morning of a holiday", "ru_debt", "2026-06-12 05:30", {}, ("hours", "2026-06-12 06:00")),
    ("a debtor on a day off that was moved", "ru_debt", "2026-03-09 05:30", {}, ("hours", "2026-03-09 06:00")),
]  # fmt: skip

CAPS: list[tuple[str, Any, str, dict[str, Any], tuple[str | None, str | None]]] = [
    ("a debtor's second call of the day", "ru_debt", "2026-03-04 12:00", {"number_attempts": "2026-03-04 06:00"}, ("cap_number_day", "2026-03-04 21:00")),
    ("a debtor's third call of the week", "ru_debt", "2026-03-04 12:00", {"number_attempts": "2026-03-02 06:00, 2026-03-03 06:00"}, ("cap_number_week", "2026-03-08 21:00")),
    ("a debtor's ninth call of the month", "ru_debt", "2026-03-30 12:00", {"number_attempts": "2026-03-02 06:00, 2026-03-03 06:00, 2026-03-09 06:00, 2026-03-10 06:00, 2026-03-16 06:00, 2026-03-17 06:00, 2026-03-23 06:00, 2026-03-24 06:00"}, ("cap_number_month", "2026-03-31 21:00")),
    ("a debtor's other number counts for the person", "ru_debt", "2026-03-04 12:00", {"contact_attempts": "2026-03-04 06:00"}, ("cap_contact_day", "2026-03-04 21:00")),
    ("a call yesterday at midnight's edge does not count today", "ru_debt", "2026-03-04 06:00", {"number_attempts": "2026-03-03 20:59:59"}, YES),
    ("a call at midnight counts today", "ru_debt", "2026-03-04 06:00", {"number_attempts": "2026-03-03 21:00"}, ("cap_number_day", "2026-03-04 21:00")),
    ("the eighth call in seven days", "us_debt", "2026-03-08 15:00", {"zones": "America/New_York", "number_attempts": "2026-03-02 15:00, 2026-03-03 15:00, 2026-03-04 15:00, 2026-03-05 15:00, 2026-03-06 15:00, 2026-03-07 15:00, 2026-03-07 16:00"}, ("cap_number_7d", "2026-03-09 15:00")),
    ("seven days later to the second", "us_debt", "2026-03-09 15:00", {"zones": "America/New_York", "number_attempts": "2026-03-02 15:00, 2026-03-03 15:00, 2026-03-04 15:00, 2026-03-05 15:00, 2026-03-06 15:00, 2026-03-07 15:00, 2026-03-07 16:00"}, YES),
    ("seven days' rest after a talk", "us_debt", "2026-03-04 15:00", {"zones": "America/New_York", "talked_at": "2026-03-01 15:00"}, ("after_talk", "2026-03-08 15:00")),
    ("the fourth call in 24 hours in Florida", "us_fl", "2026-03-04 15:00", {"zones": "America/New_York", "number_attempts": "2026-03-03 16:00, 2026-03-03 18:00, 2026-03-04 14:00"}, ("cap_number_24h", "2026-03-04 16:00")),
    ("more attempts than the cap: the one that frees a place", {"caps": {"number": {"24h": 2}}}, "2026-03-04 15:00", {"number_attempts": "2026-03-04 01:00, 2026-03-04 02:00, 2026-03-04 03:00"}, ("cap_number_24h", "2026-03-05 02:00")),
    ("a lifetime's worth of calls", {"caps": {"contact": {"lifetime": 2}}}, "2026-03-04 09:00", {"contact_attempts": "2025-01-01 09:00, 2025-06-01 09:00"}, ("cap_contact_lifetime", None)),
    ("today in one of two zones is today", {"caps": {"number": {"day": 1}}}, "2026-03-04 06:00", {"zones": "Asia/Omsk Europe/Moscow", "number_attempts": "2026-03-03 20:30"}, ("cap_number_day", "2026-03-04 18:00")),
    ("a day that begins at one o'clock", {"caps": {"number": {"day": 1}}}, "2026-09-05 21:00", {"zones": "America/Santiago", "number_attempts": "2026-09-05 20:00"}, ("cap_number_day", "2026-09-06 04:00")),
    ("a day cap without a clock to read", {"caps": {"number": {"day": 1}}}, "2026-03-04 09:00", {"zones": ()}, ("zone", None)),
    ("attempts that nobody counted", {"caps": {"number": {"24h": 1}}}, "2026-03-04 09:00", {"number_attempts": None}, ("cap_number_24h", None)),
    ("an attempt in the future, the clock having gone back", {"caps": {"number": {"24h": 1}}}, "2026-03-04 09:00", {"number_attempts": "2026-03-04 10:00"}, ("cap_number_24h", "2026-03-05 10:00")),
    ("too soon after the last attempt", {"min_gap_s": 600}, "2026-03-04 09:05", {"number_attempts": "2026-03-04 09:00"}, ("min_gap", "2026-03-04 09:10")),
    ("too soon after the later of two attempts", {"min_gap_s": 600}, "2026-03-04 09:05", {"number_attempts": "2026-03-04 08:00, 2026-03-04 09:00"}, ("min_gap", "2026-03-04 09:10")),
    ("the gap is over to the second", {"min_gap_s": 600}, "2026-03-04 09:10", {"number_attempts": "2026-03-04 09:00"}, YES),
    ("too soon after the contact's other number", {"min_gap_s": 600}, "2026-03-04 09:05", {"contact_attempts": "2026-03-04 09:00"}, ("min_gap", "2026-03-04 09:10")),
    ("a gap that nobody could measure", {"min_gap_s": 600}, "2026-03-04 09:05", {"contact_attempts": None}, ("min_gap", None)),
    ("three days' hold after a dropped call", "uk", "2026-03-04 09:00", {"zones": "Europe/London", "abandoned_at": "2026-03-02 09:00"}, ("after_abandon", "2026-03-05 09:00")),
]  # fmt: skip

STANDING: list[tuple[str, Any, str, dict[str, Any], tuple[str | None, str | None]]] = [
    ("a number on the list", DAY, "2026-03-04 09:00", {"suppressed": Suppressed("asked", 0, "+79161234567")}, ("suppressed", None)),
    ("a list that nobody asked", DAY, "2026-03-04 09:00", {"suppressed": UNCHECKED}, ("suppressed", None)),
    ("a bad number", DAY, "2026-03-04 09:00", {"number_bad": True}, ("bad_number", None)),
    ("a paused campaign", DAY, "2026-03-04 09:00", {"campaign_state": CampaignState.PAUSED}, ("campaign", None)),
    ("a draft", DAY, "2026-03-04 09:00", {"campaign_state": CampaignState.DRAFT}, ("campaign", None)),
    ("a contact worked through", DAY, "2026-03-04 09:00", {"contact_state": ContactState.CLOSED}, ("contact", None)),
    ("a contact just claimed", DAY, "2026-03-04 09:00", {"contact_state": ContactState.CLAIMED}, YES),
    ("a contact that waits", DAY, "2026-03-04 09:00", {"contact_state": ContactState.WAITING, "due_at": "2026-03-04 10:30"}, ("contact", "2026-03-04 10:30")),
    ("a contact whose time has come", DAY, "2026-03-04 10:30", {"contact_state": ContactState.WAITING, "due_at": "2026-03-04 10:30"}, YES),
    ("a contact held without an end", DAY, "2026-03-04 09:00", {"contact_state": ContactState.HELD}, ("contact", None)),
    ("a foreign number", {"prefixes": ["+7"]}, "2026-03-04 09:00", {"number": "+442079460000"}, ("prefix", None)),
    ("a home number", {"prefixes": ["+7"]}, "2026-03-04 09:00", {}, YES),
    ("not a number", {"prefixes": ["+7"]}, "2026-03-04 09:00", {"number": "79161234567"}, ("prefix", None)),
    ("a number with a command in it", {"prefixes": ["+7"]}, "2026-03-04 09:00", {"number": "+7916123&SIP"}, ("prefix", None)),
    ("advertising by a predictive dialler in Russia", "ru_ads", "2026-03-04 09:00", {"mode": Mode.PREDICTIVE}, ("mode", None)),
    ("advertising in Russia without consent", "ru_ads", "2026-03-04 09:00", {"consent_on": None}, ("consent", None)),
    ("advertising in Russia, by hand and with consent", "ru_ads", "2026-03-04 09:00", {"mode": Mode.MANUAL}, YES),
    ("consent given today", "ru_ads", "2026-03-04 09:00", {"consent_on": date(2026, 3, 4)}, YES),
    ("consent given tomorrow", "ru_ads", "2026-03-04 09:00", {"consent_on": date(2026, 3, 5)}, ("consent", None)),
    ("France before consent is needed", "fr", "2026-08-10 09:00", {"zones": "Europe/Paris", "consent_on": None}, YES),
    ("France after consent is needed", "fr", "2026-08-12 09:00", {"zones": "Europe/Paris", "consent_on": None}, ("consent", None)),
    ("a mode that nobody told the gate", {"modes": ["manual"]}, "2026-03-04 09:00", {"mode": None}, ("mode", None)),
]  # fmt: skip

CASES = [*HOURS, *CAPS, *STANDING]


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(CASES) >= 60
    assert len({case[0] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(("rules", "now", "facts", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_gate_says(rules: Any, now: str, facts: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    answer = ask(rules, now, **facts)
    rule, until = expected
    if rule is None:
        assert answer == Allowed()
    else:
        assert isinstance(answer, Refused)
        assert (answer.rule, answer.until) == (rule, at(until) if until else None)


@pytest.mark.parametrize(
    ("rules", "facts"),
    [
        (DAY, {"suppressed": UNCHECKED}),
        ({"caps": {"number": {"24h": 1}}}, {"number_attempts": None}),
        ({"min_gap_s": 60}, {"contact_attempts": None}),
    ],
)
def test_a_check_that_could_not_be_made_says_so(rules: Any, facts: dict[str, Any]) -> None:
    answer = ask(rules, "2026-03-04 09:00", **facts)
    assert isinstance(answer, Refused) and answer.detail["unchecked"] is True


def test_only_what_is_closed_is_told_with_its_windows() -> None:
    day, office = Rules.from_dict({"hours": {"all": "08:00-21:00"}}, "law"), rules({"hours": {"all": "10:00-12:00"}})
    answer = may_dial(facts(), strictest([day, office]), at("2026-03-04 06:30"))
    assert isinstance(answer, Refused) and answer.rule == "hours"
    assert answer.detail == {
        "local": {"Europe/Moscow": "2026-03-04T09:30+03:00"},
        "windows": {office.hours[0].source: "10:00-12:00"},
    }


@pytest.mark.parametrize(
    ("now", "refused"), [("2026-03-05 11:59", False), ("2026-03-05 12:00", True), ("2026-03-04 23:00", False)]
)
def test_a_list_stops_the_whole_campaign_once_it_is_too_old_on_the_last_clock_on_earth(now: str, refused: bool) -> None:
    lists = {"us_dnc": date(2026, 2, 1)}
    law = rules({"lists": {"us_dnc": {"max_age_d": 31}}})
    found = campaign_refusal(law, Mode.PREVIEW, lists, at(now))
    assert (found.rule if found else None) == ("list_us_dnc" if refused else None)


def test_the_next_moment_is_that_of_the_rule_that_waits_longest() -> None:
    law = rules({"hours": {"all": "08:00-21:00"}, "min_gap_s": 4 * 3600})
    call = facts(number_attempts="2026-03-04 04:30")
    assert next_moment(call, law, at("2026-03-04 04:40")) == at("2026-03-04 08:30")
    assert next_moment(facts(number_bad=True), law, at("2026-03-04 04:40")) is None
    assert next_moment(facts(), law, at("2026-03-04 09:00")) == at("2026-03-04 09:00")


def test_without_a_clock_to_read_only_the_caps_by_calendar_are_unchecked() -> None:
    law = rules({"caps": {"number": {"day": 1, "24h": 1}}})
    found = {one.rule: one for one in verdicts(facts(zones=()), law, at("2026-03-04 09:00"))}
    assert found["cap_number_24h"].ok and not found["cap_number_day"].ok
    assert found["cap_number_day"].detail["unchecked"] is True


def test_a_list_whose_age_nobody_looked_up_is_unchecked() -> None:
    law = rules({"lists": {"us_dnc": {"max_age_d": 31}}})
    (found,) = (one for one in verdicts(facts(lists=None), law, at("2026-03-04 09:00")) if one.rule == "list_us_dnc")
    assert not found.ok and found.detail["unchecked"] is True
