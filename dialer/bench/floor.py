"""A sales floor for the benches: a running campaign with many contacts, operators with phones, robots at their desks.

Everything a robot does goes through the same functions as the desk's page: sit down, save the wrap-up. Imports the
core only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from dialer import clock
from dialer.desk import session, wrap_up
from dialer.errors import Refusal
from dialer.lab.status import LabStatus
from dialer.rules.words import CampaignState, ContactState, OperatorState
from dialer.store import Base, Database
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.desk import OperatorSession
from dialer.store.people import User
from dialer.store.projects import Campaign, CampaignMember, Project

DISPOSITION = "refused_hard"
"""What robots save: it closes the contact, so that no retry comes due in mid-bench."""
FIRST_NUMBER = 79_160_000_000
BATCH = 5_000
_WRAPPING_UP = select(OperatorSession.user_id, OperatorSession.attempt_id).where(
    OperatorSession.state == OperatorState.WRAP_UP
)


@dataclass
class Floor:
    """Made by :func:`make`."""

    db: Database
    campaign_id: int
    users: list[int] = field(default_factory=list)
    engine: subprocess.Popen[bytes] | None = None

    def sit_down(self) -> None:
        """All operators who do not work yet, or whose phone was lost, begin: the engine rings their phones."""
        with self.db.read() as s:
            query = select(OperatorSession.user_id).where(OperatorSession.state != OperatorState.OFFLINE)
            working = set(s.scalars(query))
        for user_id in set(self.users) - working:
            with self.db.write() as s:
                session.connect(s, user_id, self.campaign_id, clock.now())

    def all_ready(self) -> bool:
        """Whether everybody is, but one who may have the first token's call; those who were lost are rung again."""
        if self.in_state(OperatorState.READY) >= len(self.users) - 1:
            return True
        self.sit_down()
        return False

    def in_state(self, *states: OperatorState) -> int:
        """How many operators are in one of these states."""
        with self.db.read() as s:
            query = select(func.count()).select_from(OperatorSession).where(OperatorSession.state.in_(states))
            return s.scalar(query) or 0

    def save_wrap_ups(self, now: datetime | None = None, share: tuple[int, int] = (0, 1)) -> int:
        """Every robot that wraps up saves, in a transaction of its own, as their pages would; returns how many did.

        ``share`` (k, n): only the k-th n-th of the operators.
        """
        with self.db.read() as s:
            rows = s.execute(_WRAPPING_UP).all()
        saved = 0
        for user_id, attempt_id in rows:
            if user_id % share[1] != share[0]:
                continue
            try:
                with self.db.write() as s:
                    wrap_up.save(s, attempt_id or "", user_id, DISPOSITION, now or clock.now())
                    saved += 1
            except Refusal:
                continue  # the engine was quicker
        return saved

    def set_campaign(self, **values: object) -> None:
        """Change columns of the campaign."""
        with self.db.write() as s:
            campaign = s.get_one(Campaign, self.campaign_id)
            for name, value in values.items():
                setattr(campaign, name, value)


def make(db: Database, *, contacts: int, operators: int = 0, **campaign: object) -> Floor:
    """Tables, a campaign whose rules allow any hour, ``contacts`` with one number each, and operators."""
    Base.metadata.create_all(db.engine)
    now = clock.now()
    with db.write() as s:
        project = Project(name="Bench", client="Bench", country="RU", created_at=now)
        s.add(project)
        s.flush()
        values: dict[str, Any] = {"caller_id": "+74950001122", "wrap_up_s": 60, "rules": {"profiles": ["demo"]}}
        row = Campaign(
            project_id=project.id,
            name="Bench",
            state=CampaignState.RUNNING,
            created_at=now,
            **{**values, **campaign},
        )
        zone = ZoneSet(names="Europe/Moscow")
        s.add_all([row, zone])
        s.flush()
        floor = Floor(db, row.id)
        for n in range(1, operators + 1):
            user = User(login=f"op{n}", name=f"Op {n}", password_hash="", endpoint=f"sip-op-{n}", created_at=now)
            s.add(user)
            s.flush()
            s.add(CampaignMember(campaign_id=row.id, user_id=user.id, line=1))
            floor.users.append(user.id)
        _contacts(s, row.id, zone.id, contacts)
    return floor


def _contacts(s: Any, campaign_id: int, zone_id: int, count: int) -> None:
    now = clock.now()
    for start in range(1, count + 1, BATCH):
        ids = range(start, min(start + BATCH, count + 1))
        common = {"campaign_id": campaign_id, "zone_set_id": zone_id, "state": ContactState.READY, "created_at": now}
        s.execute(insert(Contact), [{"id": n, "number_id": n, "name": f"Contact {n}", **common} for n in ids])
        numbers = [
            {"id": n, "contact_id": n, "campaign_id": campaign_id, "number": f"+{FIRST_NUMBER + n}"} for n in ids
        ]
        s.execute(insert(ContactNumber), numbers)


def start_engine(db: Database, status: LabStatus, home: Path) -> subprocess.Popen[bytes]:
    """``dialer engine`` as a process of its own, on the lab's PBX; its log is ``engine.log`` in ``home``."""
    values = {
        "DATABASE_URL": db.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""),
        "DATA": str(home),
        "PROVIDER": "asterisk",
        "AGI_PORT": status.fastagi.rpartition(":")[2],
        "ASTERISK__AMI_PORT": str(status.ami_port),
        "ASTERISK__AMI_USER": status.ami_user,
        "ASTERISK__AMI_SECRET": status.ami_secret,
        "LOG_JSON": "0",
        "LOG_LEVEL": "WARNING",
    }
    environ = {**os.environ, **{f"DIALER_{name}": value for name, value in values.items()}}
    with (home / "engine.log").open("ab") as log:
        words = [sys.executable, "-m", "dialer", "engine"]
        return subprocess.Popen(words, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def until(true: Callable[[], object], timeout_s: float, what: str) -> None:
    """Poll until ``true()``. Raises RuntimeError with ``what`` after ``timeout_s``."""
    end = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(what)
        time.sleep(0.05)
