"""The database door itself, on both kinds."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from dialer.rules.words import CampaignState
from dialer.store import Database
from dialer.store.outbox import tell
from dialer.store.projects import Campaign, Project
from dialer.store.watch import Watch
from tests.conftest import NOON


def a_campaign(db: Database) -> int:
    with db.write() as s:
        project = Project(name="Spring", client="Acme", created_at=NOON)
        s.add(project)
        s.flush()
        campaign = Campaign(project_id=project.id, name="survey", created_at=NOON)
        s.add(campaign)
        s.flush()
        return campaign.id


def test_instants_and_words_come_back_as_they_went_in(db: Database) -> None:
    a_campaign(db)
    with db.read() as s:
        campaign = s.scalars(select(Campaign)).one()
        assert campaign.created_at == NOON and campaign.created_at.utcoffset() is not None
        assert campaign.state is CampaignState.DRAFT


def test_a_naive_instant_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="aware"), db.write() as s:
        s.add(Project(name="x", client="y", created_at=datetime(2026, 1, 1)))


def test_foreign_keys_are_enforced(db: Database) -> None:
    with pytest.raises(IntegrityError), db.write() as s:
        s.add(Campaign(project_id=999, name="x", created_at=NOON))


def test_a_failed_block_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as s:
        s.add(Project(name="x", client="y", created_at=NOON))
        s.flush()
        _ = 1 / 0
    with db.read() as s:
        assert s.scalars(select(Project)).all() == []


def test_writers_of_many_threads_queue_up_and_lose_nothing(db: Database) -> None:
    campaign_id = a_campaign(db)

    def add_one() -> None:
        for _ in range(10):
            with db.write() as s:
                campaign = s.get_one(Campaign, campaign_id, with_for_update=True)
                campaign.fence += 1

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with db.read() as s:
        assert s.get_one(Campaign, campaign_id).fence == 40


def test_a_watch_hears_a_commit_and_only_that(db: Database) -> None:
    watch = Watch(db)
    assert not watch.wait(0.05)
    with db.write() as s:
        tell(s, NOON, "operator", "user:1")
    assert watch.wait(5)
    assert not watch.wait(0.05)
    watch.close()
