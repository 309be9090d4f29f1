"""A file becomes a list by the pages: upload, columns, import, counts, rejected rows."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from dialer.jobs import imports
from dialer.rules.words import Duty
from dialer.store.contacts import Contact, ContactList
from dialer.store.messages import Outbox
from tests.unit.web.conftest import csrf_of
from webapp import create_app

CSV = """ФИО;Телефон;Компания;Оборот
Анна Петрова;8 (916) 765-43-21;ООО «Рассвет»;12 млн
Без Номера;нет;ООО «Тишина»;
Ivan <script>;+7 916 765 43 22;=cmd;5
"""


@pytest.fixture
def app(settings, lite):
    return create_app(settings, lite, TESTING=True, PROPAGATE_EXCEPTIONS=False, JOBS_IMMEDIATE=True)


@pytest.fixture
def admin(person, enter, world):
    return enter(person("base", Duty.BASE_ADMIN, project_id=world.here.project))


def _upload(client, world, text=CSV, name="spring.csv"):
    path = f"/campaigns/{world.here.campaign}/import"
    form = {"csrf_token": csrf_of(client, path), "file": (io.BytesIO(text.encode()), name)}
    return client.post(path, data=form, content_type="multipart/form-data")


def _columns(client, place):
    """The form of the columns as the page offers it."""
    page = client.get(place).text
    selects = re.findall(r'<select[^>]*name="(column-\d+)">(.*?)</select>', page, re.S)
    return {name: re.search(r'value="([^"]+)" selected', body).group(1) for name, body in selects}


def _import(client, world, **kw):
    place = _upload(client, world, **kw).headers["Location"]
    form = _columns(client, place) | {"csrf_token": csrf_of(client, place)}
    assert client.post(place, data=form).status_code == 302
    return place


def test_the_columns_are_recognised_and_shown_with_samples(admin, world):
    place = _upload(admin, world).headers["Location"]
    assert _columns(admin, place) == {
        "column-1": "name",
        "column-2": "phone",
        "column-3": "company",
        "column-4": "oborot",
    }
    page = admin.get(place).text
    assert "Анна Петрова" in page and "Ivan &lt;script&gt;" in page


def test_the_list_is_imported_and_counted(admin, lite, world):
    place = _import(admin, world)
    page = admin.get(place).text
    assert "Imported" in page and "Download the rejected rows" in page
    with lite.read() as s:
        made = s.scalar(select(ContactList).order_by(ContactList.id.desc()))
        assert (made.name, made.rows, made.accepted, made.rejected) == ("spring.csv", 3, 2, 1)
        names = set(s.scalars(select(Contact.name).where(Contact.list_id == made.id)))
        assert names == {"Анна Петрова", "Ivan <script>"}
        assert s.query(Outbox).filter_by(topic="import").count() >= 1


def test_the_rejected_rows_come_with_their_reasons(admin, lite, world):
    _import(admin, world)
    with lite.read() as s:
        list_id = s.scalar(select(ContactList.id).order_by(ContactList.id.desc()))
    with admin.get(f"/lists/{list_id}/rejected") as answer:
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "Без Номера" in answer.get_data().decode("utf-8-sig")


def test_the_same_file_again_changes_nothing(admin, lite, world):
    _import(admin, world)
    with lite.read() as s:
        before = s.query(Contact).count()
    assert "imported before" in admin.get(_import(admin, world)).text
    with lite.read() as s:
        assert s.query(Contact).count() == before


def test_a_chosen_column_wins_over_the_recognised_one(admin, lite, world):
    place = _upload(admin, world).headers["Location"]
    form = {"column-1": "company", "column-2": "phone", "column-3": "name", "column-4": "skip"}
    admin.post(place, data=form | {"csrf_token": csrf_of(admin, place)})
    with lite.read() as s:
        found = s.scalar(select(Contact).where(Contact.name == "ООО «Рассвет»"))
    assert found.company == "Анна Петрова" and found.fields == {}


def test_without_a_column_of_numbers_nothing_begins(admin, lite, world):
    place = _upload(admin, world).headers["Location"]
    answer = admin.post(place, data={"column-1": "name", "csrf_token": csrf_of(admin, place)})
    assert answer.status_code == 400 and "Say which column" in answer.text
    with lite.read() as s:
        assert s.query(ContactList).count() == 2, "those of the small world"


def test_a_second_press_imports_nothing_twice(admin, lite, world):
    place = _upload(admin, world).headers["Location"]
    form = _columns(admin, place) | {"csrf_token": csrf_of(admin, place)}
    assert [admin.post(place, data=form).status_code for _n in range(2)] == [302, 302]
    with lite.read() as s:
        assert s.query(ContactList).count() == 3


@pytest.mark.parametrize("text", ["", "\x00\x01\x02", "PK\x03\x04 not a workbook"])
def test_what_is_no_list_is_told_in_one_sentence(admin, world, text):
    place = _upload(admin, world, text=text).headers["Location"]
    answer = admin.get(place)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text and "Traceback" not in answer.text


def test_an_upload_belongs_to_its_campaign(admin, world, person, enter):
    place = _upload(admin, world).headers["Location"]
    foreign = enter(person("other", Duty.BASE_ADMIN, project_id=world.there.project))
    assert foreign.get(place).status_code == 403
    moved = place.replace(f"/campaigns/{world.here.campaign}/", f"/campaigns/{world.there.campaign}/")
    assert foreign.get(moved).status_code == 404


@pytest.mark.parametrize("token", ["..", "%2e%2e%2fjobs.db", "u" + "a" * 24, "nothing"])
def test_a_made_up_token_finds_nothing(admin, world, token):
    assert admin.get(f"/campaigns/{world.here.campaign}/import/{token}").status_code == 404


def test_a_file_name_cannot_lead_out_of_the_folder(admin, world, settings):
    _upload(admin, world, name="../../etc/passwd.csv")
    names = {path.name for path in imports.folder(settings).iterdir()}
    assert len(names) == 2 and all(name.startswith("u") for name in names)


def test_a_strangers_upload_is_refused_unread(app, world):
    path = f"/campaigns/{world.here.campaign}/import"
    answer = app.test_client().post(path, data=b"x" * 3_000_000, content_type="text/csv")
    assert answer.status_code == 302 and "/login" in answer.headers["Location"]


def test_an_import_that_was_broken_off_goes_on_at_the_next_start(admin, lite, settings, world, monkeypatch):
    def dies(*_args, **_kw):
        raise SystemExit

    with monkeypatch.context() as m:
        m.setattr(imports, "import_file", dies)
        place = _upload(admin, world).headers["Location"]
        token = place.rsplit("/", 1)[1]
        with pytest.raises(SystemExit):
            imports.run(lite, settings, token)
    assert imports.interrupted(settings) == [token]
    imports.run(lite, settings, token)
    assert imports.load(settings, token).state == "done"
    assert imports.interrupted(settings) == []
    assert not imports.file_of(settings, token).exists(), "personal data do not stay behind"
