"""The plan of a project for one month, and how the work stands against it at this moment of the month.

A plan is a number for each measure that is planned. What should be done *by now* is the target times the share of the
month's working hours that has passed (the project's working days and hours, see ``dialer.leads.terms``): a month with
holidays at its end is no reason to look behind in its first week.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.leads.terms import Hours
from dialer.store.projects import PlanTarget

if TYPE_CHECKING:
    from dialer.reports.project import ProjectFigures

MOST = 1_000_000_000
MEASURES: Mapping[str, Callable[[ProjectFigures], int]] = {
    "hours": lambda f: round(sum(one.work_s for one in f.people) / 3600),
    "worked": lambda f: f.worked,
    "talks": lambda f: f.talks,
    "leads": lambda f: f.leads,
    "accepted": lambda f: f.accepted,
    "appointments": lambda f: f.appointments,
    "won": lambda f: f.conversion.amount,
}
"""measure -> what was done, in the same unit as its target: hours at work, contacts worked, talks, leads, leads that
closers accepted, appointments, money won."""


@dataclass(frozen=True)
class Against:
    """One measure: the month's ``target``, what is ``done``, and what was ``expected`` by now."""

    measure: str
    target: int
    done: int
    expected: float

    @property
    def done_rate(self) -> float:
        """Of the whole month's target; above 1 where it is beaten."""
        return self.done / self.target if self.target else 0.0

    @property
    def on_course(self) -> bool:
        """At least what was to be expected by now."""
        return self.done >= self.expected


def month_of(text: str) -> date:
    """The first day of ``2026-03``. Raises BadInput."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadInput(f"{text!r} is no month; write it as 2026-03.") from None


def targets(s: Session, project_id: int, month: date) -> dict[str, int]:
    """What is planned, by measure."""
    query = select(PlanTarget.measure, PlanTarget.target).where(
        PlanTarget.project_id == project_id, PlanTarget.month == month
    )
    return {measure: target for measure, target in s.execute(query)}


def write(s: Session, project_id: int, month: date, wanted: Mapping[str, int]) -> None:
    """Replace the plan of a month; 0 plans nothing. Raises BadInput for an unknown measure or one beyond reason."""
    for measure, target in wanted.items():
        if measure not in MEASURES:
            raise BadInput(f"There is no measure {measure!r}; choose one of {', '.join(MEASURES)}.")
        if not 0 <= target <= MOST:
            raise BadInput("A target is a whole number that is not below 0.")
    s.execute(delete(PlanTarget).where(PlanTarget.project_id == project_id, PlanTarget.month == month))
    s.add_all(
        PlanTarget(project_id=project_id, month=month, measure=measure, target=target)
        for measure, target in wanted.items()
        if target
    )


def against(figures: ProjectFigures, wanted: Mapping[str, int], passed: float) -> list[Against]:
    """Each planned measure against the figures of its month. ``passed``: see :func:`share_passed`."""
    return [
        Against(measure, wanted[measure], count(figures), wanted[measure] * passed)
        for measure, count in MEASURES.items()
        if measure in wanted
    ]


def share_passed(month: date, now: datetime, hours: Hours) -> float:
    """How much of the month's working hours has passed at ``now``, 0..1."""
    following = (month + timedelta(days=31)).replace(day=1)
    days = [month + timedelta(days=n) for n in range((following - month).days)]
    spans = [_span(day, hours) for day in days if day.isoweekday() in hours.days]
    whole = sum((end - start).total_seconds() for start, end in spans)
    gone = sum(max(0.0, (min(end, now) - start).total_seconds()) for start, end in spans)
    return gone / whole if whole else 0.0


def _span(day: date, hours: Hours) -> tuple[datetime, datetime]:
    begins, ends = (datetime.combine(day, at, hours.zone).astimezone(UTC) for at in (hours.start, hours.end))
    return begins, ends
