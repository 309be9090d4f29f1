"""Every letter stands in the contact's history with what became of it, and so does the end of the cadence."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from dialer.rules.words import Duty
from dialer.store.mail import Letter
from dialer.store.touches import TouchPlace
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("column", "said"),
    [("sent_at", ">sent<"), ("failed_at", "could not be sent"), ("unsure_at", "not known whether it left"),
     ("stopped_at", "no letters are wanted"), ("claimed_at", "is about to leave")],
)  # fmt: skip
def test_a_letter_says_what_became_of_it(lite, world, person, enter, column, said):
    with lite.write() as s:
        s.execute(update(Letter).values({"failed_at": None, column: NOON}))
        s.add(
            TouchPlace(
                contact_id=world.here.contact, campaign_id=world.here.campaign, stopped_at=NOON, stop_reason="reply"
            )
        )
    page = (
        enter(person("vera", Duty.SUPERVISOR, project_id=world.here.project))
        .get(f"/contacts/{world.here.contact}")
        .text
    )
    history = page.partition('id="history-title"')[2]
    assert history.count("Prices") == 1 and said in history
    assert "they wrote back" in history
