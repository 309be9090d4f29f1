"""The audit log: whole while nobody touched it, broken at the very line that somebody did."""

from __future__ import annotations

import threading

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from dialer.cli import cli
from dialer.errors import BadInput
from dialer.people import audit
from dialer.people.audit import Broken
from dialer.store import Database
from dialer.store.people import Audit, AuditHead
from tests.conftest import NOON


def fill(db: Database, n: int = 5) -> None:
    for i in range(n):
        with db.write() as s:
            audit.write(s, NOON, None, "contact.see", f"contact:{i}", allowed=i % 2 == 0, reason="проверка", n=i)


def broken(db: Database, noted: audit.Head | None = None) -> Broken | None:
    with db.read() as s:
        return audit.verify(s, noted)


def test_a_log_nobody_touched_is_whole(db: Database) -> None:
    assert broken(db) is None
    fill(db)
    assert broken(db) is None
    with db.read() as s:
        assert list(s.scalars(select(Audit.seq).order_by(Audit.id))) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "column", [{"allowed": True}, {"object": "contact:99"}, {"action": "x"}, {"detail": None}, {"hash": "0" * 64}]
)
def test_a_changed_line_is_found(db: Database, column: dict[str, object]) -> None:
    fill(db)
    with db.write() as s:
        s.execute(update(Audit).where(Audit.seq == 2).values(**column))
    assert broken(db) == Broken(2, "changed")


def test_a_line_taken_out_is_found(db: Database) -> None:
    fill(db)
    with db.write() as s:
        s.execute(delete(Audit).where(Audit.seq == 3))
    assert broken(db) == Broken(3, "missing")


def test_a_line_taken_out_with_the_others_moved_up_is_found(db: Database) -> None:
    fill(db)
    with db.write() as s:
        s.execute(delete(Audit).where(Audit.seq == 3))
        for seq in (4, 5):
            s.execute(update(Audit).where(Audit.seq == seq).values(seq=seq - 1))
    assert broken(db) == Broken(3, "changed")


def test_a_cut_end_is_found(db: Database) -> None:
    fill(db)
    with db.write() as s:
        s.execute(delete(Audit).where(Audit.seq == 5))
    assert broken(db) == Broken(5, "cut")


def test_a_chain_made_anew_is_found_by_the_head_that_was_noted_down(db: Database) -> None:
    fill(db)
    with db.read() as s:
        noted = audit.head(s)
    with db.write() as s:
        s.execute(delete(Audit))
        s.execute(delete(AuditHead))
    fill(db, 4)
    with db.write() as s:
        audit.write(s, NOON, None, "contact.see", "contact:77")
    assert broken(db) is None
    assert broken(db, noted) == Broken(5, "replaced")


def test_what_was_rolled_back_leaves_no_line_and_no_gap(db: Database) -> None:
    with pytest.raises(ValueError), db.write() as s:
        audit.write(s, NOON, None, "contact.see", "contact:1")
        raise ValueError
    with db.write() as s:
        with pytest.raises(KeyError), s.begin_nested():
            raise KeyError
        audit.write(s, NOON, None, "contact.see", "contact:2")
        with s.begin_nested():
            audit.write(s, NOON, None, "contact.see", "contact:3")
    assert broken(db) is None
    with db.read() as s:
        assert list(s.scalars(select(Audit.object).order_by(Audit.seq))) == ["contact:2", "contact:3"]


def test_many_at_once_make_one_chain(db: Database) -> None:
    threads = [threading.Thread(target=fill, args=(db, 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken(db) is None
    with db.read() as s:
        assert audit.head(s).seq == 40


def test_the_command_says_which_line_and_takes_a_noted_head(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lite)
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    run = CliRunner()
    assert run.invoke(cli, ["audit", "verify"]).output == "5 lines, whole\n"
    head = run.invoke(cli, ["audit", "head"]).output.strip()
    assert run.invoke(cli, ["audit", "verify", "--head", head]).exit_code == 0
    with lite.write() as s:
        s.execute(delete(Audit).where(Audit.seq == 4))
    refused = run.invoke(cli, ["audit", "verify"])
    assert isinstance(refused.exception, BadInput) and "line 4 of the audit log is missing" in str(refused.exception)
    assert isinstance(run.invoke(cli, ["audit", "verify", "--head", "nonsense"]).exception, BadInput)
