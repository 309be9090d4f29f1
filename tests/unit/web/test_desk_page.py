"""The desk's page: the contact's card, whatever number the call came over."""

from __future__ import annotations

from dialer.rules.words import AttemptState, Duty, OperatorState
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorSession
from tests.conftest import NOON


def test_the_whole_script_can_be_printed_from_the_desk(person, enter, lite, world):
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    with lite.write() as s:
        s.add(
            OperatorSession(
                user_id=anna.id, campaign_id=world.here.campaign, line=1, state=OperatorState.READY, since_at=NOON,
                leg_up=True,
            )
        )  # fmt: skip
    desk = enter(anna)
    assert 'href="/desk/script/paper"' in desk.get("/desk").text
    page = desk.get("/desk/script/paper").text
    assert "First call" in page and "{{" not in page and "Anna" in page


def test_without_a_campaign_there_is_no_script_to_print(person, enter, world):
    assert (
        enter(person("anna", Duty.OPERATOR, project_id=world.here.project)).get("/desk/script/paper").status_code == 404
    )


def test_a_contact_is_shown_when_the_call_is_not_over_any_of_their_numbers(person, enter, lite, world):
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    with lite.write() as s:
        attempt = s.get_one(Attempt, world.here.attempt)
        attempt.state, attempt.to_number, attempt.operator_id = AttemptState.CONNECTED, "+74950000000", anna.id
        attempt.ended_at = None
        s.add(
            OperatorSession(
                user_id=anna.id, campaign_id=world.here.campaign, line=1, state=OperatorState.TALKING, since_at=NOON,
                leg_up=True, attempt_id=attempt.id,
            )
        )  # fmt: skip
    page = enter(anna).get("/desk")
    assert page.status_code == 200 and "ООО «Ромашка»" in page.text
    assert 'class="number"' in page.text
