"""Words and their colours."""

from __future__ import annotations

from dialer.rules.words import AppointmentState, ContactState
from webapp.words import tone


def test_a_meeting_that_was_held_is_good_and_a_contact_held_by_a_rule_waits():
    assert tone(AppointmentState.HELD) == "good"
    assert tone(ContactState.HELD) == "busy"
    assert tone(None) == "calm"
