"""Making and changing people: login, name, password, duties. Used by the pages and by ``dialer user``."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from dialer.errors import BadInput
from dialer.people import passwords
from dialer.rules.words import Duty
from dialer.store.people import Holding, User
from dialer.store.projects import Project

LOGIN = re.compile(r"^[a-z0-9][a-z0-9._@-]{1,79}$")
PHONE = re.compile(r"^(sips?:[A-Za-z0-9._~+-]+@[A-Za-z0-9.:-]+|\+[1-9]\d{4,14}|[A-Za-z0-9][A-Za-z0-9_.-]{0,59})\Z")
LONGEST_SECRET = 80
LANGUAGES = ("en", "ru")


def by_login(s: Session, login: str) -> User | None:
    """The person of that login name, with their holdings."""
    wanted = login.strip().lower()
    return s.scalar(select(User).where(User.login == wanted).options(selectinload(User.holdings)))


def by_id(s: Session, user_id: int) -> User | None:
    """The person of that id, with their holdings."""
    # One question, not two: every page and every press of a button asks it.
    query = select(User).where(User.id == user_id).options(joinedload(User.holdings))
    return s.scalars(query).unique().one_or_none()


def add(
    s: Session,
    login: str,
    name: str,
    password: str,
    duties: list[tuple[Duty, int | None]],
    now: datetime,
    language: str = "en",
) -> User:
    """A new person; ``duties`` are pairs of duty and project id (None: every project). Raises BadInput."""
    login = login.strip().lower()
    if not LOGIN.match(login):
        raise BadInput(
            "A login name is 2 to 80 small Latin letters, digits or . _ @ - and begins with a letter or digit."
        )
    if by_login(s, login) is not None:
        raise BadInput(f"There is already a person with the login name {login}.")
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language}; choose one of {', '.join(LANGUAGES)}.")
    user = User(
        login=login,
        name=name.strip() or login,
        password_hash=passwords.hashed(password),
        language=language,
        phone_secret=secrets.token_urlsafe(24),
        created_at=now,
    )
    s.add(user)
    s.flush()
    user.endpoint = f"op-{user.id}"
    set_duties(s, user, duties)
    return user


def set_duties(s: Session, user: User, duties: list[tuple[Duty, int | None]]) -> None:
    """Make these the person's duties and no others; a team already held with a duty is kept."""
    wanted = set(duties)
    user.holdings[:] = [h for h in user.holdings if (h.duty, h.project_id) in wanted]
    have = {(h.duty, h.project_id) for h in user.holdings}
    for duty, project_id in sorted(wanted - have, key=lambda pair: (pair[0].value, pair[1] or 0)):
        user.holdings.append(Holding(duty=duty, project_id=project_id))
    s.flush()


def set_password(user: User, password: str) -> None:
    """Change the password and end every open session of theirs. Raises BadInput."""
    user.password_hash = passwords.hashed(password)
    user.session_epoch += 1


def set_phone(s: Session, user: User, endpoint: str, secret: str = "") -> None:
    """The phone that rings for somebody: an account of the PBX (``op-7``), a SIP address or a number; empty for none.
    ``secret`` is its SIP password, for the phone in the browser; empty keeps it. Raises BadInput."""
    endpoint = endpoint.strip()
    if endpoint and not PHONE.match(endpoint):
        raise BadInput("A phone is an account such as op-7, an address such as sip:7@pbx.example, or +74951234567.")
    if endpoint and s.scalar(select(User.id).where(User.endpoint == endpoint, User.id != user.id)) is not None:
        raise BadInput(f"The phone {endpoint} is somebody else's.")
    if len(secret) > LONGEST_SECRET:
        raise BadInput(f"A SIP password has at most {LONGEST_SECRET} characters.")
    user.endpoint, user.phone_secret = endpoint, secret or user.phone_secret
    s.flush()


def end_sessions(user: User) -> None:
    """Log this person out everywhere."""
    user.session_epoch += 1


def parse_duty(s: Session, text: str) -> tuple[Duty, int | None]:
    """``operator`` or ``operator@Project name`` as a duty and a project id. Raises BadInput."""
    word, _, project_name = text.partition("@")
    try:
        duty = Duty(word.strip().replace("-", "_"))
    except ValueError:
        raise BadInput(f"There is no duty {word}; choose one of {', '.join(d.value for d in Duty)}.") from None
    if not project_name:
        return duty, None
    project_id = s.scalar(select(Project.id).where(Project.name == project_name))
    if project_id is None:
        raise BadInput(f"There is no project {project_name}.")
    return duty, project_id
