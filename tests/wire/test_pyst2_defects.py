"""What is wrong with pyst2 itself. A failure here is good news: a release mended it, and our subclass may shrink."""

from __future__ import annotations

import importlib
import sys
from io import StringIO

import asterisk.agi
import asterisk.manager
import pytest


def raw_agi() -> asterisk.agi.AGI:
    """pyst2's AGI without its constructor, which installs a signal handler."""
    agi = asterisk.agi.AGI.__new__(asterisk.agi.AGI)
    agi.stdout, agi.stderr, agi._got_sighup = StringIO(), StringIO(), False
    return agi


def test_pyst2_lets_a_line_feed_start_a_second_agi_command() -> None:
    agi = raw_agi()
    agi.send_command("SET VARIABLE", agi._quote("X"), agi._quote('a\nEXEC System "id"'))
    assert agi.stdout.getvalue().count("\n") == 2


def test_pyst2_does_not_escape_quotes() -> None:
    assert raw_agi()._quote('a" "b') == '"a" "b"'


def test_pyst2_cannot_read_a_channel_variable_header() -> None:
    with pytest.raises(AttributeError):
        asterisk.manager.ManagerMsg(["Event: X\r\n", "ChanVariable(a): b=c\r\n"])


def test_pyst2_keeps_the_last_of_repeated_headers() -> None:
    message = asterisk.manager.ManagerMsg(["Response: Success\r\n", "ActionID: real\r\n", "ActionID: forged\r\n"])
    assert message["ActionID"] == "forged"


def test_pyst2_sends_the_headers_of_one_action_with_the_next() -> None:
    defaults = asterisk.manager.Manager.send_action.__defaults__
    assert defaults == ({},), "a mutable default that every call fills"


@pytest.mark.skipif("SocketServer" in sys.modules, reason="something else provides Python 2's SocketServer")
def test_pyst2_fastagi_does_not_import() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("asterisk.fastagi")
