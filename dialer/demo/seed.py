"""Fill an empty database with the demo: project, people, script, campaign, and the list through the real import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import scripts
from dialer.demo import appointments, contacts, people
from dialer.lists.importing import import_file
from dialer.rules.words import CampaignState, Mode
from dialer.store import Database
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.scripts import CallScript, ScriptVersion
from scripts import parse_text

SCRIPT = "lead_generation.call"
RULES = {"profiles": ["demo"]}


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made: ids, and each login's password."""

    project_id: int
    campaign_id: int
    passwords: dict[str, str]


def seed(db: Database, folder: Path, now: datetime, phone_secrets: dict[str, str] | None = None) -> Demo:
    """Make the demo; the campaign is running when this returns. ``folder`` takes the list's file."""
    with db.write() as s:
        project = Project(
            name="Рейс: склады",
            client="Рейс Логистика",
            kind="lead",
            country="RU",
            qualification="open",
            facts={"product": "Рейс 24", "from_price": 18_000, "closer": "Марк Соколов"},
            created_at=now,
        )
        s.add(project)
        s.flush()
        made = people.add(s, now, phone_secrets or {}, project.id)
        script = _script(project.id, now)
        s.add(script)
        s.flush()
        version = _publish(script, made["sasha"][0].id, now)
        s.add(version)
        s.flush()
        script.published_id = version.id
        campaign = Campaign(
            project_id=project.id,
            name="Осенний обзвон",
            state=CampaignState.RUNNING,
            mode=Mode.PROGRESSIVE,
            script_id=script.id,
            caller_id="+74950001122",
            ring_s=20,
            wrap_up_s=90,
            rules=RULES,
            created_at=now,
            started_at=now,
        )
        s.add(campaign)
        s.flush()
        for person in people.CAST:
            if person.phone:
                line = 2 if person.phone.startswith("cl-") else 1
                s.add(CampaignMember(campaign_id=campaign.id, user_id=made[person.login][0].id, line=line))
    import_file(db, contacts.write(folder / "demo-contacts.csv"), campaign.id)
    with db.write() as s:
        appointments.add(s, campaign.id, made["anna"][0].id, now)
    return Demo(project.id, campaign.id, {login: password for login, (_, password) in made.items()})


def _script(project_id: int, now: datetime) -> CallScript:
    text = (Path(scripts.__file__).parent / "library" / SCRIPT).read_text(encoding="utf-8")
    return CallScript(project_id=project_id, name="Первичный звонок", draft=text, updated_at=now)


def _publish(script: CallScript, user_id: int, now: datetime) -> ScriptVersion:
    parsed = parse_text(script.draft, SCRIPT)
    return ScriptVersion(
        script_id=script.id,
        number=1,
        hash=parsed.version_hash,
        text=script.draft,
        note="",
        published_by=user_id,
        published_at=now,
    )
