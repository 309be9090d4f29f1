"""Two ways to divide the duties of a project, and switching between them.

In a **call centre** every duty is a person's own. In a **remote sales department** the group lead (the curator) also
supervises, writes scripts and prepares lists. A duty that an organisation brings along goes again with it; what a
person was given by hand stays. May import ``dialer.store``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.people import audit
from dialer.rules.words import Duty
from dialer.store.people import Holding
from dialer.store.projects import Project

CALL_CENTRE, REMOTE_SALES = "call_centre", "remote_sales"
BRINGS: Mapping[str, Mapping[Duty, tuple[Duty, ...]]] = {
    CALL_CENTRE: {},
    REMOTE_SALES: {Duty.GROUP_LEAD: (Duty.SUPERVISOR, Duty.SCRIPT_WRITER, Duty.BASE_ADMIN)},
}
"""organisation -> duty -> the duties it brings along."""


def switch(s: Session, project: Project, organisation: str, by: int | None, now: datetime) -> tuple[int, int]:
    """Make this the project's organisation; returns how many duties were taken away and brought along.

    Only duties held in this very project take part. Raises BadInput for an organisation that does not exist.
    """
    if organisation not in BRINGS:
        raise BadInput(f"There is no organisation {organisation}; choose one of {', '.join(BRINGS)}.")
    here = Holding.project_id == project.id
    taken = len(s.scalars(select(Holding.id).where(here, Holding.given_by != "")).all())
    s.execute(delete(Holding).where(here, Holding.given_by != ""))
    brought = _bring(s, project.id, organisation)
    before, project.organisation = project.organisation, organisation
    audit.write(
        s, now, by, "project.organisation", f"project:{project.id}",
        before=before, after=organisation, taken=taken, brought=brought,
    )  # fmt: skip
    return taken, brought


def _bring(s: Session, project_id: int, organisation: str) -> int:
    held = list(s.scalars(select(Holding).where(Holding.project_id == project_id)))
    have = {(h.user_id, h.duty) for h in held}
    n = 0
    for holding in held:
        for duty in BRINGS[organisation].get(holding.duty, ()):
            if (holding.user_id, duty) not in have:
                have.add((holding.user_id, duty))
                s.add(
                    Holding(
                        user_id=holding.user_id, duty=duty, project_id=project_id, team_id=holding.team_id,
                        given_by=organisation,
                    )
                )  # fmt: skip
                n += 1
    s.flush()
    return n
