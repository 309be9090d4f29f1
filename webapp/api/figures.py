"""Calls: a project's figures over a period, the same as on the page."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dialer.leads import terms
from dialer.people.rights import people_of
from dialer.reports import period as periods
from dialer.reports.project import project_figures
from dialer.reports.tables import as_data, tables
from dialer.store.projects import Project
from webapp.api.room import Ask, call
from webapp.api.shapes import Shape, Taken
from webapp.problems import NotThere

TAG = "figures"


class FiguresAsk(Taken):
    """``first`` and ``last`` are ISO days and win over ``period``; days are those of the project's zone."""

    period: str = "today"
    first: str = Field(default="", max_length=10)
    last: str = Field(default="", max_length=10)


class FiguresOut(Shape):
    """Rates are 0..1, spans hours. ``people`` is empty for whoever may not see names."""

    totals: dict[str, Any]
    people: list[dict[str, Any]]
    load: list[dict[str, Any]]
    stages: list[dict[str, Any]]
    lists: list[dict[str, Any]]


@call("GET", "/projects/<int:project_id>/figures", asks=FiguresAsk, gives=FiguresOut, tag=TAG)
def project_figures_of(ask: Ask, project_id: int, query: FiguresAsk) -> FiguresOut:
    """People, load, conversion, promises and lists of a project. Raises NotThere for one out of reach."""
    project = ask.s.get(Project, project_id)
    people = None if project is None else people_of(ask.s, ask.user, "report.see", project_id)
    if project is None or (people is not None and not people):
        raise NotThere
    period = periods.asked(query.period, query.first, query.last, ask.now, terms.of(project).hours.zone)
    data = as_data(tables(project_figures(ask.s, project, period, ask.now, people)))
    named = people_of(ask.s, ask.user, "report.people", project_id)
    return FiguresOut(**{**data, "people": data["people"] if named is None or named else []})
