"""The logins that ``make demo`` shows on its login page. Only ever filled when the setting ``demo`` is on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from webapp.data import settings

FILE = "demo-logins.json"
"""Written by ``dialer demo`` into the data folder, mode 0600: a list of {login, password, name, duty}."""


@dataclass(frozen=True)
class DemoPerson:
    """One line of the list."""

    login: str
    password: str
    name: str
    duty: str


def demo_people() -> list[DemoPerson]:
    """Who may log in to the demo; empty until the demo has been set up."""
    path = settings().data / FILE
    if not path.exists():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [DemoPerson(**{name: str(row.get(name, "")) for name in DemoPerson.__dataclass_fields__}) for row in rows]
