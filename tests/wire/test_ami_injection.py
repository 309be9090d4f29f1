"""What leaves us: hostile values never reach the wire (promise P7)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.providers.asterisk.encode import AUTO_ANSWER, encode
from dialer.providers.asterisk.errors import BadValue
from dialer.providers.asterisk.manager import SafeManager
from tests.wire.fake_ami import FakeAmi, until

HOSTILE = [
    "Bob\r\n\r\nAction: Command\r\nCommand: core stop now",
    "Bob\nAction: Command",
    "Bob\rX",
    "Bob\0",
    "a\x85b",
    "a\u2028b",
    "x" * 10_240,
    "\udcff",
]
HOSTILE_VARIABLES = [
    "NAME=Ivan,EVIL=1",
    "CHANNEL(accountcode)=fraud",
    "TIMEOUT(absolute)=7",
    "NAME=${SHELL(id)}",
    "NAME=$[1+1]",
    'NAME="',
    "NAME=a\\b",
    "NAME=a;b",
    "FUNCTION(x)",
    "=x",
    "PJSIP_HEADER(add,X-Name)=Ivan",
    "PJSIP_ENDPOINT(trunk,context)=x",
    "PJSIP_ENDPOINT(trunk,context),EVIL=1",
    "A B=1",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_refused_and_not_one_byte_is_sent(ami: FakeAmi, manager: SafeManager, value: str) -> None:
    with pytest.raises(BadValue):
        manager.originate("PJSIP/1@trunk", "s", caller_id=value)
    manager.ping()
    assert b"Originate" not in ami.session.raw
    assert b"Command" not in ami.session.raw
    assert [action["Action"] for action in ami.session.actions] == ["Challenge", "Login", "Ping"]


@pytest.mark.parametrize("value", ["${SHELL(id)}", "a,b", 'x"y', "$[1]"])
def test_a_value_set_on_a_channel_is_from_the_same_alphabet(value: str) -> None:
    with pytest.raises(BadValue):
        encode({"Action": "Setvar", "Variable": "WARMLINE_NUMBER", "Value": value})
    encode({"Action": "Setvar", "Variable": "WARMLINE_NUMBER", "Value": "+79161112233"})


@pytest.mark.parametrize("value", HOSTILE_VARIABLES)
def test_a_variable_cannot_set_another_or_run_a_function(value: str) -> None:
    with pytest.raises(BadValue):
        encode({"Action": "Originate", "Variable": ["WARMLINE_AMD=1", value]})
    with pytest.raises(BadValue):
        encode({"Action": "Originate", "variable": value})


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(BadValue) as refused:
        encode({"CallerID": "Secretov\n"})
    assert "Secretov" not in str(refused.value)
    assert "CallerID" in str(refused.value)


@pytest.mark.parametrize("name", ["Action: Command\r\nX", "", "Key:", "K y", "Ключ"])
def test_a_header_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(BadValue):
        encode({"Action": "Ping", name: "1"})


def test_more_headers_than_asterisk_takes_are_refused() -> None:
    with pytest.raises(BadValue):
        encode({"Action": "X", "Key": ["v"] * 200})


def test_every_item_of_a_list_is_a_header_of_its_own() -> None:
    sent = encode({"Action": "Originate", "Variable": ["A=1", "__B=two words", AUTO_ANSWER[0]], "Data": None})
    assert sent == (
        b"Action: Originate\r\nVariable: A=1\r\nVariable: __B=two words\r\n"
        b"Variable: PJSIP_HEADER(add,Call-Info)=<sip:warmline>\\;answer-after=0\r\n\r\n"
    )


def test_an_action_carries_nothing_of_the_one_before(ami: FakeAmi, manager: SafeManager) -> None:
    manager.send_action(Action="First", Channel="PJSIP/1")
    manager.send_action(Action="Second")
    until(lambda: ami.seen("Second"))
    assert set(ami.seen("Second")[0]) == {"Action", "ActionID"}
    assert ami.seen("First")[0]["ActionID"] != ami.seen("Second")[0]["ActionID"]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=12), st.text(max_size=60), max_size=4))
def test_what_is_sent_is_one_action_with_the_headers_given_or_nothing(action: dict[str, str]) -> None:
    try:
        sent = encode({"Action": "Ping", **action})
    except BadValue:
        return
    assert sent.count(b"\n\r\n") == 1 and sent.endswith(b"\r\n\r\n")
    assert sent.count(b"\n") == sent.count(b"\r") == len({"Action": "", **action}) + 1
