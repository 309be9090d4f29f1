"""Looking up the suppression list: which entry, if any, covers a number for a project.

An entry is a whole number or a prefix, and holds everywhere (scope 0), for all projects of a client (``-client.id``) or
for one project. Numbers of erased persons are entries too, known by their keyed hash only (``keyed``).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, String, any_, bindparam, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from dialer.compliance import keyed
from dialer.rules.compliance import Suppressed
from dialer.store.compliance import Client
from dialer.store.contacts import Suppression
from dialer.store.projects import Project

EVERYWHERE = 0
SHORTEST_PREFIX = 3
"""``+79``: a shorter prefix would stop a whole country by a slip of the hand."""


def covering(session: Session, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Suppressed]:
    """The entry that covers each (number, project id), for those that have one.

    An entry for everywhere is named before a client's, that before a project's, a whole number before a prefix.
    """
    texts = {text for number, _ in wanted for text in beginnings(number)}
    of = scopes_of(session, {project for _, project in wanted})
    scopes = {scope for several in of.values() for scope in several}
    sqlite = session.get_bind().dialect.name == "sqlite"
    given = json.dumps(list(texts)) if sqlite else list(texts)
    rows = session.execute(_query(sqlite), {"texts": given, "scopes": scopes})
    entries = {(row.number, row.scope_id): row for row in rows}
    erased = keyed.forgotten(session, {number for number, _ in wanted}, scopes)
    answers = {(number, project): _best(entries, erased, number, of[project]) for number, project in wanted}
    return {key: entry for key, entry in answers.items() if entry}


def scopes_of(session: Session, projects: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Project -> the scopes that hold for it, widest first. A client without a list of its own is no scope."""
    rows = session.execute(_CLIENTS, {"projects": projects})
    clients = {row.project: -row.client for row in rows}
    return {p: (EVERYWHERE, *((clients[p],) if p in clients else ()), p) for p in projects}


_CLIENTS = (
    select(Project.id.label("project"), Client.id.label("client"))
    .join(Client, Client.name == Project.client)
    .where(Project.id.in_(bindparam("projects", expanding=True)))
)


@cache
def _query(sqlite: bool) -> Select[str, int, bool, str]:
    """Put together once: each contact is asked about twice on its way to the network."""
    if sqlite:
        each = func.json_each(bindparam("texts", type_=String)).table_valued("value")
        number: ColumnElement[bool] = Suppression.number.in_(select(each.c.value))
    else:
        number = Suppression.number == any_(bindparam("texts", type_=postgresql.ARRAY(String)))
    wanted = (number, Suppression.scope_id.in_(bindparam("scopes", expanding=True)))
    return select(Suppression.number, Suppression.scope_id, Suppression.prefix, Suppression.reason).where(*wanted)


def _best(
    entries: dict[tuple[str, int], Any], erased: dict[tuple[str, int], Suppressed], number: str, scopes: tuple[int, ...]
) -> Suppressed | None:
    for scope in scopes:
        for text in beginnings(number):
            row = entries.get((text, scope))
            if row is not None and (row.prefix or text == number):
                return Suppressed(row.reason, scope, text)
        if (number, scope) in erased:
            return erased[number, scope]
    return None


def among(session: Session, column: Any, texts: Collection[str]) -> ColumnElement[bool]:
    """Whether ``column`` is one of many texts, as a single parameter: ten thousand would be slow, and one too many."""
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(texts))).table_valued("value")
        return cast(ColumnElement[bool], column.in_(select(each.c.value)))
    given: Any = sql_cast(list(texts), postgresql.ARRAY(String))
    return cast(ColumnElement[bool], column == any_(given))


def beginnings(number: str) -> list[str]:
    """The number and every prefix that could cover it, longest first."""
    return [number[:length] for length in range(len(number), SHORTEST_PREFIX - 1, -1)]
