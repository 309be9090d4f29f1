"""What pacing is told, and what it says: plain data, so that any decision can be written down and replayed.

Part of pacing (step 4 of a call). May import the standard library only.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from dialer.rules.pacing.outlook import Outlook
from dialer.rules.words import Mode

NOTHING = "nothing placed: "
"""How the word of a campaign begins where not pacing but something else is in the way."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Counts of one campaign at one instant, and what predictive dialling knows besides.

    ready: operators who could take a call now · ringing: calls under way that nobody is reserved for ·
    waiting: answered calls that wait for an operator · lines: all calls up · max_lines: the campaign's cap ·
    tokens: calls the carrier's limit of calls per second leaves for this moment ·
    talking, wrapping: seconds each busy operator has been in that state · ages: seconds each ringing call has rung ·
    outlook: what was learnt, None if nothing is known · theta: the risk a call may carry ·
    cap, answered, abandoned: the abandonment rule and the counts in its window.
    """

    mode: Mode
    ready: int
    ringing: int
    waiting: int
    lines: int
    max_lines: int
    tokens: int
    talking: tuple[float, ...] = ()
    wrapping: tuple[float, ...] = ()
    ages: tuple[float, ...] = ()
    outlook: Outlook | None = None
    theta: float = 0.0
    cap: float = 0.0
    answered: int = 0
    abandoned: int = 0

    def plain(self) -> dict[str, Any]:
        """As data that JSON can carry."""
        return {**asdict(self), "mode": self.mode.value}

    def counts(self, risk: float) -> dict[str, Any]:
        """The few figures that a person watches."""
        plain = {
            name: getattr(self, name) for name in ("ready", "ringing", "waiting", "lines", "answered", "abandoned")
        }
        shares = {"risk": risk, "theta": self.theta, "cap": self.cap}
        rounded = {name: round(share, 5) for name, share in shares.items()}
        return {**plain, "talking": len(self.talking), "wrapping": len(self.wrapping), **rounded}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Snapshot:
        """The reverse of :meth:`plain`."""
        look = data["outlook"]
        lists = {name: tuple(data[name]) for name in ("talking", "wrapping", "ages")}
        return cls(**{**data, **lists, "mode": Mode(data["mode"]), "outlook": Outlook.of(look) if look else None})


@dataclass(frozen=True, slots=True)
class Decision:
    """``place`` calls now, and the sentence that says why.

    ``risk`` is that of the last call placed (or of the next one, if none was); ``facts`` the counts it went by.
    """

    place: int
    why: str
    risk: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict, compare=False)
