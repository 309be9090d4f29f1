"""Time zones as people write them: ``Europe/Samara``, ``UTC+4``, ``МСК+1``, ``Eastern``, ``Самара``.

A bare ``+3`` may count from Greenwich or from Moscow; only the column's heading (``UTC``, ``МСК``) can settle that, and
where it does not, the row is rejected. An offset from Greenwich becomes a zone without summer time (``Etc/GMT-4``),
one from Moscow the Russian zone that keeps it. Standard library only, but for our own tables.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from zoneinfo import available_timezones

from dialer.lists.places import table
from dialer.lists.reasons import RowRejected
from dialer.lists.text import clean, words

MOSCOW_HOURS = 3
RUSSIAN_AT = {
    2: "Europe/Kaliningrad", 3: "Europe/Moscow", 4: "Europe/Samara", 5: "Asia/Yekaterinburg", 6: "Asia/Omsk",
    7: "Asia/Krasnoyarsk", 8: "Asia/Irkutsk", 9: "Asia/Yakutsk", 10: "Asia/Vladivostok", 11: "Asia/Magadan",
    12: "Asia/Kamchatka",
}  # fmt: skip
_ODD = {
    -570: "Pacific/Marquesas", -210: "America/St_Johns", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata",
    345: "Asia/Kathmandu", 390: "Asia/Yangon", 570: "Australia/Darwin", 765: "Pacific/Chatham",
}  # fmt: skip
_ABBREVIATIONS = {
    **dict.fromkeys(("et", "est", "edt", "eastern"), "America/New_York"),
    **dict.fromkeys(("ct", "cst", "cdt", "central"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt", "mountain"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt", "pacific"), "America/Los_Angeles"),
}
_OFFSET = re.compile(r"(utc|gmt|msk|мск|)(?:([+-]?)(\d{1,2})(?::?([0-5]\d))?)?\Z")
_GENERIC = frozenset(
    {"область", "обл", "край", "республика", "респ", "автономный", "автономная", "округ", "ао"}
    | {"город", "г", "р", "н", "район", "state", "city", "of"}
)
_PLACES = table()


def written(text: str, counts_from: str = "") -> frozenset[str]:
    """The zones of a zone column's cell. ``counts_from`` is ``utc`` or ``msk`` where the heading says so.

    Raises RowRejected(zone_unreadable): a call at a wrong hour is worse than no call.
    """
    text = clean(text)
    lower = text.lower().replace(" ", "").replace("−", "-").replace("–", "-")
    if name := _known().get(text.lower().replace(" ", "_")) or _ABBREVIATIONS.get(lower):
        return frozenset({name})
    if found := _OFFSET.match(lower):
        return frozenset({_at_offset(found, counts_from)})
    if there := place(text):
        return there
    raise RowRejected("zone_unreadable")


def place(name: str) -> frozenset[str]:
    """The zones of a region or city; empty if it is not in our table, or if its words disagree."""
    spoken = [w for w in words(name).split() if w not in _GENERIC]
    whole = _PLACES.get(" ".join(spoken))
    if whole or not spoken:
        return whole or frozenset()
    pairs = [" ".join(p) for p in pairwise(spoken)]
    found = {_PLACES[w] for w in (*pairs, *spoken) if w in _PLACES and len(w) > 2}
    return found.pop() if len(found) == 1 else frozenset()


def _at_offset(found: re.Match[str], counts_from: str) -> str:
    base = {"": counts_from, "gmt": "utc", "мск": "msk"}.get(found[1], found[1])
    if not base:
        raise RowRejected("zone_unreadable")
    hours, minutes = int(found[3] or 0), int(found[4] or 0)
    offset = (hours * 60 + minutes) * (-1 if found[2] == "-" else 1)
    if base == "msk":
        offset += MOSCOW_HOURS * 60
    if not -12 * 60 <= offset <= 14 * 60 or (offset % 60 and offset not in _ODD):
        raise RowRejected("zone_unreadable")
    if offset % 60:
        return _ODD[offset]
    russian = RUSSIAN_AT.get(offset // 60) if base == "msk" else None
    # The signs of these names are reversed by POSIX custom: Etc/GMT-4 is four hours ahead of Greenwich.
    return russian or (f"Etc/GMT{-(offset // 60):+d}" if offset else "Etc/UTC")


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() if "/" in name}
