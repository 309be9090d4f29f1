"""What one writing transaction remembers: rows it locked already, and lines it writes together at its end.

A row that this transaction holds cannot change under it, so it is read once. Journals and the outbox are only ever
added to, so their lines go to the database in one statement a table, just before the commit.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dialer.store.base import Base

T = TypeVar("T", bound=Base)


def held(s: Session, model: type[T], key: Any) -> T | None:
    """The row with this primary key, locked until the end of the transaction; None if there is none."""
    known: dict[Any, T] = s.info.setdefault(model, {})
    row = known.get(key)
    if row is None:
        row = s.get(model, key, with_for_update={"key_share": True}, populate_existing=True)
        if row is not None:
            known[key] = row
    return row


def hold_many(s: Session, model: type[T], keys: Collection[Any]) -> dict[Any, T]:
    """As :func:`held` for many at once, in the order of their keys so that two transactions cannot block each other."""
    known: dict[Any, T] = s.info.setdefault(model, {})
    wanted = sorted(set(keys) - known.keys())
    if wanted:
        column = model.__mapper__.primary_key[0]
        query = select(model).where(column.in_(wanted)).order_by(column).with_for_update(key_share=True)
        name = model.__mapper__.get_property_by_column(column).key
        rows = s.scalars(query.execution_options(populate_existing=True)).all()
        known.update({getattr(row, name): row for row in rows})
    return {key: known[key] for key in keys if key in known}


def append(s: Session, model: type[Base], **values: Any) -> None:
    """Add one line to a table that is only ever added to; it is written before the commit, in the order of calls."""
    s.info.setdefault("appended", {}).setdefault(model, []).append(values)


def write_appended(s: Session) -> None:
    """Write what :func:`append` gathered, after the rows it may point at."""
    gathered: dict[type[Base], list[dict[str, Any]]] = s.info.pop("appended", {})
    if gathered:
        s.flush()
    for model, rows in gathered.items():
        s.execute(insert(model.__table__), rows)  # type: ignore[arg-type]
