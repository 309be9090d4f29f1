"""The accounts of ``bench amd``: who was taken for whom, and how long nobody spoke to them."""

from __future__ import annotations

import pytest

from dialer import profiles
from dialer.bench.amd import ASTERISK, TRUTH, Plan, account, lines
from dialer.bench.amd_calls import Call, Wanted
from dialer.bench.figures import wilson
from dialer.lab.voices import COUNT


def call(behaviour: str, said: str, sound_s: float = 0.0, spoke_s: float = 0.0, language: str = "ru") -> Call:
    """A call answered at 100 s of some clock; the other moments are seconds after it."""
    wanted = Wanted(language, behaviour, 0, "tuned", (1, 2, 3))
    return Call(
        wanted, "a1", "79160000000", 90.0, 100.0, said, 0.0, spoke_s and 100 + spoke_s, sound_s and 100 + sound_s
    )


def test_every_voice_is_called_with_its_languages_parameters() -> None:
    wanted = list(Plan(calls=2).wanted())
    assert len(wanted) == 2 * 2 * len(TRUTH) * COUNT * 2
    used = {(one.language, one.set_name): one.parameters for one in wanted}
    assert used == {
        ("ru", "asterisk"): ASTERISK,
        ("en", "asterisk"): ASTERISK,
        ("ru", "tuned"): profiles.detection("ru"),
        ("en", "tuned"): profiles.detection("en"),
    }


def test_people_and_robots_are_counted_each_by_what_they_are() -> None:
    calls = [call("talk", "human", 2.5, 1.5), call("firm", "machine", 3.0, 3.5), call("mute", "unsure", 1.7)]
    calls += [call("machine", "machine"), call("curt", "human"), call("fax", "fax"), call("deadair", "unsure")]
    (found,) = account(calls)
    assert found["table"]["firm"] == {"human": 0, "unsure": 0, "machine": 1, "fax": 0, "not asked": 0}
    assert (found["people_lost"]["hits"], found["people_lost"]["n"]) == (1, 3)
    assert (found["robots_told"]["hits"], found["robots_told"]["n"]) == (2, 3)
    assert found["after_answer"]["over"]["hits"] == 2


def test_silence_begins_when_a_person_has_spoken_and_who_hears_nothing_at_all_waits_too_long() -> None:
    silence = [call("talk", "human", 2.5, 1.5), call("firm", "human", 3.0, 3.5), call("mute", "unsure", 1.7)]
    assert [one.after_greeting_s for one in silence] == [1.0, 0.0, pytest.approx(1.7)]
    (found,) = account([*silence, call("talk", "")])
    assert found["after_greeting"]["over"] | {"low": 0, "high": 0} == {"hits": 1, "n": 4, "low": 0, "high": 0}
    assert found["after_greeting"]["p99"] == 1.7


def test_the_tuned_set_of_each_language_is_judged() -> None:
    sets = account([call("mute", "unsure", 1.7), call("mute", "unsure", 2.7, language="en")])
    told = "\n".join(lines({"calls_per_voice": 1, "sets": sets}))
    assert "PASSED: after greeting: a person hears nothing for 1.7 s" in told
    assert "MISSED: after greeting: a person hears nothing for 2.7 s" in told


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0, 1)]
)
def test_wilsons_interval(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
