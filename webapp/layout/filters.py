"""Jinja filters: instants in the browser's zone, spans of time, masked numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, format_percent, format_time
from markupsafe import Markup

from dialer.clock import now
from webapp.language import zone_info


def when(at: datetime | None) -> str | Markup:
    """``14:05`` today, else ``4 Mar, 14:05``, in a time element that carries the exact instant."""
    if at is None:
        return "–"
    today = now().astimezone(zone_info()).date()
    same_day = at.astimezone(zone_info()).date() == today
    shown = format_time(at, "HH:mm") if same_day else format_datetime(at, "d MMM y, HH:mm")
    return Markup('<time datetime="{}">{}</time>').format(at.astimezone(UTC).isoformat(timespec="seconds"), shown)


def wall(at: datetime) -> str:
    """``14:05`` on the clocks of the person at the browser."""
    return str(format_time(at, "HH:mm"))


def day(at: datetime | None) -> str:
    """``4 March 2026``."""
    return format_date(at, "long") if at else "–"


def day_month(at: date) -> str:
    """``Wed, 4 Mar``."""
    return format_date(at, "EE, d MMM")


def month_year(at: date) -> str:
    """``March 2026``."""
    return format_date(at, "LLLL y")


def span(seconds: float | None) -> str:
    """``2:41`` or ``1:02:41``."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clock(at: datetime) -> str:
    """``14:05:09`` in the browser's zone."""
    return format_time(at, "HH:mm:ss")


def number(value: float, digits: int = 0) -> str:
    """``12,345`` or ``12 345``, as the language has it; with ``digits``, always so many behind the comma."""
    return format_decimal(value, "#,##0." + "0" * digits) if digits else format_decimal(value)


def percent(rate: float, digits: int = 0) -> str:
    """A rate of 0..1 as ``12 %``."""
    return format_percent(rate, "#,##0." + "0" * digits + "%" if digits else "#,##0%")


def weekday(at: date) -> str:
    """``Mon 4 Mar``: a date, or an instant in the browser's zone."""
    there = at.astimezone(zone_info()) if isinstance(at, datetime) else at
    return format_date(there, "EEE d MMM")


def weekday_time(at: datetime) -> str:
    """``Thursday 5 March, 15:00`` of a wall clock without a zone."""
    return format_datetime(at, "EEEE d MMMM, HH:mm", rebase=False)


def masked(number: str) -> str:
    """``+7 ••• ••• 12 34``: enough to recognise, not enough to ring."""
    digits = number.lstrip("+")
    if len(digits) < 7:
        return "•" * len(digits)
    return f"+{digits[: len(digits) - 10] or digits[0]} ••• ••• {digits[-4:-2]} {digits[-2:]}"


def attach(app: Flask) -> None:
    """Make them known to the templates."""
    app.jinja_env.filters.update(
        when=when,
        day=day,
        wall=wall,
        day_month=day_month,
        month_year=month_year,
        weekday=weekday,
        weekday_time=weekday_time,
        span=span,
        masked=masked,
        clock=clock,
        number=number,
        percent=percent,
    )
