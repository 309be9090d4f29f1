"""Rules and profiles as people write them: what is understood, what is refused and in which words."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dialer import profiles
from dialer.compliance import rules_for
from dialer.compliance.shown import as_dict, lines
from dialer.errors import BadInput
from dialer.profiles.files import load
from dialer.rules import caps
from dialer.rules.caps import Cap
from dialer.rules.compliance import Rules, RulesError, strictest
from dialer.rules.holidays import Holiday, easter
from dialer.rules.prefixes import barred_by, read_prefixes
from dialer.rules.words import Mode

RUSSIA = SimpleNamespace(country="RU")


def campaign(**given: Any) -> Any:
    return SimpleNamespace(rules=given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hour": {}}, "no rule named hour"),
        ({"hours": {"monday": "09:00-18:00"}}, "no day named monday"),
        ({"hours": {"mon": "9-18"}}, "cannot be read"),
        ({"hours": {"mon": "09:00-24:30"}}, "not times of a day"),
        ({"hours": {"mon": "09:00-09:00"}}, "are empty"),
        ({"hours": {"mon": ["09:00-13:00", "12:00-18:00"]}}, "overlap"),
        ({"hours": {"mon": "09:00-18:00", "zone": "Europe/Atlantis"}}, "no time zone named Europe/Atlantis"),
        ({"hours": "09:00-18:00"}, "written by day"),
        ({"office": {"mon": "09:00-18:00"}}, "office needs a zone"),
        ({"holidays": ["01-07"], "hours": {"all": "09:00-18:00"}}, "do not say what holds on a holiday"),
        ({"holidays": ["01-32"], "hours": {"all": "09:00-18:00", "holiday": "none"}}, "'01-32' cannot be read"),
        ({"holidays": "01-07"}, "holidays must be a list"),
        ({"caps": {"number": {"day": 0}}}, "must be a whole number from 1 up"),
        ({"caps": {"number": {"day": True}}}, "must be a whole number from 1 up"),
        ({"caps": {"number": {"fortnight": 1}}}, "no period fortnight"),
        ({"caps": {"person": {"day": 1}}}, "caps has no person"),
        ({"caps": {"number": 3}}, "must be written as"),
        ({"caps": 3}, "must be written as"),
        ({"min_gap_s": "10m"}, "min_gap_s must be a number"),
        ({"min_gap_s": -1}, "min_gap_s must be a number"),
        ({"min_gap_s": float("nan")}, "min_gap_s must be a number"),
        ({"prefixes": ["7"]}, "prefix '7' is not one"),
        ({"prefixes": "+7"}, "prefixes must be a list"),
        ({"modes": ["fast"]}, "no mode fast"),
        ({"modes": []}, "modes must be a list"),
        ({"consent": "soon"}, "consent must be true, false or the day"),
        ({"profiles": "uk"}, "profiles must be a list"),
        ({"profiles": ["atlantis"]}, "no profile named atlantis"),
    ],
)
def test_a_mistake_is_one_sentence(given: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        rules_for(campaign(**given), RUSSIA)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_profile_can_be_loaded_and_says_where_it_comes_from() -> None:
    for name in profiles.names():
        profile = profiles.load(name)
        assert profile.source.law and profile.source.version
        date.fromisoformat(profile.source.reviewed)
        assert set(profile.title) == {"en", "ru"}
    promised = ["us_federal", "us_fl", "us_al", "us_debt", "uk", "ru_ads", "ru_debt", "fr", "de", "eu", "none", "demo"]
    assert set(promised) <= set(profiles.names())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hourz: {}", "no rule named hourz"),
        ("hours: {all: '09:00-18:00', zone: Mars/Base}", "no time zone named Mars/Base"),
        ("caps: {number: {day: 1}}\ncaps: {number: {day: 2}}", "line 6: caps is given twice"),
        ("caps: [", "expected"),
        ("base: nowhere", "based on nowhere, which does not exist"),
        ("base: own", "based on itself"),
    ],
)
def test_a_typo_in_a_profile_names_the_file(tmp_path: Path, text: str, words: str) -> None:
    about = "title: {en: X, ru: X}\nversion: 1\nreviewed: 2026-11-01\nlaw: none\n"
    (tmp_path / "own.yaml").write_text(about + text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"own\.yaml") as caught:
        load("own", tmp_path)
    assert words in str(caught.value)


def test_a_profile_without_its_law_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("title: {en: X, ru: X}\nversion: 1\nreviewed: x\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"own\.yaml: law is missing"):
        load("own", tmp_path)


def test_a_campaign_that_names_no_profile_gets_the_careful_default() -> None:
    rules = rules_for(campaign(), RUSSIA)
    assert rules.profile == "standard@1"
    assert rules.hours and rules.caps


def test_the_same_content_gives_the_same_rules() -> None:
    assert rules_for(campaign(min_gap_s=60), RUSSIA) is rules_for(campaign(min_gap_s=60), RUSSIA)
    assert rules_for(campaign(min_gap_s=60), RUSSIA) != rules_for(campaign(min_gap_s=61), RUSSIA)


def test_a_campaign_can_tighten_a_profile_but_not_loosen_it() -> None:
    loose = rules_for(campaign(profiles=["ru_debt"], caps={"number": {"day": 9}}), RUSSIA)
    tight = rules_for(campaign(profiles=["us_federal"], min_gap_s=600, abandon_max_rate=0.5, ring_min_s=20), RUSSIA)
    assert [(cap.n, cap.source) for cap in loose.caps if cap.rule == "cap_number_day"] == [(1, "ru_debt")]
    found = {name: tight.limit(name) for name in ("min_gap_s", "abandon_max_rate", "ring_min_s")}
    assert {name: (one.value, one.source) for name, one in found.items() if one} == {
        "min_gap_s": (600, "campaign"),
        "abandon_max_rate": (0.03, "us_federal"),
        "ring_min_s": (20, "campaign"),
    }


def test_a_state_keeps_the_rules_of_the_federation() -> None:
    rules = profiles.load("us_fl").rules
    assert rules.profile == "us_federal@2+us_fl@2"
    assert [layer.source for layer in rules.hours] == ["us_federal", "us_fl"]


def test_modes_and_prefixes_of_all_sources_hold_together() -> None:
    layers = [Rules.from_dict({"modes": ["manual", "preview"]}, "a"), Rules.from_dict({"modes": ["preview"]}, "b")]
    merged = strictest(layers)
    assert frozenset.intersection(*(modes.allowed for modes in merged.modes)) == {Mode.PREVIEW}
    both = (read_prefixes(["+7", "+44"], "a"), read_prefixes(["+79"], "b"))
    assert barred_by("+79161234567", both, ()) is None
    assert (barred_by("+74951234567", both, ()) or {})["source"] == "b"


@pytest.mark.parametrize(
    ("number", "allowed", "why"),
    [
        ("+79161234567", ["+7"], None),
        ("+78091234567", ["+7"], "barred"),
        ("+78091234567", ["+7", "+7809"], None),
        ("+881612345678", ["+8"], "barred"),
        ("+12425550100", ["+1"], "barred"),
        ("+12125550100", ["+1"], None),
        ("+19005550100", ["+1"], "barred"),
        ("+442079460000", ["+7"], "not_listed"),
    ],
)
def test_premium_and_satellite_need_to_be_listed(number: str, allowed: list[str], why: str | None) -> None:
    barred, _ = profiles.prefixes()
    refusal = barred_by(number, (read_prefixes(allowed),), barred)
    assert (refusal["why"] if refusal else None) == why


@pytest.mark.parametrize(
    ("country", "home", "foreign"),
    [
        ("RU", "+79161234567", "+77011234567"),
        ("KZ", "+77011234567", "+79161234567"),
        ("GB", "+442079460000", "+12125550100"),
        ("US", "+12125550100", "+442079460000"),
    ],
)
def test_without_a_list_only_the_own_country_may_be_rung(country: str, home: str, foreign: str) -> None:
    rules = rules_for(campaign(profiles=["none"]), SimpleNamespace(country=country))
    assert barred_by(home, rules.prefixes, rules.barred) is None
    assert barred_by(foreign, rules.prefixes, rules.barred) is not None


def test_a_country_that_does_not_exist_dials_nothing() -> None:
    with pytest.raises(BadInput, match="'XX' is not a country's code"):
        rules_for(campaign(), SimpleNamespace(country="XX"))


def test_rules_without_any_prefix_list_ring_nobody() -> None:
    assert (barred_by("+79161234567", Rules.from_dict({}).prefixes, ()) or {})["why"] == "no_list"


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2000, "04-23"), (2008, "03-23"), (2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2038, "04-25")],
)
def test_easter_falls_on_the_days_the_almanac_says(year: int, sunday: str) -> None:
    assert easter(year) == date.fromisoformat(f"{year}-{sunday}")


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("4 thu 11", "2026-11-26"),
        ("last mon 5", "2026-05-25"),
        ("3 mon 1", "2026-01-19"),
        ("02-29", "2028-02-29"),
        ("easter-2", "2026-04-03"),
        ("2026-12-31", "2026-12-31"),
    ],
)
def test_holidays_fall_on_their_days(text: str, on: str) -> None:
    day = date.fromisoformat(on)
    assert Holiday(text).is_on(day)
    assert not Holiday(text).is_on(day.replace(day=day.day - 1))


def test_a_leap_day_is_no_holiday_in_other_years() -> None:
    assert not any(Holiday("02-29").is_on(date(2026, month, 1)) for month in range(1, 13))


def test_a_day_of_its_own_replaces_the_group_it_belongs_to() -> None:
    hours = Rules.from_dict({"hours": {"sun": "12:00-13:00", "all": "09:00-18:00", "weekend": "none"}}).hours[0]
    assert hours.week[6] == ((720, 780),)
    assert hours.week[5] is None
    assert hours.week[0] == ((540, 1080),)


def test_the_rules_page_names_the_source_of_each_value() -> None:
    rules = rules_for(campaign(profiles=["us_fl"], min_gap_s=60), SimpleNamespace(country="US"))
    shown = {(line.rule, line.value, line.source) for line in lines(rules)}
    assert {
        ("hours mon-sun", "08:00-20:00", "us_fl"),
        ("cap_number_24h", "3", "us_fl"),
        ("min_gap_s", "60", "campaign"),
        ("prefixes", "+1", "country US"),
        ("abandon_max_rate", "0.03", "us_federal"),
    } <= shown
    assert not next(line for line in lines(rules) if line.rule == "keep_scripts").enforced
    assert [source["name"] for source in as_dict(rules)["sources"]] == ["us_federal", "us_fl", "campaign"]


def test_hashing_rules_goes_by_content() -> None:
    one, other = Rules.from_dict({"min_gap_s": 5}), Rules.from_dict({"min_gap_s": 5})
    assert one == other and hash(one) == hash(other)


def test_a_wrong_rule_says_whose_it_is() -> None:
    with pytest.raises(RulesError, match=r"^uk: "):
        Rules.from_dict({"nonsense": 1}, "uk")


def test_a_cap_of_nothing_never_frees_by_itself_and_equal_caps_keep_the_first_source() -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    for per in ("day", "24h", "lifetime"):
        assert Cap("number", per, 0).next_free((), ("UTC",), noon) is None
    law, own = Cap("number", "day", 2, "law"), Cap("number", "day", 2, "campaign")
    assert caps.strictest((law, own)) == (law,)
    assert caps.strictest((own, Cap("number", "day", 1, "law"))) == (Cap("number", "day", 1, "law"),)


def test_what_all_campaigns_share_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Cap("number", "day", 2).n = 3  # type: ignore[misc]
