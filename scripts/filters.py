"""The few filters and tests that spoken text and ``if`` expressions may use.

Room: scripts. May import the standard library and jinja2. Every filter takes plain data and gives text no longer than
a small multiple of it. Comparisons of what is not known are false, never an error: a caller's question must not fail
because an earlier one was skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context, Undefined

DAYS = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
           "ноября", "декабря"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
UNKNOWN = {"dk": {"ru": "не знает", "en": "does not know"}, "ref": {"ru": "отказ", "en": "refused"}}


class NoAnswer:
    """A question that was asked and answered by "don't know" or a refusal: equal to its code, ordered with nothing."""

    __slots__ = ("code", "kind")

    def __init__(self, kind: str, code: int | None) -> None:
        self.kind, self.code = kind, code

    def __eq__(self, other: object) -> bool:
        return self.code is not None and type(other) is int and other == self.code

    def __hash__(self) -> int:
        return hash((self.kind, self.code))

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return UNKNOWN[self.kind]["en"]


def _language(context: Context) -> str:
    return "ru" if context.get("_language") == "ru" else "en"


@pass_context
def money(context: Context, value: Any) -> str:
    """An amount with thousands apart: 1 200 000 (ru), 1,200,000 (en)."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return "" if value is None else str(value)
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
    return text.replace(",", "\u00a0").replace(".", ",") if _language(context) == "ru" else text


def _moment(context: Context, value: Any) -> datetime | date | None:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    zone = context.get("_timezone")
    return moment.astimezone(ZoneInfo(zone)) if moment and moment.tzinfo and zone else moment


@pass_context
def when(context: Context, value: Any) -> str:
    """A date or instant as one says it, in the called person's own time: "вторник, 3 марта, 15:00"."""
    moment = _moment(context, value)
    if moment is None:
        return "" if value is None else str(value)
    words = _language(context)
    day, month = DAYS[words][moment.weekday()], MONTHS[words][moment.month - 1]
    text = f"{day}, {moment.day} {month}"
    return f"{text}, {moment:%H:%M}" if isinstance(moment, datetime) else text


@pass_context
def day(context: Context, value: Any) -> str:
    """The date of an instant: "3 марта"."""
    moment = _moment(context, value)
    if moment is None:
        return "" if value is None else str(value)
    return f"{moment.day} {MONTHS[_language(context)][moment.month - 1]}"


@pass_context
def clock(context: Context, value: Any) -> str:
    """The hour and minute of an instant: "15:00"."""
    moment = _moment(context, value)
    return f"{moment:%H:%M}" if isinstance(moment, datetime) else ""


@pass_context
def label(context: Context, value: Any, field: str) -> str:
    """The words of the option(s) chosen; ``field`` is put in by the renderer."""
    if isinstance(value, NoAnswer):
        return UNKNOWN[value.kind][_language(context)]
    words = context.get("_labels", {}).get(field, {})
    codes = value if isinstance(value, list) else [value]
    return ", ".join(str(words.get(code, "" if code is None else code)) for code in codes)


def default(value: Any, other: Any = "") -> Any:
    """``other`` where there is nothing to print."""
    return other if value is None or isinstance(value, (Undefined, NoAnswer)) or value == "" else value


@pass_context
def plural(context: Context, value: Any, one: str, few: str, many: str = "") -> str:
    """The form of a noun that goes with a number: день, дня, дней (ru); day, days (en)."""
    number = abs(int(value)) if isinstance(value, (int, float)) else 0
    if _language(context) == "en":
        return one if number == 1 else few
    if number % 10 == 1 and number % 100 != 11:
        return one
    return few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else many or few


def _text(function: Callable[[str], str]) -> Callable[[Any], str]:
    def apply(value: Any) -> str:
        return "" if value is None else function(str(value))

    return apply


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "when": when,
    "day": day,
    "clock": clock,
    "label": label,
    "default": default,
    "plural": plural,
    "upper": _text(str.upper),
    "lower": _text(str.lower),
    "capitalize": _text(lambda text: text[:1].upper() + text[1:]),
    "first_word": _text(lambda text: (text.split() or [""])[0]),
}


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(left: Any, right: Any) -> bool:
        numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
        return compare(left, right) if numbers or (isinstance(left, str) and isinstance(right, str)) else False

    return test


def _among(item: Any, holder: Any) -> bool:
    if isinstance(holder, str):
        return isinstance(item, str) and item in holder
    return isinstance(holder, list) and any(item == other for other in holder)


TESTS: dict[str, Callable[..., bool]] = {
    "none": lambda value: value is None,
    "answered": lambda value: value is not None and not isinstance(value, NoAnswer) and value != "",
    "dk": lambda value: isinstance(value, NoAnswer) and value.kind == "dk",
    "refused": lambda value: isinstance(value, NoAnswer) and value.kind == "ref",
}
"""Tests that a script writer may use: ``budget is dk``, ``email is not answered``."""

ALL_TESTS: dict[str, Callable[..., bool]] = {
    **TESTS,
    "_lt": _ordered(lambda left, right: left < right),
    "_lteq": _ordered(lambda left, right: left <= right),
    "_gt": _ordered(lambda left, right: left > right),
    "_gteq": _ordered(lambda left, right: left >= right),
    "_among": _among,
}
"""With the ones that the renderer puts in place of ``<``, ``>=`` and ``in``."""
