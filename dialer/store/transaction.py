"""What one writing transaction remembers: rows it locked already, and lines it writes together at its end.

A row that this transaction holds cannot change under it, so it is read once. Journals and the outbox are only ever
added to, so their lines go to the database in one statement a table, just before the commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import bindparam, event, insert, select
from sqlalchemy.orm import Session

from dialer.store.base import Base

T = TypeVar("T", bound=Base)


def keep_rows(s: Session) -> None:
    """Hold every row that is read until the end of this transaction, so that ``s.get`` asks for none twice.

    For a page that many functions gather; SQLAlchemy lets go of what nobody holds. Not for reading a whole table.
    """
    rows: list[Any] = s.info.setdefault("rows", [])
    event.listen(s, "loaded_as_persistent", lambda _session, row: rows.append(row))


def held(s: Session, model: type[T], key: Any) -> T | None:
    """The row with this primary key, locked until the end of the transaction; None if there is none."""
    return hold_many(s, model, (key,)).get(key)


def hold_many(s: Session, model: type[T], keys: Collection[Any]) -> dict[Any, T]:
    """As :func:`held` for many at once, in the order of their keys so that two transactions cannot block each other."""
    known: dict[Any, T | None] = s.info.setdefault(model, {})
    wanted = sorted(set(keys) - known.keys())
    if wanted:
        one, many, name = _by_key(model)
        known.update(dict.fromkeys(wanted))
        rows = s.scalars(many, {"keys": wanted}) if len(wanted) > 1 else s.scalars(one, {"key": wanted[0]})
        known.update({getattr(row, name): row for row in rows})
    return {key: row for key in keys if (row := known[key]) is not None}


def remember(s: Session, row: Base) -> None:
    """Add a row that this transaction made; :func:`held` finds it, though it may have looked in vain before."""
    s.add(row)
    model = type(row)
    s.info.setdefault(model, {})[getattr(row, _by_key(model)[-1])] = row


@cache
def _by_key(model: type[Base]) -> tuple[Any, Any, str]:
    """The statements for one key and for many, and the key's name; put together once, since that takes longer than to
    carry one out (and a list of one key takes longer than one key)."""
    column = model.__mapper__.primary_key[0]
    query = select(model).with_for_update(key_share=True).execution_options(populate_existing=True)
    one = query.where(column == bindparam("key", type_=column.type))
    many = query.where(column.in_(bindparam("keys", expanding=True))).order_by(column)
    return one, many, model.__mapper__.get_property_by_column(column).key


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


@contextmanager
def forgetting(s: Session) -> Iterator[None]:
    """Around a savepoint: what the block remembered is forgotten if it fails, since the database forgets it too."""
    lines: dict[type[Base], list[dict[str, Any]]] = s.info.get("appended", {})
    lengths = {model: len(rows) for model, rows in lines.items()}
    told, nudged = set(s.info.get("told", ())), s.info.get("nudged", False)
    try:
        yield
    except BaseException:
        for model, rows in s.info.get("appended", {}).items():
            del rows[lengths.get(model, 0) :]
        s.info["told"], s.info["nudged"] = told, nudged
        for key in [key for key in s.info if isinstance(key, type)]:
            del s.info[key]  # rows locked since the savepoint are locked no more, and theirs are not who they were
        raise
