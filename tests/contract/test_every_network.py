"""One contract for every network: the same scenario leaves the same journal and outcome, seen from the database."""

from __future__ import annotations

import time

import pytest

from dialer import clock
from dialer.desk import handoffs
from dialer.providers.base import CustomerCall, Joined, Left, ProviderError
from dialer.rules.words import Amd, AttemptState, OperatorState, Outcome
from dialer.store import Database
from tests.contract.floor import OVER, floor
from tests.contract.networks import DIFFERENCES, Network, until

pytestmark = pytest.mark.timeout(300)
NOT_ANSWERED = ["placed", "sent", "ended"]
TALKED = ["placed", "sent", "answered", "connected", "ended"]


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ("busy", Outcome.BUSY),
        ("noanswer", Outcome.NO_ANSWER),
        ("rejected", Outcome.REJECTED),
        ("unallocated", Outcome.BAD_NUMBER),
        ("congestion", Outcome.CONGESTION),
        ("unreachable", Outcome.UNREACHABLE),
    ],
)
def test_a_call_that_is_not_answered_ends_with_its_own_outcome(
    lite: Database, net: Network, behaviour: str, outcome: Outcome
) -> None:
    with floor(lite, net) as made:
        made.sit()
        leg = made.dial(behaviour)
        made.reaches(leg, *OVER)
        assert made.journal(leg) == (NOT_ANSWERED, outcome, False)
        assert net.dialled() == [made.get(leg).to_number]


def test_an_answer_meets_the_operator_who_may_end_the_call(lite: Database, net: Network) -> None:
    with floor(lite, net) as made:
        ana = made.sit()
        leg = made.dial("talk")
        attempt = made.reaches(leg, AttemptState.CONNECTED)
        assert (attempt.operator_id, attempt.room) == (ana, made.world.session(ana).room)
        made.ask("call.hang_up", ana, attempt=leg)
        made.reaches(leg, AttemptState.ENDED)
        assert made.journal(leg) == (TALKED, Outcome.ANSWERED, False)
        assert made.world.state(ana) is OperatorState.WRAP_UP
        assert net.dialled() == [attempt.to_number]


def test_the_called_person_may_end_it_too(lite: Database, net: Network) -> None:
    with floor(lite, net) as made:
        ana = made.sit()
        leg = made.dial("early")
        made.reaches(leg, AttemptState.CONNECTED, *OVER)
        made.reaches(leg, AttemptState.ENDED)
        assert made.journal(leg) == (TALKED, Outcome.ANSWERED, False)
        assert made.world.state(ana) is OperatorState.WRAP_UP


def test_a_machine_is_hung_up_on_and_told_as_one(lite: Database, net: Network) -> None:
    with floor(lite, net, amd=True) as made:
        made.sit()
        leg = made.dial("machine")
        made.reaches(leg, *OVER)
        usual = ["placed", "sent", "answered", "ended"]
        assert made.journal(leg) == (DIFFERENCES.get((net.name, "machine"), usual), Outcome.MACHINE, False)


def test_a_machine_is_left_the_campaigns_message_after_its_beep_and_nobody_has_to_wrap_up(
    lite: Database, net: Network
) -> None:
    with floor(lite, net, amd=True, machine_message="voicemail-ru") as made:
        ana = made.sit()
        leg = made.dial("machine")
        attempt = made.reaches(leg, *OVER)
        usual = ["placed", "sent", "answered", "messaged", "ended"]
        assert made.journal(leg) == (DIFFERENCES.get((net.name, "voicemail"), usual), Outcome.MACHINE, False)
        assert net.left_on(leg, attempt.to_number)
        assert made.world.state(ana) is OperatorState.READY


def test_a_person_meets_the_operator_as_soon_whether_machines_are_left_a_message_or_not(
    lite: Database, net: Network
) -> None:
    with floor(lite, net, amd=True, machine_message="voicemail-ru") as made:
        ana = made.sit()
        leg = made.dial("talk")
        attempt = made.reaches(leg, AttemptState.CONNECTED)
        assert attempt.connected_at is not None and attempt.heard_at is not None
        assert (attempt.connected_at - attempt.heard_at).total_seconds() < 2.0
        time.sleep(1.0)  # long enough for a detection beside the call to say what it heard
        assert (made.get(leg).state, made.get(leg).amd) != (AttemptState.CONNECTED, Amd.MACHINE)
        made.ask("call.hang_up", ana, attempt=leg)
        made.reaches(leg, AttemptState.ENDED)
        assert made.journal(leg) == (TALKED, Outcome.ANSWERED, False)


def test_whom_nobody_can_talk_to_hears_a_message_and_counts_as_abandoned(lite: Database, net: Network) -> None:
    with floor(lite, net) as made:
        ana = made.sit()
        leg = made.dial("ring2")
        made.pause(ana)
        made.reaches(leg, *OVER)
        assert made.journal(leg) == (["placed", "sent", "answered", "messaged", "ended"], Outcome.ANSWERED, True)


def test_a_call_given_up_while_it_rings_is_cancelled(lite: Database, net: Network) -> None:
    with floor(lite, net, ring_s=20) as made:
        made.sit()
        leg = made.dial("noanswer")
        made.reaches(leg, AttemptState.RINGING)
        made.ask("campaign.stop", campaign=made.world.campaign_id)
        made.reaches(leg, *OVER)
        assert made.journal(leg) == (NOT_ANSWERED, Outcome.CANCELLED, False)


def test_hold_takes_a_contact_out_of_the_room_and_resume_brings_them_back(lite: Database, net: Network) -> None:
    with floor(lite, net) as made:
        ana = made.sit()
        leg = made.dial("talk")
        room = made.reaches(leg, AttemptState.CONNECTED).room
        made.ask("call.hold", ana, attempt=leg)
        until(lambda: made.of(leg, Left), what="it did not leave its room")
        assert made.get(leg).on_hold and made.get(leg).state is AttemptState.CONNECTED
        made.ask("call.resume", ana, attempt=leg)
        until(lambda: len(made.of(leg, Joined)) == 2, what="it did not come back")
        assert [e.room for e in made.of(leg, Joined, Left)] == [room, room, room]  # type: ignore[union-attr]
        made.ask("call.hang_up", ana, attempt=leg)
        made.reaches(leg, AttemptState.ENDED)
        assert made.journal(leg) == (TALKED, Outcome.ANSWERED, False)


def test_a_closer_joins_the_call_and_the_operator_leaves_them_to_it(lite: Database, net: Network) -> None:
    with floor(lite, net, closers=1) as made:
        ana, closer = made.sit(), made.sit(1)
        leg = made.dial("talk")
        room = made.reaches(leg, AttemptState.CONNECTED).room
        with lite.write() as s:
            given = handoffs.offer_live(s, leg, ana, clock.now()).id
        net.pick_up(1)
        until(lambda: made.world.state(closer) is OperatorState.TALKING, what="the closer did not come")
        made.ask("handoff.leave", ana, handoff=given)
        until(lambda: made.world.state(ana) is OperatorState.WRAP_UP)
        phone = made.world.session(ana).leg
        until(lambda: made.of(phone, Joined)[-1].room != room, what="the operator stayed")  # type: ignore[union-attr]
        assert made.get(leg).state is AttemptState.CONNECTED, "the two go on talking"
        made.ask("call.hang_up", closer, attempt=leg)
        made.reaches(leg, *OVER)
        assert made.journal(leg) == (TALKED, Outcome.ANSWERED, False)
        until(lambda: made.world.state(closer) is OperatorState.WRAP_UP)


def test_a_leg_can_be_moved_to_another_room(lite: Database, net: Network) -> None:
    with floor(lite, net) as made:
        made.sit()
        ben = made.sit(1)
        leg = made.dial("talk")
        made.reaches(leg, AttemptState.CONNECTED)
        there = made.world.session(ben).room
        net.provider.move(leg, there)
        until(lambda: [e for e in made.of(leg, Joined) if e.room == there], what="it did not arrive")  # type: ignore[union-attr]
        assert made.get(leg).state is AttemptState.CONNECTED
        net.provider.hang_up(leg)
        made.reaches(leg, AttemptState.ENDED)


def test_a_supervisor_listens_whispers_barges_in_and_goes_with_the_call(lite: Database, net: Network) -> None:
    with floor(lite, net, closers=1) as made:
        ana, olga = made.sit(), made.world.users[1]
        leg = made.dial("talk")
        made.reaches(leg, AttemptState.CONNECTED)
        made.ask("listen.start", olga, attempt=leg)
        net.pick_up(1)
        ear = until(lambda: made.listener(olga), what="the supervisor's phone did not come up").leg
        until(lambda: net.voice_of(ear) == "listen", what="the supervisor is not there, or is heard")
        for voice in ("whisper", "barge", "listen", "whisper"):
            made.ask("listen.voice", olga, voice=voice)
            until(lambda voice=voice: net.voice_of(ear) == voice, what=f"no {voice}")  # type: ignore[misc]
        assert made.get(leg).state is AttemptState.CONNECTED and made.world.state(ana) is OperatorState.TALKING
        made.ask("call.hang_up", ana, attempt=leg)
        until(lambda: made.listener(olga, up=False) is None, what="the supervisor stayed behind")
        assert made.journal(leg) == (TALKED, Outcome.ANSWERED, False)


def test_out_of_touch_nothing_is_dialled_and_the_call_that_is_up_lives_on(lite: Database, net: Network) -> None:
    with floor(lite, net) as made:
        ana = made.sit()
        made.sit(1)
        leg = made.dial("talk")
        made.reaches(leg, AttemptState.CONNECTED)
        net.down()
        until(lambda: not net.provider.ready, what="the lost link was not seen")
        waiting = made.world.contact(made_number := "+79167770000")
        time.sleep(1.0)  # long enough to dial, were it allowed
        assert made_number not in net.dialled()
        net.up()
        until(lambda: net.provider.ready, what="the link did not come back")
        until(lambda: made_number in net.dialled(), what="the waiting contact was not dialled")
        assert made.get(leg).state is AttemptState.CONNECTED and made.world.get(waiting).tries == 1
        made.ask("call.hang_up", ana, attempt=leg)
        made.reaches(leg, AttemptState.ENDED)
        assert made.journal(leg) == (TALKED, Outcome.ANSWERED, False)


def test_one_attempt_is_one_call_whatever_is_asked_again(lite: Database, net: Network) -> None:
    with floor(lite, net) as made:
        made.sit()
        leg = made.dial("busy")
        attempt = made.reaches(leg, *OVER)
        with pytest.raises(ProviderError):
            net.provider.originate(CustomerCall(leg, attempt.to_number, attempt.caller_id, 5))
        assert net.dialled() == [attempt.to_number]
