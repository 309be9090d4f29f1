"""The merge by places, kind of call and party; ages of lists; abandonment as written."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from dialer import profiles
from dialer.compliance import rules_for
from dialer.compliance.shown import as_dict, lines
from dialer.errors import BadInput
from dialer.rules.abandonment import Abandonment, LiveCall, closest, is_abandoned, read_abandon, tally
from dialer.rules.compliance import Refused, Rules, campaign_refusal
from dialer.rules.list_ages import ListAge, read_lists, strictest
from dialer.rules.places import Applies, read_applies, read_calls
from dialer.rules.words import Mode
from tests.unit.rules.calls import ask, at, rules

RUSSIA = SimpleNamespace(country="RU")


def names(**calls: Any) -> set[str]:
    """The profiles that a campaign with such calls gets."""
    merged = rules_for(SimpleNamespace(rules={"calls": {"kind": "ad", "party": "consumer", **calls}}), RUSSIA)
    return {source.name for source in merged.sources} - {"campaign"}


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ({"callees": ["US-FL"]}, {"us_federal", "us_fl"}),
        ({"callees": ["US-TX"]}, {"us_federal"}),
        ({"callees": ["US"], "kind": "debt"}, {"us_debt"}),
        ({"callees": ["FR"]}, {"fr", "eu"}),
        ({"callees": ["FR"], "seller": "GB"}, {"fr", "eu", "uk"}),
        ({"callees": ["DE", "US-AL"]}, {"de", "eu", "us_federal", "us_al"}),
        ({"callees": ["RU"], "party": "business"}, {"ru_ads"}),
        ({"callees": ["RU"], "kind": "debt"}, {"ru_debt"}),
        ({"callees": ["RU"], "kind": "survey"}, {"standard"}),
        ({"callees": ["PL"], "kind": "survey"}, {"eu"}),
        ({"callees": ["JP"]}, {"standard"}),
        ({"callees": ["JP", "GB"]}, {"standard", "uk"}),
    ],
)
def test_the_calls_choose_the_profiles(calls: dict[str, Any], expected: set[str]) -> None:
    assert names(**calls) == expected


def test_named_profiles_are_taken_besides() -> None:
    calls = {"callees": ["FR"], "kind": "ad", "party": "consumer"}
    merged = rules_for(SimpleNamespace(rules={"profiles": ["us_fl"], "calls": calls}), RUSSIA)
    assert {"us_fl", "us_federal", "fr", "eu"} <= {source.name for source in merged.sources}
    assert merged.limit("after_refusal_s").value == 60 * 86400  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ({"callees": ["Florida"], "kind": "ad", "party": "consumer"}, "no place Florida"),
        ({"callees": [], "kind": "ad", "party": "consumer"}, "callees must be a list"),
        ({"callees": ["FR"], "kind": "spam", "party": "consumer"}, "no kind 'spam'"),
        ({"callees": ["FR"], "kind": "ad", "party": "robot"}, "no party 'robot'"),
        ({"callees": ["FR"], "kind": "ad"}, "calls must be written as"),
        ({"callees": ["FR"], "kind": "ad", "party": "consumer", "when": 1}, "calls has no when"),
        ("FR", "calls must be written as"),
    ],
)
def test_calls_that_cannot_be_read(calls: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        rules_for(SimpleNamespace(rules={"calls": calls}), RUSSIA)
    with pytest.raises(ValueError, match="applies must be written"):
        read_applies({"kinds": ["ad"]})


def test_what_holds_in_a_whole_holds_in_its_parts_and_not_the_other_way() -> None:
    florida = read_calls({"callees": ["US-FL"], "kind": "ad", "party": "consumer"})
    whole = read_calls({"callees": ["US"], "kind": "ad", "party": "consumer"})
    assert Applies(("US",)).covers(florida, {}) and not Applies(("US-FL",)).covers(whole, {})
    assert Applies(("EU",)).covers(read_calls({"callees": ["FR"], "kind": "ad", "party": "consumer"}), {"EU": ("FR",)})


def test_every_profile_names_its_source_and_the_day_it_was_reviewed() -> None:
    wanted = {"us_federal", "us_fl", "us_al", "us_la", "us_md", "us_ms", "us_ok", "us_debt", "uk", "ru_ads", "ru_debt"}
    assert wanted | {"fr", "de", "eu", "none"} <= set(profiles.names())
    for name in profiles.names():
        source = profiles.load(name).source
        assert source.law and source.reviewed >= "2026-11-01", name


def test_a_list_of_31_days_passes_and_one_of_32_blocks() -> None:
    day = at("2026-03-04 15:00").date()
    for age, rule in ((31, None), (32, "list_us_dnc")):
        lists = {"us_dnc": day - timedelta(days=age)}
        answer = ask("us_federal", "2026-03-04 15:00", zones="America/New_York", lists=lists)
        assert (answer.rule if isinstance(answer, Refused) else None) == rule


@pytest.mark.parametrize("lists", [None, {}, {"us_dnc": None}])
def test_a_list_that_is_not_there_blocks(lists: Any) -> None:
    answer = ask("us_federal", "2026-03-04 15:00", zones="America/New_York", lists=lists)
    assert isinstance(answer, Refused) and answer.rule == "list_us_dnc" and answer.until is None


def test_a_list_grows_old_by_the_day_of_the_person_called() -> None:
    lists = {"tps_ctps": at("2026-02-04 00:00").date()}
    evening = "2026-03-04 23:30"  # 28 days by London's clock; already the 29th in Moscow
    assert not isinstance(ask("uk", evening, zones="Europe/London", lists=lists), Refused)
    assert isinstance(ask("uk", evening, zones="Europe/Moscow", lists=lists), Refused)


def test_the_youngest_copy_asked_for_counts() -> None:
    both = (*read_lists({"us_dnc": {"max_age_d": 31}}, "a"), *read_lists({"us_dnc": {"max_age_d": 7}}, "b"))
    assert strictest(both) == (ListAge("us_dnc", 7, "b"),)


@pytest.mark.parametrize(
    "lists",
    [
        [],
        {"US DNC": {"max_age_d": 1}},
        {"x1": 31},
        {"x1": {"max_age_d": 0}},
        {"x1": {"max_age_d": True}},
        {"x1": {"days": 3}},
    ],
)
def test_lists_that_cannot_be_read(lists: Any) -> None:
    with pytest.raises(ValueError, match="list"):
        Rules.from_dict({"lists": lists} if lists else {"lists": ["us_dnc"]})


def test_a_whole_campaign_stands_still_for_a_mode_or_a_list_and_for_nothing_else() -> None:
    now = at("2026-03-04 15:00")
    old = {"us_dnc": now.date() - timedelta(days=40)}
    refused = campaign_refusal(rules("us_federal"), Mode.PREDICTIVE, old, now)
    assert refused and refused.rule == "list_us_dnc"
    assert campaign_refusal(rules("us_federal"), Mode.PREDICTIVE, {"us_dnc": now.date()}, now) is None
    refused = campaign_refusal(rules("ru_ads"), Mode.PREDICTIVE, {}, now)
    assert refused and refused.rule == "mode"


def test_a_refusal_of_the_person_rests() -> None:
    given = {"zones": "Europe/Paris", "refused_at": "2026-02-01 12:00"}
    answer = ask("fr", "2026-03-04 09:30", **given)
    assert isinstance(answer, Refused) and (answer.rule, answer.until) == ("after_refusal", at("2026-04-02 12:00"))
    assert not isinstance(ask("fr", "2026-04-03 09:30", **given), Refused)


# -- abandonment -------------------------------------------------------------------------------------------------------
ANSWER = at("2026-03-04 12:00:00")


def call(connected_s: float | None = None, ended_s: float | None = None, heard_s: float = 0, **more: Any) -> LiveCall:
    def after(s: float | None) -> Any:
        return None if s is None else ANSWER + timedelta(seconds=s)

    return LiveCall(ANSWER, after(heard_s), after(connected_s), after(ended_s), **more)


@pytest.mark.parametrize(
    ("rule", "made", "lost"),
    [
        ({}, call(1.9), False),
        ({}, call(2.1), True),
        ({}, call(ended_s=1.5), False),
        ({}, call(ended_s=2.5), True),
        ({}, call(messaged=True, ended_s=1.2), True),
        ({}, call(ended_s=30, machine=True), False),
        ({}, call(3.5, heard_s=2), True),
        ({"from": "greeting_end"}, call(3.5, heard_s=2), False),
        ({"from": "greeting_end"}, call(4.5, heard_s=2), True),
        ({"within_s": 15}, call(14), False),
        ({}, call(), False),
    ],
)
def test_a_call_is_abandoned_by_the_rules_own_definition(rule: dict[str, Any], made: LiveCall, lost: bool) -> None:
    assert is_abandoned(read_abandon({"max_rate": 0.03, **rule}, "x"), made) is lost


def test_the_same_calls_counted_by_two_formulas() -> None:
    calls = [call(1)] * 6 + [call(messaged=True)] * 2 + [call(ended_s=1)] * 2 + [call(ended_s=9, machine=True)] * 5
    live, served = (tally(Abandonment(0.03, of=share), calls) for share in ("live", "served"))
    assert (live.abandoned, live.base) == (2, 10)
    assert (served.abandoned, served.base) == (2, 8)


def test_the_rule_with_the_least_left_steers() -> None:
    strict, loose = Abandonment(0.01, source="a"), Abandonment(0.05, source="b")
    calls = [call(1)] * 97 + [call(messaged=True)] * 3
    found = closest((rule, tally(rule, calls)) for rule in (loose, strict))
    assert found and found[0] is strict
    assert closest([]) is None


def test_both_rules_of_two_profiles_hold_and_are_shown() -> None:
    merged = rules_for(SimpleNamespace(rules={"profiles": ["us_federal", "uk"]}), RUSSIA)
    assert {(rule.source, rule.window_d, rule.of) for rule in merged.abandon} == {
        ("us_federal", 30, "live"),
        ("uk", 1, "served"),
    }
    shown = [line.value for line in lines(merged) if line.rule == "abandon"]
    assert shown[0].startswith("3.0% of live answers in 30 days, nobody there within 2 s of the end of the greeting")
    assert "us_dnc" in str(as_dict(merged))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (0.03, "abandon must be written as"),
        ({"window_d": 30}, "abandon must be written as"),
        ({"max_rate": 3}, "share from 0 to 1"),
        ({"max_rate": 0.03, "window": 30}, "abandon has no window"),
        ({"max_rate": 0.03, "window_d": 0}, "1 to 366 days"),
        ({"max_rate": 0.03, "within_s": 0}, "seconds above 0"),
        ({"max_rate": 0.03, "from": "noon"}, "abandon from must be answer or greeting_end"),
        ({"max_rate": 0.03, "of": "all"}, "abandon of must be live or served"),
        ({"max_rate": 0.03, "message": ["sorry"]}, "abandon message must be a list"),
    ],
)
def test_abandonment_that_cannot_be_read(written: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Rules.from_dict({"abandon": written})


# -- edges that a broken rule would slip through -----------------------------------------------------------------------
def test_consent_is_needed_from_the_very_day_by_the_latest_clock() -> None:
    """UTC+14 shows 11 August from 10 August 10:00 UTC on."""
    given = {"zones": "Europe/Paris", "consent_on": None}
    assert not isinstance(ask("fr", "2026-08-10 09:59", **given), Refused)
    answer = ask("fr", "2026-08-10 12:30", **given)
    assert isinstance(answer, Refused) and answer.rule == "consent"


def test_with_two_zones_a_list_is_as_old_as_the_later_day() -> None:
    lists = {"tps_ctps": at("2026-02-04 00:00").date()}
    answer = ask("uk", "2026-03-04 23:30", zones="Europe/London Europe/Moscow", lists=lists)
    assert isinstance(answer, Refused) and answer.rule == "list_tps_ctps"


@pytest.mark.parametrize(("per", "days"), [("24h", 1), ("30d", 30), ("month", 33), ("lifetime", None)])
def test_how_far_back_a_cap_looks(per: str, days: int | None) -> None:
    cap = rules({"caps": {"number": {per: 2}}}).caps[0]
    assert cap.look_back == (None if days is None else timedelta(days=days))
