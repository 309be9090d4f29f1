"""The parameters of machine detection: of the campaign's language, and never at the price of two seconds of silence."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dialer import profiles
from dialer.campaigns.language import spoken_in
from dialer.engine import answers, routing
from dialer.errors import BadInput
from dialer.profiles.machines import PARAMETERS
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign, Project


def campaign(announcement: str, country: str = "RU", amd: bool = True) -> Campaign:
    return Campaign(announcement=announcement, amd=amd, ring_s=20, project=Project(country=country))


@pytest.mark.parametrize(
    ("announcement", "country", "language"),
    [
        ("sorry-ru", "US", "ru"),
        ("abandoned-en", "RU", "en"),
        ("ours", "RU", "ru"),
        ("ours-de", "DE", "en"),
        ("", "GB", "en"),
    ],
)
def test_a_campaigns_language_is_its_announcements_else_its_countrys(
    announcement: str, country: str, language: str
) -> None:
    assert spoken_in(campaign(announcement, country)) == language


def test_a_call_is_listened_to_in_its_campaigns_language_or_not_at_all() -> None:
    attempt = Attempt(id="a1234567", to_number="+79161234567", caller_id="", trunk="", provider="")
    assert routing.call_of(attempt, campaign("sorry-en"), after_beep=False).amd == "en"
    assert routing.call_of(attempt, campaign("sorry-en", amd=False), after_beep=False).amd == ""


@pytest.mark.parametrize("language", profiles.tuned())
def test_nobody_hears_nothing_for_two_seconds(language: str) -> None:
    given = dict(zip(PARAMETERS, profiles.detection(language), strict=True))
    first_sound_ms = 500  # Asterisk counts silence from the first packet of the far side, which may be so late
    assert given["initial_silence"] + first_sound_ms < 1800
    assert given["after_greeting_silence"] + 1000 * answers.WAIT_S < 1800


def test_both_languages_of_the_product_are_tuned_and_others_fall_back() -> None:
    assert set(profiles.tuned()) == {"ru", "en"}
    assert profiles.detection("de") == profiles.detection("en")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"greeting": 0}, "amd.yaml: en: greeting must be a whole number from 1 up"),
        ({"greeting": "long"}, "amd.yaml: en: greeting must be a whole number from 1 up"),
        ({"greting": 1500}, "amd.yaml: en must give"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(tmp_path: Path, change: dict[str, object], says: str) -> None:
    table = {**dict.fromkeys(PARAMETERS, 100), **change}
    (tmp_path / "amd.yaml").write_text(yaml.safe_dump({"en": table}))
    with pytest.raises(BadInput, match=says):
        profiles.detection("en", tmp_path)
