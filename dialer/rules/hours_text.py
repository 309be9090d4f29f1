"""Reading written hours: ``{mon-fri: ["09:00-13:00", "14:00-20:00"], sat: "10:00-18:00", sun: none}``.

Every mistake raises ValueError with one sentence that names the words at fault. The standard library only.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from dialer.rules.holidays import WEEKDAYS

Window = tuple[int, int]
"""Start and end in minutes of the day the window begins on; an end above 1440 lies on the next day."""
Windows = tuple[Window, ...]
GROUPS = {"all": (0, 7), "workday": (0, 5), "weekend": (5, 7)}
EXTRA = ("holiday", "zone")
_WINDOW = re.compile(r"(\d{1,2}):(\d\d)\s*[-\u2013]\s*(\d{1,2}):(\d\d)")
DAY = 24 * 60


def read_week(data: Any) -> tuple[tuple[Windows | None, ...], dict[str, Any]]:
    """The seven days, Monday first, and the keys that are not days (``holiday``, ``zone``)."""
    if not isinstance(data, dict) or not data:
        raise ValueError('hours must be written by day, such as {mon-fri: "09:00-20:00"}')
    week: list[Windows | None] = [()] * 7
    for key in sorted(data, key=_breadth, reverse=True):
        if key not in EXTRA:
            windows = read_day(data[key])
            for day in _days(key):
                week[day] = windows
    return tuple(week), {key: value for key, value in data.items() if key in EXTRA}


def _breadth(key: Any) -> int:
    """How many days a key covers: a single day's hours replace those of a group."""
    return 0 if key in EXTRA else len(_days(key))


def _days(key: Any) -> list[int]:
    if key in GROUPS:
        return list(range(*GROUPS[key]))
    first, _, last = str(key).partition("-")
    if first not in WEEKDAYS or (last and last not in WEEKDAYS):
        raise ValueError(f"hours has no day named {key}: use mon .. sun, mon-fri, workday, weekend, all or holiday")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def read_day(value: Any) -> Windows | None:
    """One day's windows; None for ``none``: closed on purpose."""
    if value is None or value == "none":
        return None
    texts = value if isinstance(value, list | tuple) else [value]
    windows = tuple(sorted(_window(str(text)) for text in texts))
    if not windows:
        return None
    for (_, end), (start, _) in pairwise(windows):
        if start < end:
            raise ValueError(f"hours {', '.join(map(str, texts))} overlap")
    return windows


def _window(text: str) -> Window:
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        raise ValueError(f"hours {text!r} cannot be read: write 09:00-20:00 or none")
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if max(int(found[2]), int(found[4])) > 59 or start >= DAY or end > DAY:
        raise ValueError(f"hours {text!r} are not times of a day: they run from 00:00 to 24:00")
    if start == end:
        raise ValueError(f"hours {text!r} are empty: write none to close the day, 00:00-24:00 to open it")
    return (start, end if end > start else end + DAY)


def write_windows(windows: Windows | None) -> str:
    """The windows as a person writes them."""
    if not windows:
        return "none"
    return ", ".join(f"{_clock(start)}-{_clock(end if end <= DAY else end - DAY)}" for start, end in windows)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
