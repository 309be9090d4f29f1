"""Why nothing, or less than pacing would, is placed just now: a sentence for the log that is data for the pages too."""

from __future__ import annotations

from typing import Any

from dialer.rules.pacing.snapshot import NOTHING, Decision


class Hindrance(str):
    """One sentence in English; ``told`` is what it says as a ``code`` and its values, fit for JSON.

    Codes: ``sync clock_before clock_jumped room rule rules state failed error route`` (nothing is dialled) and
    ``no_abandon learning at_cap`` (predictive dialling runs as progressive); ``by_hand`` (people dial, not pacing).
    """

    told: dict[str, Any]

    def __new__(cls, text: str, code: str, **values: Any) -> Hindrance:
        made = super().__new__(cls, text)
        made.told = {"code": code, **values}
        return made


def nothing(why: str) -> Decision:
    """The decision to place nothing because of ``why``."""
    return Decision(0, f"{NOTHING}{why}", facts=facts_of(why))


def facts_of(why: str) -> dict[str, Any]:
    """What a decision's facts keep of a hindrance; nothing of a plain text."""
    return {"no": why.told} if isinstance(why, Hindrance) else {}
