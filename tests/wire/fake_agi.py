"""The PBX's side of a FastAGI conversation, and an engine that answers what the test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dialer.providers.base import Join, Plan, Reject


@dataclass(frozen=True)
class Known:
    """See ``agi.hooks.Known``."""

    contact: str
    campaign: str = ""
    owner: str = ""


LEG = "a1234567890abcdef"


class FakeHooks:
    """Answers from attributes, remembers the questions; an exception set as an answer is raised."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.answers: dict[str, Any] = {
            "answered": Join("r-12345678"),
            "operator": "r-12345678",
            "inbound": Reject(),
            "lookup": Known("c77", "p3", "u5"),
            "suppressed": False,
            "opt_out": None,
            "outcome": True,
        }
        self._lock = threading.Lock()

    def _ask(self, name: str, *args: Any) -> Any:
        with self._lock:
            self.asked.append((name, *args))
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer() if isinstance(answer, Callable) else answer  # type: ignore[arg-type]

    def answered(self, leg: str, heard: Any) -> Plan:
        return self._ask("answered", leg, heard)

    def operator(self, leg: str) -> str | None:
        return self._ask("operator", leg)

    def inbound(self, leg: str, caller: str, called: str) -> Plan:
        return self._ask("inbound", leg, caller, called)

    def lookup(self, number: str) -> Known | None:
        return self._ask("lookup", number)

    def suppressed(self, number: str) -> bool:
        return self._ask("suppressed", number)

    def opt_out(self, number: str, leg: str) -> None:
        self._ask("opt_out", number, leg)

    def outcome(self, leg: str, disposition: str) -> bool:
        return self._ask("outcome", leg, disposition)


class FakePbx:
    """Connects, says the environment, answers every command and remembers what was set."""

    def __init__(self, address: tuple[str, int], variables: dict[str, str] | None = None) -> None:
        self.sock = socket.create_connection(address, timeout=15)
        self.file = self.sock.makefile("rb")
        self.variables = variables or {}
        self.commands: list[str] = []
        self.set: dict[str, str] = {}

    def __enter__(self) -> FakePbx:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.sock.close()

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def greet(self, script: str, *args: str, uniqueid: str = LEG, **env: str) -> None:
        fields = {
            "agi_network": "yes",
            "agi_network_script": script,
            "agi_uniqueid": uniqueid,
            "agi_callerid": "79165550000",
            "agi_callidname": "unknown",
            "agi_dnid": "unknown",
            "agi_extension": "s",
            **env,
            **{f"agi_arg_{n}": arg for n, arg in enumerate(args, 1)},
        }
        self.say("".join(f"{key}: {value}\n" for key, value in fields.items()).encode() + b"\n")

    def hear(self) -> str:
        """The next command, "" when the server ended the conversation."""
        return self.file.readline().decode().rstrip("\n")

    def answer_all(self) -> dict[str, str]:
        """Play Asterisk until the server goes; return the variables it set."""
        while command := self.hear():
            self.commands.append(command)
            self.say(self._reply(command))
        return self.set

    def _reply(self, command: str) -> bytes:
        words = command.split('"')
        if command.startswith("EXEC MSet "):
            self.set |= dict(pair.split("=", 1) for pair in words[1].split(","))
            return b"200 result=0\n"
        if command.startswith("GET VARIABLE"):
            value = self.variables.get(words[1])
            return f"200 result=1 ({value})\n".encode() if value is not None else b"200 result=0\n"
        return b"510 Invalid or unknown command\n"
