"""A project's figures as plain tables, for CSV, workbooks, JSON and the terminal. Headings are codes, as elsewhere in
exports: rates are 0..1, spans hours, and nothing is rounded to please the eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialer.reports.people import PersonFigures
from dialer.reports.project import ProjectFigures

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]

PEOPLE = (
    "person", "name", "line", "work_h", "talk_h", "pause_h", "talk_rate", "worked", "worked_per_hour", "talks",
    "leads", "handed", "accepted", "sent_back", "accept_rate",
)  # fmt: skip


def tables(figures: ProjectFigures) -> dict[str, Table]:
    """``{name: (headings, rows)}``: totals, people, load, stages, promises, lists."""
    return {
        "totals": _totals(figures),
        "people": (PEOPLE, [_person(one) for one in figures.people]),
        "load": (
            ("at", "placed", "talked", "worked", "abandoned"),
            [(str(one.at), one.placed, one.talked, one.worked, one.abandoned) for one in figures.load],
        ),
        "stages": (
            ("stage", "reached", "step_rate"),
            [(one.stage.value, one.reached, _rate(one.step_rate)) for one in figures.conversion.stages]
            + [(stage.value, n, None) for stage, n in figures.conversion.aside.items()],
        ),
        "lists": (
            ("campaign", "name", "contacts", "tried", "talked", "done", "left", "tried_rate", "done_rate", "days_left"),
            [
                (one.campaign_id, one.name, one.contacts, one.tried, one.talked, one.done, one.left,
                 _rate(one.tried_rate), _rate(one.done_rate), _rate(one.days_left, 1))
                for one in figures.lists
            ],
        ),
    }  # fmt: skip


def as_data(found: Mapping[str, Table]) -> dict[str, Any]:
    """The tables as objects: totals one, each other table a list of rows by heading."""
    data: dict[str, Any] = {
        name: [dict(zip(headings, row, strict=True)) for row in rows] for name, (headings, rows) in found.items()
    }
    data["totals"] = {name: value for name, value in found["totals"][1]}
    return data


def _totals(f: ProjectFigures) -> Table:
    rows: list[Sequence[Any]] = [
        ("first_day", f.period.first.isoformat()),
        ("last_day", f.period.last.isoformat()),
        ("placed", f.placed),
        ("talks", f.talks),
        ("worked", f.worked),
        ("worked_per_hour", _rate(f.worked_per_hour, 2)),
        ("leads", f.leads),
        ("handoffs_accepted", f.accepted),
        ("handoffs_sent_back", f.rejected),
        ("accept_rate", _rate(f.accept_rate)),
        ("appointments", f.appointments),
        ("won", f.conversion.amount),
        ("promises_due", f.promises.due),
        ("promises_kept", f.promises.kept),
        ("promises_late", f.promises.late),
        ("promises_broken", f.promises.broken),
        ("promises_kept_rate", _rate(f.promises.kept_rate)),
    ]
    return ("figure", "value"), rows


def _person(one: PersonFigures) -> Sequence[Any]:
    return (
        one.user_id, one.name, one.line, _hours(one.work_s), _hours(one.talk_s), _hours(one.pause_s),
        _rate(one.talk_rate), one.worked, _rate(one.worked_per_hour, 2), one.talks, one.leads, one.handed,
        one.accepted, one.rejected, _rate(one.accept_rate),
    )  # fmt: skip


def _hours(seconds: float) -> float:
    return round(seconds / 3600, 2)


def _rate(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
