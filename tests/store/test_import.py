"""Lists into the database, on both kinds: accepted, merged, rejected; the same file again; a crash in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from dialer.errors import BadInput
from dialer.lists import running, writing
from dialer.lists.importing import ImportResult, import_file
from dialer.lists.report import Report
from dialer.lists.writing import Counts, Writer
from dialer.rules.words import ContactState
from dialer.store import Database
from dialer.store.contacts import Contact, ContactList, ContactNumber, Suppression, ZoneSet
from dialer.store.messages import Outbox
from tests.conftest import NOON
from tests.support.lists import a_campaign, contacts, report_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def listed(tmp_path: Path, *rows: str, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def many(tmp_path: Path, count: int, first: int = 0) -> Path:
    return listed(tmp_path, "phone,name", *(f"8916{n:07},Name {n}" for n in range(first, first + count)))


def everything(db: Database) -> list[tuple[object, ...]]:
    """All that an import writes, for comparing."""
    with db.read() as s:
        tables = (Contact.__table__, ContactNumber.__table__, ZoneSet.__table__, ContactList.__table__)
        return [tuple(row) for table in tables for row in s.execute(select(table).order_by(table.c.id))]


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.rows, result.accepted, result.merged, result.rejected


def test_a_row_becomes_a_contact_that_may_be_claimed(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    path = listed(
        tmp_path,
        "ФИО;Телефон;Компания;E-mail;Город;Приоритет;Кол-во складов",
        "Пётр Иванов;8 (846) 123-45-67 доб. 12, 8 916 123-45-67;ООО «Ромашка»;p@example.ru;Самара;5;3",
    )
    result = import_file(db, path, campaign_id, data=data)
    assert counts(result) == (1, 1, 0, 0) and result.report == ""
    with db.read() as s:
        contact = s.scalars(select(Contact)).one()
        assert (contact.name, contact.company, contact.email) == ("Пётр Иванов", "ООО «Ромашка»", "p@example.ru")
        assert (contact.state, contact.band, contact.priority, contact.tries) == (ContactState.READY, 2, 5, 0)
        assert contact.fields == {"city": "Самара", "kol_vo_skladov": "3"} and contact.owner_id is None
        assert [(n.number, n.extension, n.position, n.bad) for n in contact.numbers] == [
            ("+78461234567", "12", 0, False),
            ("+79161234567", "", 1, False),
        ]
        assert contact.number_id == contact.numbers[0].id and contact.list_id == result.list_id
        assert s.get_one(ZoneSet, contact.zone_set_id).names == "Europe/Samara"
        assert contact.created_at.utcoffset() is not None and contact.due_at is None
        entry = s.get_one(ContactList, result.list_id)
        assert (entry.rows, entry.accepted, entry.name) == (1, 1, "list.csv") and entry.finished_at is not None
        assert entry.columns["kol_vo_skladov"] == "Кол-во складов"


def test_a_contact_written_in_bulk_is_one_like_any_other(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    import_file(db, many(tmp_path, 3), campaign_id, data=data)
    with db.write() as s:
        like = s.scalars(select(Contact)).first()
        assert like is not None
        s.add(
            Contact(campaign_id=campaign_id, zone_set_id=like.zone_set_id, name="by hand", created_at=like.created_at)
        )
    with db.read() as s:
        assert s.scalar(select(func.count()).where(Contact.created_at == like.created_at)) == 4


def test_a_known_number_fills_empty_places_and_overwrites_nothing(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    head = "phone,name,company,city"
    import_file(db, listed(tmp_path, head, "89160000001,Анна,,Омск"), campaign_id, data=data)
    rows = (head, "+7 916 000-00-01;8 495 000-00-02,Другая,Ромашка,Тверь", "84950000002;89160000003,,,")
    result = import_file(db, listed(tmp_path, *rows), campaign_id, data=data)
    assert counts(result) == (2, 0, 2, 0)
    assert contacts(db, campaign_id) == [("Анна", ["+79160000001", "+74950000002", "+79160000003"])]
    with db.read() as s:
        contact = s.scalars(select(Contact)).one()
        assert (contact.company, contact.fields) == ("Ромашка", {"city": "Омск"})
        assert s.get_one(ZoneSet, contact.zone_set_id).names == "Asia/Omsk|Europe/Moscow"


def test_a_number_stays_with_the_contact_that_has_it(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    rows = ("phone,name", "89160000001,Анна", "89160000002,Борис", "89160000002;89160000001;89160000003,Вера")
    assert counts(import_file(db, listed(tmp_path, *rows), campaign_id, data=data)) == (3, 2, 1, 0)
    assert contacts(db, campaign_id) == [("Анна", ["+79160000001"]), ("Борис", ["+79160000002", "+79160000003"])]


def test_the_same_file_again_changes_nothing(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    path = listed(tmp_path, "phone,name", "89160000001,Анна", "12,Борис", "89160000001,")
    first = import_file(db, path, campaign_id, data=data)
    before = everything(db)
    again = import_file(db, path, campaign_id, data=data)
    assert counts(first) == (3, 1, 1, 1)
    assert counts(again) == (3, 0, 2, 1) and again.repeated and again.list_id == first.list_id
    assert everything(db) == before


def test_the_same_rows_in_another_file_change_no_contact(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    import_file(db, many(tmp_path, 50), campaign_id, data=data)
    before = contacts(db, campaign_id)
    path = listed(tmp_path, *many(tmp_path, 50).read_text().splitlines(), "", name="other.csv")
    assert counts(import_file(db, path, campaign_id, data=data)) == (50, 0, 50, 0)
    assert contacts(db, campaign_id) == before


def test_another_campaign_has_contacts_of_its_own(db: Database, tmp_path: Path, data: Path) -> None:
    path = many(tmp_path, 5)
    for campaign_id in (a_campaign(db, "one"), a_campaign(db, "two")):
        assert counts(import_file(db, path, campaign_id, data=data)) == (5, 5, 0, 0)


def test_a_list_whose_contacts_are_gone_is_imported_anew(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    path = many(tmp_path, 3)
    import_file(db, path, campaign_id, data=data)
    with db.write() as s:
        for contact in s.scalars(select(Contact)):
            s.delete(contact)
    assert counts(import_file(db, path, campaign_id, data=data)) == (3, 3, 0, 0)


def test_another_mapping_of_the_same_file_is_another_import(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    path = listed(tmp_path, "A,B", "89160000001,89160000002")
    import_file(db, path, campaign_id, {"phone": "A"}, data=data)
    result = import_file(db, path, campaign_id, {"phone": "B"}, data=data)
    assert counts(result) == (1, 1, 0, 0) and not result.repeated


@pytest.mark.parametrize("crash_at", [1, 2, 3])
def test_an_import_that_died_is_completed_by_the_next_one(
    db: Database, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, crash_at: int
) -> None:
    monkeypatch.setattr(writing, "QUIET_BATCH", 10)
    campaign_id = a_campaign(db)
    rows = [f"8916{n % 25:07},Name {n}" if n % 7 else f"{n},bad" for n in range(38)]
    path = listed(tmp_path, "phone,name", *rows)
    real, calls = Writer.write, []

    def dies(self: Writer, *args: object) -> Counts:
        calls.append(1)
        if len(calls) > crash_at:
            raise KeyboardInterrupt
        return real(self, *args)  # type: ignore[arg-type]

    with monkeypatch.context() as m:
        m.setattr(Writer, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            import_file(db, path, campaign_id, data=data)
    with db.read() as s:
        entry = s.scalars(select(ContactList)).one()
        assert entry.finished_at is None and entry.rows == 10 * crash_at
        assert entry.rows == entry.accepted + entry.merged + entry.rejected
        assert s.scalar(select(func.count(Contact.id))) == entry.accepted

    result = import_file(db, path, campaign_id, data=data)
    whole = import_file(db, path, a_campaign(db, "never interrupted"), data=data)
    assert counts(result) == counts(whole) and result.rows == 38
    assert [row[0] for row in report_of(result, data)] == [row[0] for row in report_of(whole, data)]
    with db.read() as s:
        assert s.get_one(ContactList, result.list_id).finished_at is not None


def test_a_batch_that_fails_leaves_nothing_of_itself(
    db: Database, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = a_campaign(db)
    monkeypatch.setattr(Writer, "_count", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_file(db, many(tmp_path, 5), campaign_id, data=data)
    assert contacts(db, campaign_id) == []


def test_two_imports_of_one_list_do_not_count_its_rows_twice(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    path = many(tmp_path, 5)
    result = import_file(db, path, campaign_id, data=data)
    writer = Writer(db, campaign_id, 1, result.list_id)
    with pytest.raises(BadInput, match="somebody else"):
        writer.write([], 3, Counts(), NOON, False)
    writer.close()


def test_a_dry_run_counts_the_same_and_writes_nothing(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    import_file(db, listed(tmp_path, "phone", "89160000001", name="first.csv"), campaign_id, data=data)
    path = listed(tmp_path, "phone,name", "89160000001,a", "89160000002,b", "89160000002;89160000003,c", "x,d")
    before = everything(db)
    trial = import_file(db, path, campaign_id, dry_run=True, data=data)
    assert everything(db) == before
    assert trial.dry_run and trial.list_id == 0 and len(report_of(trial, data)) == 1
    assert counts(trial) == counts(import_file(db, path, campaign_id, data=data)) == (4, 1, 2, 1)


def test_a_contact_whose_numbers_are_all_suppressed_is_suppressed(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    with db.write() as s:
        for number, scope_id, prefix in (("+79160000001", 0, False), ("+7495", 1, True), ("+79160000003", 99, False)):
            s.add(Suppression(number=number, scope_id=scope_id, prefix=prefix, added_at=NOON))
    rows = ("phone,name", "89160000001,a", "84950000001,b", "89160000003,c", "84950000002;89160000004,d")
    import_file(db, listed(tmp_path, *rows), campaign_id, data=data)
    with db.read() as s:
        found = {
            c.name: (c.state.value, s.get_one(ContactNumber, c.number_id).number) for c in s.scalars(select(Contact))
        }
    assert found == {
        "a": ("suppressed", "+79160000001"),
        "b": ("suppressed", "+74950000001"),
        "c": ("ready", "+79160000003"),
        "d": ("ready", "+79160000004"),
    }


def test_pages_hear_of_an_import(db: Database, tmp_path: Path, data: Path) -> None:
    campaign_id = a_campaign(db)
    result = import_file(db, many(tmp_path, 5), campaign_id, data=data)
    with db.read() as s:
        lines = s.scalars(select(Outbox).order_by(Outbox.id)).all()
    assert {line.audience for line in lines} == {f"campaign:{campaign_id}"}
    assert lines[0].topic == "import" and lines[0].payload == {"list_id": result.list_id}
    assert lines[-1].topic == "campaign"


def test_progress_rises_to_the_end(db: Database, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "QUIET_BATCH", 500)
    seen: list[tuple[float, int]] = []
    import_file(
        db, many(tmp_path, 2000), a_campaign(db), data=data, progress=lambda share, c: seen.append((share, c.rows))
    )
    assert seen == sorted(seen) and seen[-1] == (1.0, 2000) and len(seen) == 5


def test_numbers_without_a_country_code_belong_to_the_projects_country(
    db: Database, tmp_path: Path, data: Path
) -> None:
    campaign_id = a_campaign(db, country="US")
    path = listed(tmp_path, "phone", "(212) 555-1234")
    import_file(db, path, campaign_id, data=data)
    assert contacts(db, campaign_id) == [("", ["+12125551234"])]
    assert import_file(db, path, campaign_id, country="RU", data=data).rejected == 1


def test_a_campaign_that_is_not_there_is_refused(db: Database, tmp_path: Path, data: Path) -> None:
    with pytest.raises(BadInput, match="no campaign"):
        import_file(db, many(tmp_path, 1), 999, data=data)


def test_an_unfinished_import_closes_its_report(
    db: Database, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Report] = []
    real = Report.abandon
    monkeypatch.setattr(Report, "abandon", lambda self: (closed.append(self), real(self)))
    monkeypatch.setattr(running, "_batches", lambda *_: iter([([], 1 / 0)]))
    with pytest.raises(ZeroDivisionError):
        import_file(db, many(tmp_path, 5), a_campaign(db), data=data)
    assert len(closed) == 1
