"""Outcome codes and rates of surveys as the American Association for Public Opinion Research defines them.

Room: scripts, pure. May import the standard library only. Source: AAPOR Standard Definitions, 10th edition (2023):
symbols of the final disposition codes, formulas RR1-RR6, COOP1-4, REF1-3, CON1-3, ``e`` for each class of unknowns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

CLASSES = ("I", "P", "R", "NC", "O", "UH", "UO", "UR", "NE")
"""Interview, partial, refusal or break-off, non-contact, other non-response; unknown: whether there is such a
household or firm, other, whether the respondent is eligible; not eligible."""
UNKNOWN = ("UH", "UO", "UR")
_BY_CODE = (
    ("1.1", "I"), ("1.2", "P"), ("2.1", "R"), ("2.2", "NC"), ("2", "O"), ("3.1", "UH"), ("3.2", "UR"), ("3", "UO"),
    ("4", "NE"),
)  # fmt: skip
PRECEDENCE = ("I", "P", "R", "O", "NC", "NE", "UR", "UO", "UH")
"""Of several attempts the one that tells most about the case: an interview, then a refusal (which a later "no answer"
does not undo), other contact, non-contact, not eligible, then the unknowns."""
NOT_TRIED = "3.11"


def class_of(code: str) -> str:
    """The symbol of a final disposition code such as "2.112". Raises ValueError for a code that is none."""
    for prefix, symbol in _BY_CODE:
        if code.startswith(prefix):
            return symbol
    raise ValueError(f"{code!r} is no AAPOR code")


def final_code(codes: Iterable[str]) -> str:
    """The final code of a case with these codes of its attempts, the oldest first; "3.11" if nobody tried.

    The class that comes first in PRECEDENCE counts; within it the latest code.
    """
    best = NOT_TRIED
    for code in codes:
        if PRECEDENCE.index(class_of(code)) <= PRECEDENCE.index(class_of(best)):
            best = code
    return best


@dataclass(frozen=True)
class Counts:
    """Cases by class."""

    I: int = 0  # noqa: E741 - the standard's own symbols
    P: int = 0
    R: int = 0
    NC: int = 0
    O: int = 0  # noqa: E741
    UH: int = 0
    UO: int = 0
    UR: int = 0
    NE: int = 0

    @classmethod
    def of(cls, codes: Iterable[str]) -> Counts:
        """Count final codes. Raises ValueError for a code that is none."""
        found = dict.fromkeys(CLASSES, 0)
        for code in codes:
            found[class_of(code)] += 1
        return cls(**found)

    @property
    def known(self) -> int:
        """Cases known to be eligible: I + P + R + NC + O."""
        return self.I + self.P + self.R + self.NC + self.O

    @property
    def total(self) -> int:
        """Every case."""
        return sum(self.as_dict().values())

    def as_dict(self) -> dict[str, int]:
        """{class: cases}."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def default_e(counts: Counts) -> float | None:
    """The share of eligible cases among those whose eligibility is known; None if none is known."""
    known = counts.known + counts.NE
    return counts.known / known if known else None


def rates(counts: Counts, e: Mapping[str, float] | None = None) -> dict[str, float | None]:
    """Every rate, 0..1, by its name; None where nothing can be divided ("n/a").

    ``e`` gives the share of eligible cases per class of unknowns ("UH", "UO", "UR"); a class left out takes
    :func:`default_e`. RR5, RR6, REF3 and CON3 suppose that no unknown case is eligible. Raises ValueError for an
    ``e`` outside 0..1 or of another class.
    """
    shares = _shares(counts, e or {})
    known, unknown = counts.known, counts.UH + counts.UO + counts.UR
    eligible = sum(shares[name] * getattr(counts, name) for name in UNKNOWN)
    both, reached = counts.I + counts.P, counts.I + counts.P + counts.R + counts.O
    least, likely = known + unknown, known + eligible
    asked = counts.I + counts.P + counts.R
    found = {
        "RR1": (counts.I, least), "RR2": (both, least), "RR3": (counts.I, likely), "RR4": (both, likely),
        "RR5": (counts.I, known), "RR6": (both, known),
        "COOP1": (counts.I, reached), "COOP2": (both, reached), "COOP3": (counts.I, asked), "COOP4": (both, asked),
        "REF1": (counts.R, least), "REF2": (counts.R, likely), "REF3": (counts.R, known),
        "CON1": (reached, least), "CON2": (reached, likely), "CON3": (reached, known),
    }  # fmt: skip
    return {name: above / below if below else None for name, (above, below) in found.items()}


def _shares(counts: Counts, given: Mapping[str, float]) -> dict[str, float]:
    for name, share in given.items():
        if name not in UNKNOWN or not 0 <= share <= 1:
            raise ValueError(f"e of {name!r} must be from 0 to 1, for {', '.join(UNKNOWN)}")
    usual = default_e(counts)
    # With no case known there is nothing to go by: every unknown one may be eligible.
    return {name: given.get(name, 1.0 if usual is None else usual) for name in UNKNOWN}
