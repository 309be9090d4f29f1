"""Scripts: checked, published, read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.rules.words import Duty
from dialer.store.scripts import CallScript, ScriptVersion
from tests.support.web import SCRIPT
from tests.unit.web.conftest import csrf_of


@pytest.fixture
def writer(person, enter, world):
    return enter(person("sasha", Duty.SCRIPT_WRITER, project_id=world.here.project))


def _form(client, world, text, act="publish", **changes):
    form = {"csrf_token": csrf_of(client, "/scripts/new"), "name": "Second call", "note": "first try"}
    return form | {"project_id": str(world.here.project), "text": text, "act": act} | changes


def test_a_good_text_becomes_the_first_version(writer, lite, world):
    answer = writer.post("/scripts/new", data=_form(writer, world, SCRIPT))
    assert answer.status_code == 302
    with lite.read() as s:
        script = s.scalar(select(CallScript).where(CallScript.name == "Second call"))
        version = s.get_one(ScriptVersion, script.published_id)
    assert (version.number, version.note, script.project_id) == (1, "first try", world.here.project)
    assert answer.headers["Location"].endswith(f"/scripts/versions/{version.id}")


def test_a_faulty_text_is_not_published_and_says_where(writer, lite, world):
    faulty = SCRIPT.replace("-> intro", "-> nowhere", 1)
    answer = writer.post("/scripts/new", data=_form(writer, world, faulty))
    assert answer.status_code == 400 and "nowhere" in answer.text and "line " in answer.text
    with lite.read() as s:
        assert s.scalar(select(CallScript).where(CallScript.name == "Second call")) is None


def test_checking_publishes_nothing(writer, lite, world):
    assert writer.post("/scripts/new", data=_form(writer, world, SCRIPT, act="check")).status_code == 200
    with lite.read() as s:
        assert s.scalar(select(CallScript).where(CallScript.name == "Second call")) is None


def test_the_next_version_leaves_the_first_one_as_it_was(writer, lite, world):
    path = f"/scripts/{world.here.script}/publish"
    form = _form(writer, world, SCRIPT.replace("Хорошего дня!", "Всего доброго!"), name="First call")
    assert writer.post(path, data=form).status_code == 302
    with lite.read() as s:
        versions = list(s.scalars(select(ScriptVersion).where(ScriptVersion.script_id == world.here.script)))
        published = s.get_one(CallScript, world.here.script).published_id
    assert [v.number for v in versions] == [1, 2] and published == versions[1].id
    assert versions[0].text == SCRIPT


def test_a_script_cannot_be_put_into_another_project(writer, lite, world):
    form = _form(writer, world, SCRIPT, project_id=str(world.there.project))
    assert writer.post("/scripts/new", data=form).status_code == 400


def test_a_published_script_reads_step_by_step(writer, world):
    page = writer.get(f"/scripts/versions/{world.here.version}").text
    assert 'id="step-intro"' in page and 'href="#step-intro"' in page


def test_a_client_reads_and_does_not_publish(person, enter, world):
    client = enter(person("client", Duty.CLIENT_VIEWER, project_id=world.here.project))
    assert client.get(f"/scripts/versions/{world.here.version}").status_code == 200
    assert client.get("/scripts/new").status_code == 403
