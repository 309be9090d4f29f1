"""One AGI conversation against a peer that misbehaves."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from asterisk.agi import (
    AGIAppError,
    AGIDBError,
    AGIError,
    AGIHangup,
    AGIInvalidCommand,
    AGIResultHangup,
    AGIUnknownError,
    AGIUsageError,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agi.channel import DeadChannel, SafeAGI, Unsafe
from agi.lines import LineReader

ENV = b"agi_network: yes\nagi_network_script: answered\nagi_uniqueid: a1234567890\n\n"
Open = Callable[..., tuple[SafeAGI, socket.socket]]


@pytest.fixture
def talk() -> Iterator[Open]:
    """``talk(answers, env)``: a conversation whose peer has already said all of it."""
    socks: list[socket.socket] = []

    def open_(answers: bytes = b"", env: bytes = ENV, due_s: float = 5.0) -> tuple[SafeAGI, socket.socket]:
        ours, theirs = socket.socketpair()
        socks.extend((ours, theirs))
        theirs.sendall(env)
        agi = SafeAGI(LineReader(ours, time.monotonic() + due_s))
        theirs.sendall(answers)
        theirs.settimeout(5)
        return agi, theirs

    yield open_
    for sock in socks:
        sock.close()


def sent(peer: socket.socket) -> bytes:
    return peer.recv(65536)


def test_the_environment_is_read_and_its_first_value_wins(talk: Open) -> None:
    agi, _ = talk(env=b"agi_network_script: answered\nagi_callerid: x\nagi_network_script: evil\nother: y\n\n")
    assert agi.env == {"agi_network_script": "answered", "agi_callerid": "x"}


def test_bytes_that_are_not_utf8_are_marked(talk: Open) -> None:
    agi, _ = talk("200 result=1 (Иван)\n".encode("cp1251"), env="agi_calleridname: Иван\n\n".encode("cp1251"))
    assert agi.env["agi_calleridname"] == "�" * 4
    assert agi.get_variable("X") == "�" * 4


@pytest.mark.parametrize("env", [b"", b"agi_network: yes\n", b"agi_network: y"])
def test_the_end_of_the_stream_in_the_environment_is_a_hang_up(env: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(env)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(AGIHangup):
            SafeAGI(LineReader(ours, time.monotonic() + 5))


def test_a_missing_blank_line_ends_at_the_deadline(talk: Open) -> None:
    with pytest.raises(TimeoutError):
        talk(env=b"agi_network: yes\n", due_s=0.2)


def test_an_endless_environment_and_an_endless_line_are_given_up(talk: Open) -> None:
    with pytest.raises(AGIError):
        talk(env=b"agi_x: y\n" * 1000)
    with pytest.raises(ValueError, match="too long"):
        talk(env=b"x" * 20_000)


@pytest.mark.parametrize(
    "value", ["plain", 'with "quotes"', "back\\slash", 'x" "y', "paren) result=-1", "Пётр", "", "hangup"]
)
def test_any_printable_value_arrives_as_one_argument(talk: Open, value: str) -> None:
    agi, peer = talk(b"200 result=1\n")
    agi.set_variable("X", value)
    line = sent(peer).decode()
    assert line.startswith('SET VARIABLE "X" "') and line.endswith('"\n') and line.count("\n") == 1
    inside = line.removeprefix('SET VARIABLE "X" "').removesuffix('"\n')
    assert inside.replace('\\"', '"').replace("\\\\", "\\") == value


@pytest.mark.parametrize("value", ['a\nEXEC System "id"', "a\rb", "a\0b", "x" * 5000])
def test_a_value_that_could_be_a_second_command_is_refused_and_nothing_is_sent(talk: Open, value: str) -> None:
    agi, peer = talk(b"200 result=1\n")
    with pytest.raises(Unsafe):
        agi.set_variable("X", value)
    agi.noop()
    assert sent(peer) == b"NOOP\n"


def test_unquoted_arguments_of_pyst2_are_checked_as_well(talk: Open) -> None:
    agi, _ = talk()
    with pytest.raises(Unsafe):
        agi.stream_file('x\nEXEC System "id"')
    with pytest.raises(Unsafe):
        agi.set_callerid("1\nHANGUP")


@pytest.mark.parametrize("application", ["System", "TrySystem", "Dial", "AGI", "Originate", "MixMonitor", "system"])
def test_dangerous_applications_are_not_run(talk: Open, application: str) -> None:
    agi, peer = talk(b"200 result=0\n")
    with pytest.raises(Unsafe):
        agi.appexec(application, "x")
    with pytest.raises(Unsafe):
        agi.exec_command(application, "x")
    agi.appexec("Playback", "sorry")
    assert sent(peer) == b'EXEC Playback "sorry"\n'


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (b"200 result=1 (plain)\n", "plain"),
        (b"200 result=1 (a) result=-1 (hangup)\n", "a) result=-1 (hangup"),
        (b"200 result=1 ()\n", ""),
        (b"200 result=0\n", ""),
        (b"200 result=1 (hangup)\n", "hangup"),
        (b'200 result=1 (x" (y))\r\n', 'x" (y)'),
    ],
)
def test_a_variable_may_hold_anything(talk: Open, answer: bytes, value: str) -> None:
    agi, _ = talk(answer)
    assert agi.get_variable("X") == value


def test_a_hang_up_between_command_and_answer_does_not_eat_the_answer(talk: Open) -> None:
    agi, peer = talk(b"HANGUP\n")
    answering = threading.Thread(target=lambda: (sent(peer), peer.sendall(b"200 result=1 (kept)\n")))
    answering.start()
    assert agi.get_variable("X") == "kept"
    answering.join()
    assert agi.hung_up
    peer.sendall(b"200 result=1\n")
    agi.set_variable("X", "y")


def test_a_hang_up_before_a_command_is_noticed(talk: Open) -> None:
    agi, peer = talk(b"200 result=1\nHANGUP\n")
    agi.noop()
    peer.sendall(b"200 result=1\n")
    agi.noop()
    assert agi.hung_up


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"510 Invalid or unknown command\n", AGIInvalidCommand),
        (b"511 Command Not Permitted on a dead channel\n", DeadChannel),
        (b"520-Invalid command syntax.  Proper usage follows:\nUsage: NOOP\n520 End of proper usage.\n", AGIUsageError),
        (b"520 Invalid command syntax.  Proper usage not available.\n", AGIUsageError),
        (b"200 result=-1\n", AGIAppError),
        (b"200 result=-1 (hangup)\n", AGIResultHangup),
        (b"200 nothing\n", AGIUnknownError),
        (b"404 what\n", AGIUnknownError),
        (b"garbage\n" * 300, AGIError),
    ],
)
def test_every_kind_of_answer_has_its_exception_and_the_next_command_works(
    talk: Open, answer: bytes, error: type[Exception]
) -> None:
    agi, peer = talk(answer)
    with pytest.raises(error) as raised:
        agi.noop()
    assert raised.type is error
    peer.sendall(b"200 result=0\n")
    agi.noop()


@pytest.mark.parametrize("answer", [b"", b"HANGUP\n", b"520-Usage\n", b"200 resu", b"stray\n"])
def test_the_end_of_the_stream_instead_of_an_answer_is_a_hang_up(talk: Open, answer: bytes) -> None:
    agi, peer = talk(answer)
    peer.shutdown(socket.SHUT_WR)
    with pytest.raises(AGIHangup):
        agi.noop()


def test_a_broken_pipe_is_a_hang_up(talk: Open) -> None:
    agi, peer = talk()
    peer.close()
    with pytest.raises(AGIHangup):
        for _ in range(5):
            agi.noop()


def test_a_silent_peer_ends_at_the_deadline(talk: Open) -> None:
    agi, _ = talk(due_s=0.2)
    with pytest.raises(TimeoutError):
        agi.noop()


def test_the_rest_of_an_old_answer_is_not_taken_for_the_new_one(talk: Open) -> None:
    agi, peer = talk(b"200 result=1 (line one\n200 result=1 (forged)\nline two)\n")
    assert agi.get_variable("X") == "line one"
    peer.sendall(b"200 result=1 (true)\n")
    assert agi.get_variable("X") == "true"


def test_database_and_digits_are_read_as_asterisk_says_them(talk: Open) -> None:
    agi, peer = talk(b"200 result=1 (found)\n")
    assert agi.database_get("fam", "key") == "found"
    assert sent(peer) == b'DATABASE GET "fam" "key"\n'
    peer.sendall(b"200 result=0\n")
    with pytest.raises(AGIDBError):
        agi.database_get("fam", "none")
    peer.sendall(b"200 result= (timeout)\n")
    assert agi.get_data("beep") == ""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_answer_whatever_does_anything_but_a_result_or_a_known_exception(talk: Open, answer: bytes) -> None:
    agi, peer = talk()
    peer.sendall(answer)
    peer.shutdown(socket.SHUT_WR)
    try:
        assert isinstance(agi.get_variable("X"), str)
    except AGIError:
        pass


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_environment_whatever_breaks_the_reader(talk: Open, env: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(env)
        theirs.shutdown(socket.SHUT_WR)
        try:
            SafeAGI(LineReader(ours, time.monotonic() + 5))
        except AGIError:
            pass
