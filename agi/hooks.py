"""What the commands ask. The engine implements this; tests give an object of their own.

Every method may be called from many threads at once, must return within the dialplan's patience (about 2 s), and may
raise: each command says in its own file what the dialplan is told then. May import ``dialer.providers.base``,
``dialer.rules.words`` and the standard library only.
"""

from __future__ import annotations

from typing import Protocol

from dialer.providers.base import Plan
from dialer.rules.words import Amd


class Known(Protocol):
    """Who has a number, in opaque ids: no name or field of a contact ever reaches the PBX (P7). "" is nobody."""

    @property
    def contact(self) -> str: ...

    @property
    def campaign(self) -> str: ...

    @property
    def owner(self) -> str: ...


class Hooks(Protocol):
    """``leg`` is always a leg's id, a number always E.164."""

    def answered(self, leg: str, heard: Amd) -> Plan:
        """A customer picked up. ``heard`` is UNSURE where no detection was asked for."""

    def operator(self, leg: str) -> str | None:
        """A person of ours picked up: the room to join, or None if nobody waits for them any more."""

    def inbound(self, leg: str, caller: str, called: str) -> Plan:
        """Somebody rings one of our numbers; ``caller`` and ``called`` are "" where the
        network does not tell them."""

    def lookup(self, number: str) -> Known | None:
        """Who has this number."""

    def suppressed(self, number: str) -> bool:
        """Whether the number must not be dialled. What cannot be decided is suppressed."""

    def opt_out(self, number: str, leg: str) -> None:
        """The person with this number asked not to be called again. Returns when that is written down."""

    def outcome(self, leg: str, disposition: str) -> bool:
        """The PBX's own dialplan found out how the call ended; False if that is refused."""
