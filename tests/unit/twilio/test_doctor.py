"""The doctor's questions to Twilio, and what it makes of the answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dialer.doctor.finding import Level
from dialer.doctor.twilio import twilio
from dialer.providers.twilio import checks
from dialer.rules.routes import Route
from dialer.rules.routes_text import to_dicts
from dialer.store import Database
from tests.support import world as worlds
from tests.support.twilio import rig


def test_a_sound_account_has_nothing_to_mend(lite: Database, tmp_path: Path) -> None:
    with rig(lite, tmp_path) as made:
        worlds.make(lite)
        found = [f for f in twilio(made.settings) if f.level is not Level.WARN]
    assert {f.level for f in found} == {Level.OK}
    assert [f.check for f in found] == ["Twilio account", "caller id +74950001122", "calls to RU", "webhooks"]


def test_what_is_wrong_is_named_with_what_to_do(lite: Database, tmp_path: Path) -> None:
    with rig(lite, tmp_path) as made:
        config = made.config(edge="")
        found = list(checks.check(config, ["+441134960000"], ["FR", "XX"]))
        assert [bool(f.mend) for f in found] == [False, True, True, True, False]
        lost = made.settings.model_copy(update={"public_url": made.stand_in.base_url})
        assert [f.level for f in twilio(lost) if f.check == "webhooks"][-1] is Level.FAIL


def test_a_wrong_token_ends_the_questions_at_once(lite: Database, tmp_path: Path) -> None:
    with rig(lite, tmp_path) as made:
        (found,) = checks.check(replace(made.config(), secret="wrong"), ["+74950001122"], ["RU"])
    assert found.what == "Twilio account" and "20003" in found.saw and found.mend


def test_an_installation_on_asterisk_is_not_asked(lite: Database, tmp_path: Path) -> None:
    with rig(lite, tmp_path) as made:
        assert list(twilio(made.settings.model_copy(update={"provider": "asterisk"}))) == []


def test_beside_a_pbx_the_numbers_of_routes_by_twilio_are_asked_about(lite: Database, tmp_path: Path) -> None:
    ways = [Route("asterisk", "a", ("+74951112233",)), Route("twilio", "", ("+74950009988",))]
    with rig(lite, tmp_path) as made:
        worlds.make(lite, routes=to_dicts(ways))
        twilio_settings = made.settings.twilio.model_copy(update={"bridge": "sip:pbx.example.com"})
        both = {"provider": "asterisk", "also": ["twilio"], "twilio": twilio_settings}
        found = [f.check for f in twilio(made.settings.model_copy(update=both)) if f.check.startswith("caller id")]
        assert found == ["caller id +74950009988"]
        lacking = made.settings.model_copy(update={"provider": "asterisk", "also": ["twilio"]})
        assert [f.level for f in twilio(lacking)] == [Level.FAIL], "the PBX's address is missing"
