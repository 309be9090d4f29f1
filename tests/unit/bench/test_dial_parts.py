"""The parts of the dial bench that need no Asterisk: its robots, and the loop's eye for hang-ups."""

from __future__ import annotations

from datetime import timedelta

from dialer import clock
from dialer.bench import floor
from dialer.bench.bare_dial import HANGUP
from dialer.engine.core import Engine
from dialer.lab.behaviours import named
from dialer.providers.pretend import PretendProvider
from dialer.rules.words import AttemptState, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt


def test_robots_save_what_their_calls_came_to(lite: Database) -> None:
    now = [clock.now()]
    provider = PretendProvider(lambda: now[0])
    talks = provider.callee(named("talk").number())
    provider.callee = lambda _: talks  # type: ignore[method-assign]
    made = floor.make(lite, contacts=3, operators=1, calls_per_second=5.0, record=False)
    engine = Engine(lite, provider, name="bench", clock=lambda: now[0], steady=lambda: now[0].timestamp())
    engine.start()
    made.sit_down()
    for _ in range(20):
        now[0] += timedelta(seconds=0.1)
        provider.advance()
        engine.turn()
    with lite.read() as s:
        [attempt] = s.query(Attempt).all()
    assert attempt.state is AttemptState.CONNECTED and made.save_wrap_ups() == 0
    provider.hang_up(attempt.id)
    for _ in range(3):
        now[0] += timedelta(seconds=0.1)
        provider.advance()
        engine.turn()
    assert made.in_state(OperatorState.WRAP_UP) == 1
    assert made.save_wrap_ups() == 1
    with lite.read() as s:
        assert s.get_one(Attempt, attempt.id).disposition == floor.DISPOSITION


def test_the_bare_loop_counts_its_own_hang_ups_only() -> None:
    def hang_up(name: str) -> bytes:
        return f"Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: {name}\r\nCause: 16\r\n\r\n".encode()

    heard = hang_up("abare7x") + hang_up("obench1") + b"Event: Newchannel\r\nUniqueid: abare8x\r\n\r\n"
    assert HANGUP.findall(heard + hang_up("abare9x")) == [b"7", b"9"]
