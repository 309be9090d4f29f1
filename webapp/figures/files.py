"""Views: the same figures as CSV (one table) and as a workbook (all of them)."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.people import audit
from dialer.people.rights import people_of
from dialer.reports.project import project_figures
from dialer.reports.tables import Table, tables
from scripts.exports.sheets import csv_bytes, xlsx_bytes
from webapp.data import reading, writing
from webapp.figures.room import Wanted, blueprint, wanted
from webapp.guards import needs
from webapp.identity import me
from webapp.problems import NotThere

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/figures.csv")
@needs("report.see")
def as_csv() -> Response:
    """One table, ``?table=people`` (the usual), load, stages, lists or totals. Raises NotThere."""
    name = request.args.get("table", "people")
    asked, found = _found()
    if name not in found:
        raise NotThere
    return _file(csv_bytes(*found[name]), "text/csv", f"{_name(asked)}-{name}.csv")


@blueprint.get("/figures.xlsx")
@needs("report.see")
def as_workbook() -> Response:
    """Every table, a sheet each. Raises NotThere."""
    asked, found = _found()
    return _file(xlsx_bytes(found), XLSX, f"{_name(asked)}.xlsx")


def _found() -> tuple[Wanted, dict[str, Table]]:
    with reading() as s:
        asked = wanted(s)
        if asked is None:
            raise NotThere
        found = _tables(s, asked)
    with writing() as s:
        audit.write(s, now(), me().id, "report.see", f"project:{asked.project.id}", file=True)
    return asked, found


def _tables(s: Session, asked: Wanted) -> dict[str, Table]:
    """What the person may see of it: who is not named on their page is not named in their file."""
    found = tables(project_figures(s, asked.project, asked.period, now(), asked.people))
    named = people_of(s, me(), "report.people", asked.project.id)
    if named is not None and not named:
        del found["people"]
    return found


def _name(asked: Wanted) -> str:
    return f"project-{asked.project.id}-{asked.period.first}-{asked.period.last}"


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
