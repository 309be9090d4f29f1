"""Dispositions: the one outcome of an attempt, by the system or by the operator, and what follows from it (step 9).

The list itself is data (``profiles/dispositions.yaml``), loaded by ``dialer.profiles.dispositions()``; :func:`read`
turns it into objects. AAPOR codes are those of the American Association for Public Opinion Research, Standard
Definitions, 10th edition. May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialer.rules.words import Outcome

NEXT = ("retry", "close", "callback", "suppress", "lead", "info")
"""retry: by the campaign's retry plan; info: something was sent, then by the plan; the others as they say."""
BY = ("system", "operator")
KEYS = frozenset({"label", "by", "key", "aapor", "next", "bad_number"})
LANGUAGES = frozenset({"en", "ru"})
DIRECT = {
    Outcome.BUSY: "busy",
    Outcome.REJECTED: "blocked",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.BAD_NUMBER: "bad_number",
    Outcome.CONGESTION: "tech_fail",
    Outcome.FAILED: "tech_fail",
    Outcome.CANCELLED: "cancelled",
    Outcome.MACHINE: "machine",
    Outcome.FAX: "fax",
    Outcome.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class Disposition:
    """One outcome. ``label`` by language; ``key`` the digit that chooses it at the desk, empty for none.

    ``bad_number``: the number itself is no good and is not dialled again.
    """

    code: str
    label: Mapping[str, str]
    by: str
    next: str
    aapor: str = ""
    key: str = ""
    bad_number: bool = False


def outcome_to_disposition(
    outcome: Outcome, rang_s: float, ring_min_s: float = 0, *, abandoned: bool = False, connected: bool = False
) -> str:
    """The system's disposition code of an attempt that no operator disposed of.

    ``rang_s`` is how long the phone rang: shorter than ``ring_min_s`` it was no fair try, and counts as our failure.
    ``abandoned``: a person answered and nobody was there; ``connected``: an operator had the call and wrote nothing.
    """
    if outcome is Outcome.NO_ANSWER:
        return "no_answer" if rang_s >= ring_min_s else "tech_fail"
    if outcome is Outcome.ANSWERED:
        return "abandoned" if abandoned else "no_disposition" if connected else "gone_at_once"
    return DIRECT[outcome]


def read(data: Mapping[str, Any]) -> dict[str, Disposition]:
    """Read ``{code: {label: {en, ru}, by, next, aapor, key}}``. Raises ValueError with one sentence."""
    found = {code: _read_one(code, given) for code, given in data.items()}
    taken: dict[str, str] = {}
    for one in found.values():
        if one.key and one.key in taken:
            raise ValueError(f"{one.code} and {taken[one.key]} have the same key {one.key}")
        taken[one.key] = one.code
    if missing := [code for code in (*DIRECT.values(), "no_answer", "abandoned") if code not in found]:
        raise ValueError(f"the disposition {missing[0]} is missing: the network can end in it")
    return found


def _read_one(code: str, given: Any) -> Disposition:
    if not isinstance(given, dict) or (unknown := [key for key in given if key not in KEYS]):
        raise ValueError(f"{code} has no such key as {unknown[0]}" if isinstance(given, dict) else f"{code} is empty")
    if given.get("by") not in BY:
        raise ValueError(f"{code} must be by {' or '.join(BY)}")
    if given.get("next") not in NEXT:
        raise ValueError(f"{code} must say what is next: {', '.join(NEXT)}")
    label = given.get("label")
    if not isinstance(label, dict) or set(label) != LANGUAGES:
        raise ValueError(f"{code} needs a label in en and ru")
    key = str(given.get("key", ""))
    if key and (not key.isdigit() or len(key) != 1):
        raise ValueError(f"{code} has the key {key}: it must be one digit")
    return Disposition(
        code, label, given["by"], given["next"], str(given.get("aapor", "")), key, bool(given.get("bad_number", False))
    )
