"""Walking the history of the tables must end at the tables the code knows, on both databases."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, text

from dialer import settings
from dialer.cli.db import group
from dialer.rules.words import Duty
from dialer.store import Base, Database, schema
from dialer.store.people import Holding, User
from tests.conftest import NOON, make_database

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
"""
TRIGGERS = "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
FUNCTIONS = "SELECT proname, prosrc, '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without a single table."""
    made = make_database(request.param, tmp_path, request)
    Base.metadata.drop_all(made.engine)
    request.addfinalizer(made.close)
    return made


def shape(db: Database) -> set[tuple[object, ...]]:
    """Everything the database says of its tables, in words that can be compared."""
    with db.engine.connect() as connection:
        if not db.sqlite:
            return {
                tuple(row)
                for ask in (COLUMNS, CONSTRAINTS, TRIGGERS, FUNCTIONS)
                for row in connection.execute(text(ask))
            } | {tuple(row) for row in connection.execute(text(INDEXES)) if row[0] != "alembic_version"}
        rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {(kind, name, _parts(sql)) for kind, name, sql in rows if name != "alembic_version"}


def _parts(sql: str) -> frozenset[str]:
    """The lines of a CREATE statement; their order within it says nothing."""
    return frozenset(re.sub(r"\s+", " ", line).strip(" ,") for line in sql.replace('"', "").splitlines())


def test_upgrading_from_empty_gives_exactly_the_tables_of_the_code(
    empty: Database, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    kind = "sqlite" if empty.sqlite else "postgresql"
    whole = make_database(kind, tmp_path_factory.mktemp("whole"), request)
    schema.upgrade(empty)
    walked, made = shape(empty), shape(whole)
    whole.close()
    assert walked - made == set() and made - walked == set()
    assert len(made) > 50


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    before = shape(empty)
    schema.upgrade(empty)
    assert shape(empty) == before and schema.is_current(empty)


def test_a_failed_upgrade_leaves_nothing_behind(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    real = command.upgrade

    def walk_and_die(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        raise ZeroDivisionError

    monkeypatch.setattr(schema.command, "upgrade", walk_and_die)
    with pytest.raises(ZeroDivisionError):
        schema.upgrade(empty)
    assert inspect(empty.engine).get_table_names() == [] and schema.current(empty) == ""


def test_two_that_upgrade_at_once_queue_up(empty: Database) -> None:
    failures: list[BaseException] = []

    def walk() -> None:
        try:
            schema.upgrade(empty)
        except BaseException as err:  # noqa: BLE001
            failures.append(err)

    threads = [threading.Thread(target=walk) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failures == [] and schema.is_current(empty)


def test_rows_survive_an_upgrade_and_foreign_keys_are_enforced_after_it(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.write() as s:
        s.add(User(id=1, login="a", name="A", password_hash="x", created_at=NOON, holdings=[Holding(duty=Duty.CLOSER)]))
    schema.upgrade(empty)
    with empty.write() as s:
        assert len(s.get_one(User, 1).holdings) == 1
        s.delete(s.get_one(User, 1))
    with pytest.raises(Exception, match=r"(?i)foreign key"), empty.write() as s:
        s.add(Holding(user_id=99, duty=Duty.CLOSER))


def test_the_way_back_ends_at_an_empty_database(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        command.downgrade(schema.config(connection), "base")
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(group, list(words))
    return done.exit_code, done.output + str(done.exception or "")


def test_the_command_upgrades_and_tells_where_the_database_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIALER_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    settings.load.cache_clear()
    try:
        code, text_ = run("check")
        assert code == 1 and "run dialer db upgrade" in text_
        assert run("upgrade") == (0, f"empty -> {schema.head()}\n")
        assert run("upgrade") == (0, f"already {schema.head()}\n")
        assert run("check")[0] == 0
        assert json.loads(run("current", "--json")[1]) == {"current": schema.head(), "head": schema.head()}
    finally:
        settings.load.cache_clear()


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "not.db").write_text("this is no database" * 1000)
    for url in (f"sqlite:///{tmp_path / 'not.db'}", "postgresql://x:quite-secret@127.0.0.1:1/x"):
        monkeypatch.setenv("DIALER_DATABASE_URL", url)
        settings.load.cache_clear()
        done = CliRunner().invoke(group, ["current"])
        settings.load.cache_clear()
        assert type(done.exception).__name__ == "BadInput"
        assert str(done.exception).startswith("the database cannot be used: ")
        assert "\n" not in str(done.exception) and "quite-secret" not in str(done.exception)


def test_a_step_imports_nothing_of_the_application() -> None:
    for path in Path(schema.migrations.__file__).parent.glob("versions/[0-9]*.py"):
        assert not re.search(r"^\s*(from|import) (dialer|scripts|webapp|agi)\b", path.read_text(), re.MULTILINE)


def test_the_comparison_of_sqlite_tables_sees_a_difference() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (\n x INTEGER NOT NULL,\n y TEXT\n)"))
        (sql,) = connection.execute(text("SELECT sql FROM sqlite_master")).scalars()
    engine.dispose()
    assert _parts(sql) != _parts(sql.replace("NOT NULL", ""))
