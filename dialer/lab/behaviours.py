"""How the lab's telephone network treats a number, by its last two digits.

One table: the network's dialplan, the judge of :meth:`Lab.network_calls`, the tests and docs/lab.md all come from it.
Any hundred consecutive numbers hold 60 people who answer, and some of everything else a day of calling brings.
Imports the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the called party does. ``sip_code`` is what a refused call ends with, 0 for one that is answered."""

    name: str
    first: int
    last: int
    what: str
    sip_code: int = 0

    def number(self, prefix: str = "+7916555", offset: int = 0) -> str:
        """Return a number that behaves like this: seven digits with ``prefix``, ``00``, then the suffix."""
        return f"{prefix}00{self.first + offset:02d}"


TABLE = (
    Behaviour("talk", 0, 26, "answers at once, talks until we hang up"),
    Behaviour("firm", 27, 29, "answers at once with a firm's long greeting, talks until we hang up"),
    Behaviour("ring2", 30, 44, "rings 2 s, answers, talks until we hang up"),
    Behaviour("ring3", 45, 48, "rings 3 s, answers, talks until we hang up"),
    Behaviour("ring8", 49, 50, "rings 8 s, answers, talks until we hang up"),
    Behaviour("brief", 51, 56, "answers at once, talks 6 s, hangs up"),
    Behaviour("early", 57, 59, "answers at once, says hello and hangs up within 2 s"),
    Behaviour("noanswer", 60, 74, "rings on, nobody answers"),
    Behaviour("busy", 75, 79, "busy", 486),
    Behaviour("rejected", 80, 81, "rings 1 s, then the call is declined", 603),
    Behaviour("unallocated", 82, 84, "no such number", 404),
    Behaviour("congestion", 85, 86, "the network has no line free", 503),
    Behaviour("unreachable", 87, 88, "switched off or out of reach", 480),
    Behaviour("machine", 89, 93, "answering machine: rings 1 s, greeting of 8 s, beep, records 20 s"),
    Behaviour("curt", 94, 94, "answering machine: rings 1 s, greeting of 2 s, beep, records 20 s"),
    Behaviour("fax", 95, 96, "fax: answers at once, 2100 Hz tone for 3 s, then 1100 Hz beeps for 20 s"),
    Behaviour("deadair", 97, 97, "answers at once, not a sound for 60 s"),
    Behaviour("echo", 98, 98, "answers at once and says back what it hears"),
    Behaviour("mute", 99, 99, "answers at once, listens for 10 s without a word, then talks"),
)


def behaviour_of(number: str) -> Behaviour:
    """Return how the network treats ``number`` (any text that ends in two digits; others count as 00)."""
    tail = number[-2:]
    suffix = int(tail) if tail.isdigit() and len(tail) == 2 else 0
    return next(b for b in TABLE if b.first <= suffix <= b.last)


def named(name: str) -> Behaviour:
    """Return the behaviour called ``name``; raises KeyError for an unknown one."""
    for behaviour in TABLE:
        if behaviour.name == name:
            return behaviour
    raise KeyError(name)
