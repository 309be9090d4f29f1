"""What Asterisk says of an ended call -> one outcome, in the documented order."""

from __future__ import annotations

import pytest

from dialer.providers.asterisk.outcomes import Q850, SIP, outcome_of, sip_code
from dialer.rules.words import Amd, Outcome


def said(**given: object) -> Outcome:
    nothing = {
        "answered": False, "heard": None, "rang": False, "sip": 0, "cancelled": False, "reason": None, "cause": 0,
    }  # fmt: skip
    return outcome_of(**(nothing | given))


@pytest.mark.parametrize(
    ("sip", "cause", "outcome"),
    [
        # as measured on Asterisk 22 against a network that refuses in each of these ways
        (486, 17, Outcome.BUSY),
        (603, 21, Outcome.REJECTED),
        (404, 1, Outcome.BAD_NUMBER),
        (503, 34, Outcome.CONGESTION),
        (480, 19, Outcome.UNREACHABLE),
        # the cause alone, where no SIP answer was reported
        (0, 17, Outcome.BUSY),
        (0, 1, Outcome.BAD_NUMBER),
        (0, 20, Outcome.UNREACHABLE),
        (0, 34, Outcome.CONGESTION),
        (0, 16, Outcome.FAILED),
        (403, 21, Outcome.FAILED),
    ],
)
def test_a_refusal_becomes_its_outcome(sip: int, cause: int, outcome: Outcome) -> None:
    assert said(sip=sip, cause=cause) is outcome


def test_a_phone_that_rang_and_then_was_given_up_by_the_network_is_no_answer() -> None:
    assert said(sip=480, cause=19, rang=True) is Outcome.NO_ANSWER


def test_our_ring_time_out_is_no_answer_whatever_the_network_says_to_it() -> None:
    for sip in (0, 480, 486, 487, 503):
        assert said(sip=sip, cause=19, reason=3, rang=True) is Outcome.NO_ANSWER


def test_a_line_that_never_rang_until_our_time_out_was_not_reached() -> None:
    assert said(sip=480, cause=19, reason=3) is Outcome.UNREACHABLE


def test_what_we_hung_up_is_cancelled_and_not_the_echo_of_it() -> None:
    assert said(cancelled=True, cause=16) is Outcome.CANCELLED
    assert said(cancelled=True, sip=487, cause=127, rang=True) is Outcome.CANCELLED


def test_an_answer_beats_everything() -> None:
    assert said(answered=True, sip=486, cause=17, cancelled=True) is Outcome.ANSWERED
    assert said(answered=True, heard=Amd.MACHINE) is Outcome.MACHINE
    assert said(answered=True, heard=Amd.FAX) is Outcome.FAX
    assert said(answered=True, heard=Amd.UNSURE) is Outcome.ANSWERED


def test_the_originates_reason_is_the_last_word_where_nothing_else_was_said() -> None:
    assert said(reason=5) is Outcome.BUSY
    assert said(reason=8) is Outcome.CONGESTION
    assert said(reason=0) is Outcome.FAILED
    assert said() is Outcome.FAILED


def test_no_refusal_is_ever_taken_for_an_answer() -> None:
    lived = {Outcome.ANSWERED, Outcome.MACHINE, Outcome.FAX, Outcome.UNKNOWN}
    assert not lived & {*SIP.values(), *Q850.values()}
    assert all(said(sip=sip, cause=cause) not in lived for sip in range(700) for cause in (0, 16, 127))


@pytest.mark.parametrize(
    ("text", "code"), [("486", 486), ("SIP 486 Busy Here", 486), ("", 0), ("0", 0), ("Normal", 0), ("4860", 0)]
)
def test_the_sip_code_is_found_in_what_asterisk_calls_the_tech_cause(text: str, code: int) -> None:
    assert sip_code(text) == code
