"""The FastAGI server under many, slow, strange and hanging peers."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from agi.server import HookServer
from tests.wire.fake_agi import FakeHooks, FakePbx, Known
from tests.wire.fake_ami import until


def test_hundreds_of_conversations_at_once_each_get_their_own_answer(hooks: FakeHooks) -> None:
    server = HookServer(("127.0.0.1", 0), hooks, limit=400)
    server.start()
    hooks.lookup = lambda number: Known(f"c{number}")  # type: ignore[method-assign]
    wrong: list[str] = []

    def ring(number: str) -> None:
        with FakePbx(server.address) as pbx:
            pbx.greet("lookup", number)
            if pbx.answer_all().get("WARMLINE_CONTACT") != f"c{number}":
                wrong.append(number)

    threads = [threading.Thread(target=ring, args=(f"+7916555{n:04d}",)) for n in range(300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    server.stop()
    assert wrong == []
    assert server.refused == 0


def test_one_too_many_is_turned_away_and_a_place_is_free_again_afterwards(hooks: FakeHooks) -> None:
    server = HookServer(("127.0.0.1", 0), hooks, limit=2)
    server.start()
    first, second, third = (FakePbx(server.address) for _ in range(3))
    assert third.hear() == "", "closed without a word"
    assert server.refused == 1
    first.greet("operator")
    assert first.answer_all() == {"WARMLINE_ROOM": "r-12345678"}
    with FakePbx(server.address) as fourth:
        fourth.greet("operator")
        assert fourth.answer_all() == {"WARMLINE_ROOM": "r-12345678"}
    for pbx in (first, second, third):
        pbx.__exit__()
    server.stop()


def test_a_thread_serves_one_conversation_after_the_other_and_survives_those_that_fail(
    agi_server: HookServer, hooks: FakeHooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    broken = ValueError("not ours")

    def note(*_: object) -> str:
        seen.append(threading.current_thread().name)
        raise broken

    hooks.answers["operator"] = note
    monkeypatch.setattr("agi.server._Conversation.finish", note, raising=False)  # what no command's net catches
    for n in range(6):
        with FakePbx(agi_server.address) as pbx:
            pbx.greet("operator")
            assert pbx.answer_all() == {}
        until(lambda n=n: len(seen) == 2 * n + 2)
        until(lambda: agi_server._idle._value == 1)  # else a second thread would be right
    assert set(seen) == {"agi-0"}


def test_a_byte_now_and_then_does_not_keep_a_place(hooks: FakeHooks) -> None:
    server = HookServer(("127.0.0.1", 0), hooks, limit=1, greet_s=0.3)
    server.start()
    with FakePbx(server.address) as slow:
        ended = time.monotonic() + 10
        with pytest.raises(OSError):
            while time.monotonic() < ended:
                slow.say(b"a")
                time.sleep(0.02)
    assert time.monotonic() < ended
    server.stop()


def test_a_peer_that_never_answers_a_command_is_left_at_the_deadline(hooks: FakeHooks) -> None:
    server = HookServer(("127.0.0.1", 0), hooks, session_s=0.3)
    server.start()
    with FakePbx(server.address) as pbx:
        pbx.greet("answered")
        assert pbx.hear().startswith("EXEC MSet")
        assert pbx.hear() == ""
    server.stop()


def test_a_stranger_is_not_let_in(hooks: FakeHooks) -> None:
    server = HookServer(("127.0.0.1", 0), hooks, allow=["10.0.0.0/8"])
    server.start()
    with FakePbx(server.address) as pbx:
        assert pbx.hear() == ""
    assert server.refused == 1
    assert hooks.asked == []
    server.stop()


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01" * 50, b"\n", b"\0" * 20_000])
def test_another_protocol_is_left_without_harm(agi_server: HookServer, hooks: FakeHooks, garbage: bytes) -> None:
    with FakePbx(agi_server.address) as pbx:
        pbx.say(garbage)
        pbx.sock.shutdown(socket.SHUT_WR)
        try:
            assert pbx.hear() == ""
        except ConnectionResetError:
            pass
    assert hooks.asked == []
    with FakePbx(agi_server.address) as pbx:
        pbx.greet("operator")
        assert pbx.answer_all() == {"WARMLINE_ROOM": "r-12345678"}


def test_a_caller_who_hangs_up_while_the_engine_thinks_costs_nothing(agi_server: HookServer, hooks: FakeHooks) -> None:
    go = threading.Event()
    hooks.answers["operator"] = lambda: go.wait(10) and "r-12345678"
    with FakePbx(agi_server.address) as pbx:
        pbx.greet("operator")
        until(lambda: hooks.asked)
    go.set()
    hooks.answers["operator"] = "r-12345678"
    with FakePbx(agi_server.address) as pbx:
        pbx.greet("operator")
        assert pbx.answer_all() == {"WARMLINE_ROOM": "r-12345678"}


def test_stopping_ends_open_conversations_and_frees_the_port(hooks: FakeHooks) -> None:
    server = HookServer(("127.0.0.1", 0), hooks)
    server.start()
    with FakePbx(server.address) as pbx:
        pbx.greet("answered")
        pbx.hear()
        server.stop()
        assert pbx.hear() == ""
    again = HookServer(server.address, hooks)
    again.start()
    again.stop()
