"""Teams: 5 or 6 operators under one group lead. A person is in one team of a project; a group lead may have several
people lead beside them.

Who belongs where is kept with the holdings: ``Holding.team_id`` of a duty held in the team's project. What a group
lead reaches follows from it (``dialer.people.rights``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dialer.errors import BadInput
from dialer.rules.words import Duty
from dialer.store.people import Holding, Team, User

MEMBERS = (Duty.OPERATOR, Duty.CLOSER)
MAX_NAME = 120


@dataclass(frozen=True)
class TeamPeople:
    """A team with the ids of its group leads and of its operators and closers."""

    id: int
    name: str
    leads: frozenset[int]
    members: frozenset[int]


def of_project(s: Session, project_id: int) -> list[TeamPeople]:
    """The project's teams, by name."""
    teams = s.scalars(select(Team).where(Team.project_id == project_id).order_by(Team.name, Team.id)).all()
    query = select(Holding.team_id, Holding.user_id, Holding.duty).where(Holding.team_id.in_([t.id for t in teams]))
    found: dict[int, tuple[set[int], set[int]]] = {team.id: (set(), set()) for team in teams}
    for team_id, user_id, duty in s.execute(query):
        if team_id is not None:
            found[team_id][duty is not Duty.GROUP_LEAD].add(user_id)
    return [TeamPeople(t.id, t.name, frozenset(found[t.id][0]), frozenset(found[t.id][1])) for t in teams]


def make(s: Session, project_id: int, name: str) -> Team:
    """A new, empty team. Raises BadInput for a name that is empty, too long or taken."""
    team = Team(project_id=project_id, name=_checked(s, project_id, name, None))
    s.add(team)
    s.flush()
    return team


def change(s: Session, team: Team, name: str, leads: Collection[int], members: Collection[int]) -> None:
    """Name a team and say who is in it; whoever was in another team of the project leaves that one.

    People are ids; those who do not hold the duty in the project (or in every project) count for nothing. Raises
    BadInput as :func:`make` does.
    """
    team.name = _checked(s, team.project_id, name, team.id)
    for duties, wanted in (((Duty.GROUP_LEAD,), leads), (MEMBERS, members)):
        for holding in s.scalars(select(Holding).where(Holding.team_id == team.id, Holding.duty.in_(duties))):
            if holding.user_id not in wanted:
                holding.team_id = None
        for user_id in wanted:
            _join(s, team, user_id, duties)
    s.flush()


def _join(s: Session, team: Team, user_id: int, duties: tuple[Duty, ...]) -> None:
    """Put the person's duties in the project into the team; a duty held everywhere gets a holding of its own here."""
    held = s.scalars(select(Holding).where(Holding.user_id == user_id, Holding.duty.in_(duties))).all()
    here = {h.duty: h for h in held if h.project_id == team.project_id}
    for duty in {h.duty for h in held if h.project_id in (None, team.project_id)}:
        if duty not in here:
            here[duty] = Holding(user_id=user_id, duty=duty, project_id=team.project_id)
            s.add(here[duty])
        here[duty].team_id = team.id


def remove(s: Session, team: Team) -> None:
    """Dissolve a team: its people keep their duties; a group lead without a team leads the whole project."""
    for holding in s.scalars(select(Holding).where(Holding.team_id == team.id)):
        holding.team_id = None
    s.flush()
    s.delete(team)


def able(s: Session, project_id: int, *duties: Duty) -> list[User]:
    """The active people who hold one of these duties in the project, by name."""
    here = Holding.project_id.is_(None) | (Holding.project_id == project_id)
    query = select(User).join(Holding).where(Holding.duty.in_(duties), here, User.active).order_by(User.name)
    return list(s.scalars(query.distinct().options(selectinload(User.holdings))))


def _checked(s: Session, project_id: int, name: str, own_id: int | None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise BadInput(f"A team's name has 1 to {MAX_NAME} characters.")
    taken = s.scalar(select(Team.id).where(Team.project_id == project_id, Team.name == name))
    if taken not in (None, own_id):
        raise BadInput(f"The project has a team named {name} already.")
    return name
