"""Who works in the demo. Passwords are made anew at each start and shown where the demo was started, nowhere else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dialer.people import accounts
from dialer.rules.words import Duty
from dialer.store.people import User


@dataclass(frozen=True, slots=True)
class Person:
    """One login of the demo; ``phone`` is the lab's phone they use."""

    login: str
    name: str
    duty: Duty
    language: str
    phone: str = ""


CAST = (
    Person("anna", "Анна Орлова", Duty.OPERATOR, "ru", "op-1"),
    Person("ben", "Ben Hughes", Duty.OPERATOR, "en", "op-2"),
    Person("daria", "Дарья Лебедева", Duty.OPERATOR, "ru", "op-3"),
    Person("mark", "Марк Соколов", Duty.CLOSER, "ru", "cl-1"),
    Person("lena", "Лена Громова", Duty.GROUP_LEAD, "ru"),
    Person("vera", "Вера Панова", Duty.SUPERVISOR, "ru", "op-4"),
    Person("pavel", "Павел Климов", Duty.PROJECT_MANAGER, "ru"),
    Person("olga", "Ольга Титова", Duty.BASE_ADMIN, "ru"),
    Person("sasha", "Саша Миронов", Duty.SCRIPT_WRITER, "ru"),
    Person("nina", "Нина Рейсова", Duty.CLIENT_VIEWER, "ru"),
    Person("admin", "Administrator", Duty.SYSTEM_ADMIN, "en"),
)
SHOWN = ("anna", "mark", "vera", "pavel")
"""Whose logins the start prints first: one a duty that the demo is about."""


def add(s: Session, now: datetime, phone_secrets: dict[str, str], project_id: int) -> dict[str, tuple[User, str]]:
    """Make everybody's account in the demo's project; returns login -> (user, password)."""
    made = {}
    for person in CAST:
        password = secrets.token_urlsafe(9)
        scope = None if person.duty is Duty.SYSTEM_ADMIN else project_id
        duties = [(person.duty, scope)]
        user = accounts.add(s, person.login, person.name, password, duties, now, person.language)
        if person.phone:
            user.endpoint = person.phone
            user.phone_secret = phone_secrets.get(person.phone, user.phone_secret)
        made[person.login] = (user, password)
    return made
