"""The database and the settings as a view reaches them: ``with reading() as s`` and ``with writing() as s``."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import current_app
from sqlalchemy.orm import Session

from dialer.jobs.work import Jobs
from dialer.settings import Settings
from dialer.store import Database


def database() -> Database:
    """The application's database."""
    return current_app.extensions["warmline"]["db"]


def settings() -> Settings:
    """The application's settings."""
    return current_app.extensions["warmline"]["settings"]


def reading() -> AbstractContextManager[Session]:
    """A transaction that only looks."""
    return database().read()


def writing() -> AbstractContextManager[Session]:
    """A transaction that commits at the end of the block."""
    return database().write()


def jobs() -> Jobs:
    """The queue of jobs, opened when first needed. Tests set JOBS_IMMEDIATE to have them done at once."""
    parts = current_app.extensions["warmline"]
    if "jobs" not in parts:
        parts["jobs"] = Jobs(database(), settings(), immediate=bool(current_app.config.get("JOBS_IMMEDIATE")))
    return parts["jobs"]
