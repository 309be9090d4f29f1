"""Bytes -> messages: whatever arrives, in whatever pieces."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.providers.asterisk.wire import MAX_HEADERS, MAX_LINE, MAX_MESSAGE, Splitter

STREAM = (
    b"Event: Newchannel\r\nUniqueid: a-1\r\n\r\n"
    b"Response: Success\r\nActionID: x\r\nMessage: \xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd\r\n\r\n"
    b"Event: Hangup\nUniqueid: a-1\n\n"
)


def feed(*chunks: bytes) -> list:
    splitter = Splitter()
    return [message for chunk in chunks for message in splitter.feed(chunk)]


def test_messages_are_the_same_wherever_the_bytes_are_split() -> None:
    whole = [message.headers for message in feed(STREAM)]
    assert [headers.get("Event") or headers["Response"] for headers in whole] == ["Newchannel", "Success", "Hangup"]
    for cut in range(len(STREAM)):
        assert [message.headers for message in feed(STREAM[:cut], STREAM[cut:])] == whole
    assert [message.headers for message in feed(*(bytes([byte]) for byte in STREAM))] == whole


def test_a_bare_newline_ends_a_line_as_well() -> None:
    (message,) = feed(b"Event: A\nKey: v\n\n")
    assert message.headers == {"Event": "A", "Key": "v"}


def test_the_first_of_repeated_headers_wins_and_all_are_kept() -> None:
    (message,) = feed(b"Response: Success\r\nOutput: one\r\nOutput: two\r\nActionID: real\r\nActionID: forged\r\n\r\n")
    assert message.get("ActionID") == "real"
    assert message.multi["Output"] == ["one", "two"]


def test_channel_variables_are_ordinary_headers() -> None:
    (message,) = feed(b"Event: X\r\nChanVariable(PJSIP/1): A=1\r\nChanVariable(PJSIP/1): B=2\r\n\r\n")
    assert message.multi["ChanVariable(PJSIP/1)"] == ["A=1", "B=2"]


def test_a_caller_named_status_will_follow_swallows_nothing() -> None:
    first, second = feed(b"Event: Newchannel\r\nCallerIDName: status will follow\r\n\r\nEvent: Hangup\r\n\r\n")
    assert (first.get("Event"), second.get("Event")) == ("Newchannel", "Hangup")


def test_bytes_that_are_not_utf8_are_marked_and_not_dropped() -> None:
    (message,) = feed("Event: A\r\nName: Иван\r\n\r\n".encode("cp1251"))
    assert message.get("Name") == "�" * 4


def test_lines_without_a_colon_become_data() -> None:
    (message,) = feed(b"Event: A\r\nwhat is this\r\n: no name\r\nKey: v\r\n\r\n")
    assert message.headers == {"Event": "A", "Key": "v"}
    assert message.data == "what is this\n: no name"


@pytest.mark.parametrize("piece", [1 << 20, 1000, 65_537])
def test_a_line_of_a_megabyte_is_cut_and_the_next_message_is_read(piece: int) -> None:
    stream = b"Event: A\r\nName: " + b"x" * (1 << 20) + b"\r\nAfter: yes\r\n\r\nEvent: B\r\n\r\n"
    splitter = Splitter()
    messages = [m for i in range(0, len(stream), piece) for m in splitter.feed(stream[i : i + piece])]
    assert [m.get("Event") for m in messages] == ["A", "B"]
    assert messages[0].get("After") == "yes"
    assert len(messages[0].get("Name")) <= MAX_LINE
    assert splitter.cut == 1


def test_a_message_without_an_end_costs_bounded_memory_and_is_counted_as_lost() -> None:
    splitter = Splitter()
    for _ in range(MAX_HEADERS * 3):
        assert splitter.feed(b"Key: value\r\n") == []
    assert len(splitter._lines) <= MAX_HEADERS + 1
    assert splitter.feed(b"\r\n") == []
    assert splitter.lost == 1
    assert [m.get("Event") for m in splitter.feed(b"Event: B\r\n\r\n")] == ["B"]


def test_a_message_with_too_many_bytes_is_lost_and_the_next_is_not() -> None:
    splitter = Splitter()
    line = b"K: " + b"x" * 60_000 + b"\r\n"
    assert splitter.feed(line * (MAX_MESSAGE // 60_000 + 2) + b"\r\n") == []
    assert splitter.lost == 1
    assert len(splitter.feed(b"Event: B\r\n\r\n")) == 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=8))
def test_no_bytes_whatever_break_the_reader_or_depend_on_the_cut(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in itertools.pairwise(edges)]
    tail = b"\r\n\r\nEvent: Last\r\n\r\n"
    whole = [m.multi for m in feed(data + tail)]
    assert [m.multi for m in feed(*pieces, tail)] == whole
    assert whole[-1].get("Event") == ["Last"]


WORDS = st.text("abcXYZ-019", min_size=1, max_size=6)
VALUES = st.text("abc: \tИ", max_size=12)


@given(st.lists(st.tuples(WORDS, VALUES), min_size=1, max_size=8), st.sampled_from([b"\r\n", b"\n"]))
def test_a_header_is_found_whether_one_is_asked_for_or_all(pairs: list[tuple[str, str]], end: bytes) -> None:
    block = end.join(f"{name}: {value}".encode() for name, value in pairs) + end * 2
    (message,) = feed(block)
    asked = {name: message.get(name) for name, _ in pairs}
    assert asked == message.headers
    assert message.get("absent", "none") == "none"
    assert message.name == "" and feed(b"Event: E\r\n" + block)[0].name == "E"
