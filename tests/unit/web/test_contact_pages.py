"""Contacts: found by any notation, masked, shown on request only, never those of another project."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from dialer.reports import contact_search
from dialer.rules.words import Duty
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.people import Audit
from dialer.store.scripts import Answer, ScriptVersion
from tests.conftest import NOON
from tests.support.web import SCRIPT
from tests.unit.web.conftest import csrf_of
from webapp.lists.contact import LOOKS_AN_HOUR


@pytest.fixture
def admin(person, enter, world):
    return enter(person("base", Duty.BASE_ADMIN, project_id=world.here.project))


@pytest.mark.parametrize("wanted", ["Иванов", "иванов", "РОМАШКА", "8 (916) 123-45-01", "+7 916 1234501", "4501"])
def test_a_contact_is_found_however_it_is_written(admin, wanted):
    assert "Пётр Иванов" in admin.get("/contacts", query_string={"q": wanted}).text


@pytest.mark.parametrize("wanted", ["Сидоров", "4502", "%", "_"])
def test_what_does_not_fit_is_not_found(admin, wanted):
    assert "Пётр Иванов" not in admin.get("/contacts", query_string={"q": wanted}).text


def test_contacts_of_another_project_are_not_listed(admin, world):
    page = admin.get("/contacts").text
    assert f"/contacts/{world.here.contact}" in page
    assert f"/contacts/{world.there.contact}" not in page


def test_the_search_works_on_both_databases(db):
    from tests.support.web import make_world

    world = make_world(db)
    with db.read() as s:
        found = contact_search.search(s, {world.here.project}, text="иВАНОВ")
        assert [c.id for c, _ in found.rows] == [world.here.contact]
        assert contact_search.search(s, set(), text="").rows == []
        assert len(contact_search.search(s, None, text="ромашка").rows) == 2


def test_pages_lead_on_and_back_without_gaps(lite, world, monkeypatch):
    monkeypatch.setattr(contact_search, "PAGE", 2)
    with lite.write() as s:
        first = s.get_one(Contact, world.here.contact)
        for _n in range(4):
            s.add(
                Contact(
                    campaign_id=first.campaign_id,
                    zone_set_id=first.zone_set_id,
                    name="Further",
                    created_at=first.created_at,
                )
            )
    with lite.read() as s:
        mine = {world.here.project}
        one = contact_search.search(s, mine)
        two = contact_search.search(s, mine, after=one.after)
        three = contact_search.search(s, mine, after=two.after)
        back = contact_search.search(s, mine, before=two.before)
    ids = [[c.id for c, _ in page.rows] for page in (one, two, three)]
    assert [len(page) for page in ids] == [2, 2, 1]
    assert len({i for page in ids for i in page}) == 5
    assert one.before is None and three.after is None
    assert [c.id for c, _ in back.rows] == ids[0] and back.before is None


def test_numbers_are_masked_until_asked_for(admin, lite, world):
    path = f"/contacts/{world.here.contact}"
    page = admin.get(path).text
    assert world.here.number not in page and "••• •••" in page
    token = csrf_of(admin, path)
    assert admin.post(f"{path}/numbers", data={"csrf_token": token}).status_code == 409, "not without a reason"
    shown = admin.post(f"{path}/numbers", data={"csrf_token": token, "reason": "complaint"})
    assert world.here.number in shown.text and "<html" not in shown.text
    with lite.read() as s:
        row = s.scalar(select(Audit).where(Audit.action == "contact.number"))
    assert (row.object, row.allowed, row.detail) == (f"contact:{world.here.contact}", True, {"reason": "complaint"})


def test_nobody_copies_the_base_number_by_number(admin, world):
    path = f"/contacts/{world.here.contact}"
    token = csrf_of(admin, path)
    form = {"csrf_token": token, "reason": "check"}
    answers = [admin.post(f"{path}/numbers", data=form).status_code for _ in range(LOOKS_AN_HOUR + 1)]
    assert answers == [200] * LOOKS_AN_HOUR + [409]


def test_a_contact_page_tells_what_happened_and_why_it_waits(admin, world):
    page = admin.get(f"/contacts/{world.here.contact}").text
    assert "Wants a call in May" in page
    assert "May it be dialled?" in page and "Campaign is not running" not in page


def test_a_hostile_contact_is_only_text(admin, lite, world):
    with lite.write() as s:
        contact = s.get_one(Contact, world.here.contact)
        contact.name, contact.fields = "<script>alert(1)</script>", {"${SHELL(id)}": "{{7*7}}\r\nX: y"}
        contact.company = "К" * 300
    page = admin.get(f"/contacts/{world.here.contact}").text
    assert "<script>alert(1)" not in page and "{{7*7}}" in page


def test_a_contact_without_a_number_has_a_page_too(admin, lite, world):
    with lite.write() as s:
        s.delete(s.scalar(select(ContactNumber).where(ContactNumber.contact_id == world.here.contact)))
    assert admin.get(f"/contacts/{world.here.contact}").status_code == 200


def test_what_is_found_is_downloaded_with_whole_numbers_and_safe_in_a_spreadsheet(admin, world, lite):
    with lite.write() as s:
        contact = s.get_one(Contact, world.here.contact)
        contact.fields, contact.company = {"Склад, м²": "1200", "city": "Самара"}, "=HYPERLINK(1)"
    answer = admin.get("/contacts.csv", query_string={"q": "Иванов"})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert [(r["name"], r["company"], r["phone"], r["Склад, м²"], r["city"], r["state"]) for r in rows] == [
        ("Пётр Иванов", "'=HYPERLINK(1)", world.here.number, "1200", "Самара", "ready")
    ], "only of this person's project"
    assert list(csv.reader(io.StringIO(admin.get("/contacts.csv?q=nobody").text), delimiter=";"))[1:] == []
    with lite.read() as s:
        assert s.scalars(select(Audit).where(Audit.action == "contact.export")).all(), "a look at many is written down"


def test_who_may_only_look_may_not_download(person, enter, world):
    manager = enter(person("pavel", Duty.PROJECT_MANAGER, project_id=world.here.project))
    assert manager.get("/contacts.csv").status_code == 403
    assert "contacts.csv" not in manager.get("/contacts").text


def test_a_card_is_put_right_and_what_is_no_address_is_refused(admin, world, lite):
    page = f"/contacts/{world.here.contact}"
    form = {"name": " Пётр\nИвáнов ", "email": "petr@romashka.example", "csrf_token": csrf_of(admin, page)}
    assert admin.post(f"{page}/edit", data=form).status_code == 302
    with lite.read() as s:
        contact = s.get_one(Contact, world.here.contact)
        assert (contact.name, contact.email, contact.company) == (
            "Пётр Ивáнов",
            "petr@romashka.example",
            "ООО «Ромашка»",
        )
    admin.post(f"{page}/edit", data={**form, "email": "not an address"})
    assert "This is no e-mail address." in admin.get(page).text
    with lite.read() as s:
        assert s.get_one(Contact, world.here.contact).email == "petr@romashka.example"
    other = f"/contacts/{world.there.contact}/edit"
    assert admin.post(other, data=form).status_code == 403


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ru", ("Как возят сейчас", "Несколько перевозчиков", "Что мешает", "Цена, Другое, пробки", "не знает")),
        ("en", ("How they ship now", "Several carriers", "What gets in the way", "Price, Something else, пробки")),
    ],
)
def test_answers_are_told_by_the_version_that_asked_with_their_codes_in_small_print(
    person, enter, lite, world, language, shown
):
    given = {"carrier": {"value": 3}, "trouble": {"value": [3, 97], "open": "пробки"}, "volume": {"state": "dk"}}
    reworded = SCRIPT.replace("Несколько перевозчиков / Several carriers", "Разные / Various")
    with lite.write() as s:
        later = ScriptVersion(script_id=world.here.script, number=2, hash="1" * 64, text=reworded, published_at=NOON)
        s.add(later)
        for name, value in given.items():
            one = Answer(contact_id=world.here.contact, field=name, value=value, version_id=world.here.version, at=NOON)
            s.add(one)
        s.add(Answer(contact_id=world.here.contact, field="gone", value={"value": "x<b>"}, version_id=None, at=NOON))
    client = enter(person("base", Duty.BASE_ADMIN, project_id=world.here.project, language=language))
    page = client.get(f"/contacts/{world.here.contact}").text
    assert all(words in page for words in shown) and "Разные" not in page and "Various" not in page
    assert "<code>carrier</code> <code>3</code>" in page and "<code>volume</code> <code>dk</code>" in page
    assert "x&lt;b&gt;" in page
