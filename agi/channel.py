"""One AGI conversation: pyst2's AGI, made safe to give hostile names to and to run in a thread.

Kept from pyst2: the command methods and the exceptions. Replaced: quoting (pyst2's lets a line feed start a second
command), reading (its parser stumbles over brackets, odd bytes and a hang-up between command and answer), the signal
handler (impossible in a thread) and the log of everything said. May import pyst2 and the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import asterisk.agi
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

from agi.lines import LineReader

__all__ = ["AGIError", "AGIHangup", "DeadChannel", "SafeAGI", "Unsafe"]

APPLICATIONS = frozenset({"NoOp", "Playback", "Wait"})
"""What EXEC may run. Never System, never anything that dials."""
MAX_ENV = 128
MAX_COMMAND = 1_800
"""Asterisk reads AGI commands into a buffer of 2,048 bytes."""
MAX_STRAY = 256
"""Lines that are no answer, before the conversation is given up."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN = re.compile(r"[A-Za-z0-9_.:@+-]*\Z")
_CODE = re.compile(r"([1-5][0-9]{2})([ -])(.*)", re.DOTALL)
_RESULT = re.compile(r"result=(\S*)(?: \((.*)\))?(?: endpos=([0-9]+))?\s*\Z", re.DOTALL)
_CUT = re.compile(r"result=(\S*) \((.*)()\Z", re.DOTALL)
"""A variable with a line feed in it; the lines that follow belong to nobody."""


class Unsafe(AGIError):
    """A value or a command that must not travel; nothing was sent."""


class DeadChannel(AGIHangup):
    """Asterisk's 511: the call is over, and this command needs one."""


class SafeAGI(asterisk.agi.AGI):
    """``env`` holds what Asterisk said first, ``hung_up`` whether the caller went meanwhile.

    A hang-up does not end the conversation by itself: variables can be set on a channel that is about to go. Raises
    ``AGIHangup`` when the stream ends, TimeoutError at the reader's deadline.
    """

    def __init__(self, lines: LineReader) -> None:
        self.lines = lines
        self.hung_up = False
        self.env: dict[str, str] = {}
        self._get_agi_env()

    def _get_agi_env(self) -> None:
        """First value wins: a caller's name further down cannot replace what Asterisk put first."""
        seen = 0
        while lines := self.lines.ready():
            for number, line in enumerate(lines, start=1):
                if line == "":
                    self.hung_up = self.hung_up or "HANGUP" in lines[number:]
                    return
                name, colon, value = line.partition(":")
                if colon and name.startswith("agi_"):
                    self.env.setdefault(name, value.strip())
                self.hung_up = self.hung_up or line == "HANGUP"
            if (seen := seen + len(lines)) >= MAX_ENV:
                raise AGIError("the environment has no end")
        raise AGIHangup("the conversation was ended by Asterisk")

    def test_hangup(self) -> None:
        """Nothing: see the class's words on hanging up."""

    def argument(self, number: int) -> str:
        """``agi_arg_N``, "" if the dialplan gave none."""
        return self.env.get(f"agi_arg_{number}", "")

    def _line(self) -> str:
        """The next line that is not Asterisk's word of a hang-up. Raises ``AGIHangup`` at the end of the stream."""
        while True:
            line = self.lines.readline()
            if line is None:
                raise AGIHangup("the conversation was ended by Asterisk")
            if line != "HANGUP":
                return line
            self.hung_up = True

    def _quote(self, string: object) -> str:
        """One argument in quotes. Raises :class:`Unsafe` for control characters."""
        text = "" if string is None else str(string)
        if _CONTROL.search(text):
            raise Unsafe("the value holds a control character")
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def send_command(self, command: str, *args: object) -> None:
        """Send one command line. Raises :class:`Unsafe` if it would be none or more than one."""
        line = " ".join([command, *(str(arg) for arg in args)]).strip()
        if not line or _CONTROL.search(line):
            raise Unsafe("the command holds a control character")
        data = line.encode("utf-8", "replace") + b"\n"
        if len(data) > MAX_COMMAND:
            raise Unsafe("the command is too long")
        self.hung_up = "HANGUP" in self.lines.drain() or self.hung_up
        self.lines.write(data)

    def get_result(self, stdin: object = None) -> dict[str, tuple[str, str]]:
        """Read the answer: ``{"result": (value, text in brackets)}``, and ``endpos`` where there is one.

        Raises ``AGIResultHangup``, ``AGIAppError`` (-1), ``AGIInvalidCommand`` (510), :class:`DeadChannel` (511),
        ``AGIUsageError`` (520), ``AGIUnknownError``.
        """
        code, more, text = self._answer()
        if code == 200:
            return _result(text)
        if code == 520:
            raise AGIUsageError(self._usage(text) if more else text)
        if code == 510:
            raise AGIInvalidCommand(text)
        if code == 511:
            raise DeadChannel(text)
        raise AGIUnknownError(code, "an answer nobody expects")

    def _answer(self) -> tuple[int, bool, str]:
        for _ in range(MAX_STRAY):
            if match := _CODE.fullmatch(self._line()):
                return int(match[1]), match[2] == "-", match[3]
        raise AGIError("no answer among what Asterisk said")

    def _usage(self, first: str) -> str:
        lines = [first]
        for _ in range(MAX_STRAY):
            line = self._line()
            lines.append(line)
            if line.startswith("520 "):
                return "\n".join(lines)
        raise AGIError("the usage has no end")

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """Send and read. A broken pipe is a hang-up."""
        try:
            self.send_command(command, *args)
            return self.get_result()
        except ConnectionError as error:
            raise AGIHangup("the conversation broke") from error

    def set_variables(self, values: Mapping[str, str]) -> None:
        """All of them at once, in one question and answer. Raises :class:`Unsafe` for what MSet would take apart."""
        if any(not _PLAIN.match(value) for value in values.values()):
            raise Unsafe("the value cannot be set together with others")
        self.execute("EXEC", "MSet", self._quote(",".join(f"{name}={value}" for name, value in values.items())))

    def appexec(self, application: str, options: object = "") -> str:
        """EXEC, for :data:`APPLICATIONS` only. Raises :class:`Unsafe`."""
        if application not in APPLICATIONS:
            raise Unsafe("this application may not be run from here")
        return super().appexec(application, options)

    def exec_command(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """As :meth:`appexec`, with the arguments joined by commas."""
        if command not in APPLICATIONS:
            raise Unsafe("this application may not be run from here")
        return self.execute("EXEC", command, self._quote(",".join(str(arg) for arg in args)))

    def database_get(self, family: str, key: str) -> str:
        """The value of a key. Raises ``AGIDBError`` if there is none."""
        value, text = self.execute("DATABASE GET", self._quote(family), self._quote(key))["result"]
        if value != "1":
            raise AGIDBError("the key is not in the database")
        return text

    def get_data(self, filename: str, timeout: int = 2000, max_digits: int = 255) -> str:
        """The digits pressed, "" if none were in time."""
        return self.execute("GET DATA", self._quote(filename), int(timeout), int(max_digits))["result"][0]


def _result(text: str) -> dict[str, tuple[str, str]]:
    match = _RESULT.match(text) or _CUT.match(text)
    if match is None:
        raise AGIUnknownError(200, "an answer without a result")
    value, data, endpos = match[1], match[2] or "", match[3]
    if value == "-1":
        if data == "hangup":
            raise AGIResultHangup("the caller hung up during the command")
        raise AGIAppError("the command failed, or the caller hung up")
    found = {"result": (value, data)}
    return found | {"endpos": (endpos, "")} if endpos else found
