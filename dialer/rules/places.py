"""Which profiles a campaign's calls come under: by the seller's place, the callees', the kind of call and the party.

A place is a country (``US``), a part of one (``US-FL``, ISO 3166-2) or a union of countries (``EU``). What holds in a
whole holds in its parts. Part of the merge of rules; may import the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("ad", "survey", "service", "debt")
PARTIES = ("consumer", "business")
CALL_KEYS = ("seller", "callees", "kind", "party")
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@dataclass(frozen=True)
class Calls:
    """What a campaign says of its calls. ``seller`` may be empty; ``callees`` are never none."""

    callees: tuple[str, ...]
    kind: str
    party: str
    seller: str = ""


@dataclass(frozen=True)
class Applies:
    """The calls a profile is about; an empty tuple means any. A profile without this is only taken by name."""

    places: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()

    def covers(self, calls: Calls, unions: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the profile is about such calls."""
        there = {whole for place in (calls.seller, *calls.callees) for whole in wholes(place, unions)}
        return (
            bool(there & set(self.places))
            and (not self.kinds or calls.kind in self.kinds)
            and (not self.parties or calls.party in self.parties)
        )


def wholes(place: str, unions: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The place itself, its country, and the unions the country is in."""
    country = place.partition("-")[0]
    return (place, country, *(union for union, members in unions.items() if country in members))


def read_calls(data: Any) -> Calls:
    """Read ``{seller: RU, callees: [US-FL, FR], kind: ad, party: consumer}``. Raises ValueError with one sentence."""
    if not isinstance(data, dict) or not {"callees", "kind", "party"} <= set(data):
        raise ValueError("calls must be written as {callees: [US-FL], kind: ad, party: consumer}, seller may be added")
    if unknown := [key for key in data if key not in CALL_KEYS]:
        raise ValueError(f"calls has no {unknown[0]}: use {', '.join(CALL_KEYS)}")
    callees = read_places(data["callees"], "callees")
    seller = read_places([data["seller"]], "seller")[0] if data.get("seller") else ""
    _known(data["kind"], KINDS, "kind")
    _known(data["party"], PARTIES, "party")
    return Calls(callees, data["kind"], data["party"], seller)


def read_applies(data: Any) -> Applies:
    """Read ``{places: [US], kinds: [ad], parties: [consumer]}``. Raises ValueError with one sentence."""
    if not isinstance(data, dict) or not set(data) <= {"places", "kinds", "parties"} or "places" not in data:
        raise ValueError("applies must be written as {places: [US], kinds: [ad], parties: [consumer]}")
    kinds, parties = tuple(data.get("kinds") or ()), tuple(data.get("parties") or ())
    for value in kinds:
        _known(value, KINDS, "kind")
    for value in parties:
        _known(value, PARTIES, "party")
    return Applies(read_places(data["places"], "places"), kinds, parties)


def read_places(data: Any, name: str) -> tuple[str, ...]:
    """A list of places. Raises ValueError."""
    if not isinstance(data, list | tuple) or not data:
        raise ValueError(f"{name} must be a list of places such as [US-FL, FR]")
    if wrong := [place for place in data if not isinstance(place, str) or not _PLACE.fullmatch(place)]:
        raise ValueError(f"there is no place {wrong[0]}: write a country such as FR, or a part of one such as US-FL")
    return tuple(data)


def _known(value: Any, known: Iterable[str], name: str) -> None:
    if value not in known:
        raise ValueError(f"there is no {name} {value!r}: use {', '.join(known)}")
