"""A project's figures over a period: people, load, conversion, handoffs, promises, how deep the lists are worked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.leads import terms
from dialer.reports.load import Load, load
from dialer.reports.penetration import Penetration, penetration
from dialer.reports.people import PersonFigures, people_figures
from dialer.reports.period import Period
from dialer.reports.promises import Promises, promises
from dialer.reports.stages import Conversion, conversion, entered
from dialer.rules.words import Stage
from dialer.store.projects import Campaign, Project

FIRST_LINE = 1


@dataclass(frozen=True)
class ProjectFigures:
    """All of it. Calls are counted by when they were placed, leads and handoffs by when they were made."""

    project_id: int
    period: Period
    people: list[PersonFigures]
    load: list[Load]
    conversion: Conversion
    promises: Promises
    lists: list[Penetration]
    appointments: int

    @property
    def placed(self) -> int:
        """Calls placed."""
        return sum(one.placed for one in self.load)

    @property
    def talks(self) -> int:
        """Calls in which somebody talked with the contact."""
        return sum(one.talked for one in self.load)

    @property
    def worked(self) -> int:
        """Calls whose outcome a person saved."""
        return sum(one.worked for one in self.load)

    @property
    def work_s(self) -> float:
        """Seconds at work of the first line."""
        return sum(one.work_s for one in self._first_line)

    @property
    def worked_per_hour(self) -> float | None:
        """Contacts worked per hour of an operator; None while nobody worked."""
        return sum(one.worked for one in self._first_line) / (self.work_s / 3600) if self.work_s else None

    @property
    def leads(self) -> int:
        """Leads made."""
        return sum(one.leads for one in self.people)

    @property
    def accepted(self) -> int:
        """Handoffs that closers accepted."""
        return sum(one.accepted for one in self._first_line)

    @property
    def rejected(self) -> int:
        """Handoffs that closers sent back."""
        return sum(one.rejected for one in self._first_line)

    @property
    def accept_rate(self) -> float | None:
        """Accepted, 0..1 of the handoffs judged; None while none was."""
        judged = self.accepted + self.rejected
        return self.accepted / judged if judged else None

    @property
    def _first_line(self) -> list[PersonFigures]:
        return [one for one in self.people if one.line == FIRST_LINE]


def project_figures(
    s: Session, project: Project, period: Period, now: datetime, people: Collection[int] | None = None
) -> ProjectFigures:
    """Look at everything. ``people`` limits it to those (a group lead's team, or oneself); lists are always whole."""
    campaigns = list(s.scalars(select(Campaign.id).where(Campaign.project_id == project.id)))
    return ProjectFigures(
        project_id=project.id,
        period=period,
        people=people_figures(s, campaigns, period, now, people),
        load=load(s, campaigns, period, people),
        conversion=conversion(s, campaigns, period, terms.of(project).left_out, people),
        promises=promises(s, campaigns, period, now, people),
        lists=penetration(s, campaigns, now),
        appointments=entered(s, campaigns, period, Stage.APPOINTMENT),
    )
