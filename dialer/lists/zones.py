"""In which time zones a contact may be: its own column, else its city or region, else its numbers' prefixes.

A landline says where it is. A mobile does not: it may be in any zone of its own country (phonenumbers names the zones
of everyone who shares the country code; those of other countries are left out), unless a table of DEF codes knows its
region (``ranges``). Several zones mean that a call must be
allowed in each of them. Sets are written as the table ZoneSet has them: names, sorted, joined by ``|``.
May import phonenumbers and the tzdata package.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import phonenumbers as pn
from phonenumbers.timezone import UNKNOWN_TIMEZONE
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from dialer.lists import ranges
from dialer.lists.dialling_plan import Number
from dialer.lists.reasons import RowRejected
from dialer.lists.written_zones import place, written

_WINTER = datetime(2026, 1, 15)  # noqa: DTZ001 - a wall clock, to compare zones with each other
_LENGTHS = range(TIMEZONE_LONGEST_PREFIX, 0, -1)


def joined(names: Iterable[str]) -> str:
    """A set of zone names as the database keeps it."""
    return "|".join(sorted(names))


@lru_cache(maxsize=20_000)
def explicit(zone: str, city: str, region: str, counts_from: str = "") -> str:
    """The zones that a row names itself, joined; ``""`` if it says nothing usable of where it is.

    Raises RowRejected(zone_unreadable) for a zone cell that nobody understands.
    """
    if zone:
        return joined(written(zone, counts_from))
    in_city, in_region = place(city), place(region)
    if in_city and in_region:
        return joined(in_city & in_region or in_city | in_region)
    return joined(in_city or in_region)


def of_numbers(numbers: Sequence[Number]) -> str:
    """The zones of a contact that has only its numbers. Raises RowRejected(zone_unknown)."""
    if len(numbers) == 1:
        return of_number(numbers[0])
    found = ""
    for number in sorted(numbers, key=lambda n: not n.geographic):
        found = widened(found, number)
    return found


def widened(zones: str, number: Number) -> str:
    """``zones`` and what one more number says of the place: a mobile of the same country says nothing new."""
    more = of_number(number)
    if not zones or more == zones:
        return more
    have, new = set(zones.split("|")), set(more.split("|"))
    if not number.geographic and have & new:
        return zones
    return joined(have | new)


def of_number(number: Number) -> str:
    """The zones of one number. Raises RowRejected(zone_unknown)."""
    digits = number.e164[1:]
    if number.geographic:
        for length in _LENGTHS:
            names = TIMEZONE_DATA.get(digits[:length])
            if names is not None:
                return _domestic(names, number.region)
    if known := ranges.in_force().zones_of(number.e164):
        return known
    return _of_country(number.region)


@lru_cache(maxsize=512)
def _of_country(region: str) -> str:
    names = TIMEZONE_DATA.get(str(pn.country_code_for_region(region)), ()) if region else ()
    return _domestic(names, region)


@lru_cache(maxsize=4096)
def _domestic(names: tuple[str, ...], region: str) -> str:
    """Those of ``names`` that lie in the country. A foreign one stands for the country's own zone of the same hour.

    (The list for +7 mobiles has Bucharest where Kaliningrad is meant.)
    """
    own = _zones_by_country().get(region, ())
    if not own:
        raise RowRejected("zone_unknown")
    kept = {name for name in names if name in own}
    hours = {_offset(name) for name in kept}
    for foreign in names:
        if foreign not in own and _offset(foreign) not in hours:
            kept.update([name for name in own if _offset(name) == _offset(foreign)][:1])
    return joined(kept or own)


@lru_cache(maxsize=1024)
def _offset(name: str) -> timedelta | None:
    return None if name == UNKNOWN_TIMEZONE else _WINTER.replace(tzinfo=ZoneInfo(name)).utcoffset()


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    """Country -> its zones in the order of zone.tab (most important first)."""
    found: dict[str, tuple[str, ...]] = {}
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            country, _place, name = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), name)
    return found
