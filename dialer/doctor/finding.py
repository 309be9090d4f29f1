"""What a check gives back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """``warn`` can be lived with for a while, ``fail`` cannot."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's table. ``mend`` says what to do; empty if nothing is to be done."""

    level: Level
    check: str
    saw: str
    mend: str = ""


def ok(check: str, saw: str) -> Finding:
    return Finding(Level.OK, check, saw)


def warn(check: str, saw: str, mend: str) -> Finding:
    return Finding(Level.WARN, check, saw, mend)


def fail(check: str, saw: str, mend: str) -> Finding:
    return Finding(Level.FAIL, check, saw, mend)
