"""What every test's application and database would otherwise make again, the same each time: made once, then shared.

Measured: two thirds of a test of one page went into compiling the same templates and the same builders of addresses,
a fifth of a test of the database into compiling the same statements.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import URL, Engine, create_engine
from werkzeug.routing import Rule

from dialer.people import passwords
from dialer.store import database


class Compiled(BytecodeCache):
    """Templates by their text: whoever asks for one whose text has changed compiles it anew."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


class LazyRule(Rule):
    """A route that compiles the builder of its address when somebody first asks for the address."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(Rule._compile_builder(rule, append_unknown))
            return made[0](rule, **values)

        return build


_engines: dict[str, Engine] = {}


def _engine(url: URL, **how: Any) -> Engine:
    """SQLAlchemy's ``create_engine``, but what one engine has compiled the next one of the same driver need not."""
    made = create_engine(url, query_cache_size=5000, **how)
    first = _engines.get(url.drivername)
    if first is None or first.dialect.server_version_info is None:  # never connected: its dialect knows nothing yet
        _engines[url.drivername] = made
    else:
        made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made


def share() -> None:
    """Have every application and database of this process do so.

    Passwords are hashed as weakly as can be: tests make many people.
    """
    database.create_engine = _engine
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    Flask.url_rule_class = LazyRule
