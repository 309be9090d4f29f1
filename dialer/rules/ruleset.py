"""The rules of one campaign: what each source asks for, and the strictest of all of them.

Every value keeps the name of the source it came from (a profile, or ``campaign``), so that the rules page and each
refusal can say who asked for it. Hours, prefix lists, modes and consent of all sources hold together; caps take the
lowest.
Part of the gate (step 3 of a call). May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dialer.rules import caps as caps_
from dialer.rules import list_ages
from dialer.rules.abandonment import Abandonment, read_abandon
from dialer.rules.caps import Cap, read_caps
from dialer.rules.hours import Hours
from dialer.rules.list_ages import ListAge, read_lists
from dialer.rules.prefixes import PrefixList, read_prefixes
from dialer.rules.words import Mode

STRICT = {
    "min_gap_s": max,
    "after_talk_s": max,
    "after_abandon_s": max,
    "after_refusal_s": max,
    "ring_min_s": max,
    "connect_within_s": min,
    "abandon_max_rate": min,
    "keep_calls_d": max,
    "keep_consent_d": max,
    "recordings_max_d": min,
}
"""Plain figures, and which of two is the strict one. The first four are the gate's; the others are for ringing, pacing
and for how long things are kept (days): call details and consents at least, recordings at most."""
WAITS = ("min_gap_s", "after_talk_s", "after_abandon_s", "after_refusal_s")
KEYS = (
    "hours", "holidays", "office", "caps", "lists", "prefixes", "modes", "consent", "abandon", "demands", *STRICT,
)  # fmt: skip


class RulesError(ValueError):
    """The rules as written cannot be used; the message is one sentence for whoever wrote them."""


@dataclass(frozen=True)
class Limit:
    """One plain figure and who asked for it."""

    name: str
    value: float
    source: str = ""


@dataclass(frozen=True)
class Modes:
    """The ways of dialling one source allows."""

    allowed: frozenset[Mode]
    source: str = ""


@dataclass(frozen=True)
class Consent:
    """The callee's prior consent is needed from this day on."""

    since: date
    source: str = ""


@dataclass(frozen=True)
class Demand:
    """Something a source asks of people, shown on the rules page; the gate cannot see to it."""

    name: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Source:
    """Where values came from: a profile with its version, the law it writes down and when that was last read."""

    name: str
    version: str = ""
    reviewed: str = ""
    law: str = ""


@dataclass(frozen=True)
class Rules:
    """What :func:`dialer.rules.gate.may_dial` goes by. Compare and hash by content; hashing is remembered."""

    hours: tuple[Hours, ...] = ()
    caps: tuple[Cap, ...] = ()
    limits: tuple[Limit, ...] = ()
    prefixes: tuple[PrefixList, ...] = ()
    barred: tuple[str, ...] = ()
    modes: tuple[Modes, ...] = ()
    consent: tuple[Consent, ...] = ()
    lists: tuple[ListAge, ...] = ()
    abandon: tuple[Abandonment, ...] = ()
    demands: tuple[Demand, ...] = ()
    sources: tuple[Source, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], source: str = "campaign", barred: Iterable[str] = ()) -> Rules:
        """Read one source's rules (see ``KEYS``; docs/rules.md). Raises RulesError with one sentence."""
        try:
            return _read(data, source, tuple(barred))
        except RulesError:
            raise
        except ValueError as err:
            raise RulesError(f"{source}: {err}") from err

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in fields(self)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def profile(self) -> str:
        """The sources with their versions: ``us_federal@1+us_fl@1``; each refusal is journalled with it."""
        return "+".join(f"{s.name}@{s.version}" for s in self.sources if s.version)

    def limit(self, name: str) -> Limit | None:
        """The strictest figure of that name, if any source gave one. Raises KeyError for a name that is none."""
        pick = STRICT[name]
        found = [one for one in self.limits if one.name == name]
        return pick(found, key=lambda one: one.value) if found else None

    def look_back(self) -> timedelta | None:
        """How far back attempts to a number matter to any rule; None: without end."""
        spans = [cap.look_back for cap in self.caps if cap.of == "number"]
        waits = [self.limit(name) for name in WAITS]
        spans += [timedelta(seconds=wait.value) for wait in waits if wait]
        return None if None in spans else max((s for s in spans if s is not None), default=timedelta())


def strictest(layers: Iterable[Rules]) -> Rules:
    """All layers at once; where two layers differ the stricter counts."""
    layers = tuple(layers)
    joined = {f.name: tuple(value for one in layers for value in getattr(one, f.name)) for f in fields(Rules)}
    merged = Rules(**joined)
    kept = [merged.limit(name) for name in STRICT]
    return replace(
        merged,
        caps=caps_.strictest(merged.caps),
        lists=list_ages.strictest(merged.lists),
        limits=tuple(one for one in kept if one),
        barred=tuple(dict.fromkeys(merged.barred)),
    )


def _read(data: Mapping[str, Any], source: str, barred: tuple[str, ...]) -> Rules:
    if unknown := [key for key in data if key not in KEYS]:
        raise ValueError(f"there is no rule named {unknown[0]}; known are {', '.join(KEYS)}")
    holidays = data.get("holidays") or ()
    if not isinstance(holidays, list | tuple):
        raise ValueError('holidays must be a list such as ["01-01", "easter+1"]')
    if holidays and "holiday" not in (data.get("hours") or {}):
        raise ValueError("holidays are given, but hours do not say what holds on a holiday")
    hours = [Hours.from_dict(data["hours"], source, holidays)] if "hours" in data else []
    if "office" in data:
        hours.append(_read_office(data["office"], source))
    abandon = _read_abandon(data, source)
    return Rules(
        hours=tuple(hours),
        caps=caps_.strictest(read_caps(data.get("caps") or {}, source)),
        lists=read_lists(data.get("lists") or {}, source),
        abandon=abandon,
        limits=_read_limits(data, abandon, source),
        prefixes=(read_prefixes(data["prefixes"], source),) if "prefixes" in data else (),
        barred=barred,
        modes=(_read_modes(data["modes"], source),) if "modes" in data else (),
        consent=_read_consent(data.get("consent"), source),
        demands=tuple(Demand(str(k), str(v), source) for k, v in (data.get("demands") or {}).items()),
    )


def _read_office(data: Any, source: str) -> Hours:
    if not isinstance(data, dict) or not data.get("zone"):
        raise ValueError('office needs a zone, such as {zone: Europe/Moscow, mon-fri: "09:00-18:00"}')
    return Hours.from_dict(data, source)


def _read_abandon(data: Mapping[str, Any], source: str) -> tuple[Abandonment, ...]:
    """A plain ``abandon_max_rate`` counts as the usual rule: of live answers, over 30 days."""
    if "abandon" in data:
        return (read_abandon(data["abandon"], source),)
    rate = data.get("abandon_max_rate")
    return (read_abandon({"max_rate": rate}, source),) if rate is not None else ()


def _read_limits(data: Mapping[str, Any], abandon: tuple[Abandonment, ...], source: str) -> tuple[Limit, ...]:
    given = {name: data[name] for name in STRICT if name in data}
    for rule in abandon:
        given = {"connect_within_s": rule.within_s, "abandon_max_rate": rule.max_rate, **given}
    return tuple(_read_limit(name, value, source) for name, value in given.items())


def _read_limit(name: str, value: Any, source: str) -> Limit:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ValueError(f"{name} must be a number from 0 up, not {value!r}")
    return Limit(name, value, source)


def _read_modes(data: Any, source: str) -> Modes:
    if not isinstance(data, list | tuple) or not data:
        raise ValueError(f"modes must be a list of {', '.join(Mode)}")
    if wrong := [mode for mode in data if mode not in list(Mode)]:
        raise ValueError(f"there is no mode {wrong[0]}: use {', '.join(Mode)}")
    return Modes(frozenset(Mode(mode) for mode in data), source)


def _read_consent(data: Any, source: str) -> tuple[Consent, ...]:
    if data is None or data is False:
        return ()
    if data is True:
        return (Consent(date.min, source),)
    try:
        return (Consent(data if isinstance(data, date) else date.fromisoformat(str(data)), source),)
    except ValueError as err:
        raise ValueError(f"consent must be true, false or the day it is needed from, not {data!r}") from err
