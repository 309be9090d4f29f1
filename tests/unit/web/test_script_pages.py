"""Script pages: drafts, review, versions, comments, figures, surveys; who may do what with them."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from dialer.rules.words import Duty
from dialer.scripting import starting
from dialer.store.people import Audit
from dialer.store.scripts import CallScript, ScriptComment, ScriptVersion, SurveyQuota
from scripts import xlsform
from scripts.lint import ERRORS, WARNINGS
from tests.support.web import SCRIPT
from tests.unit.web.conftest import csrf_of
from webapp.script.rule_words import RULES


@pytest.fixture
def writer(person, enter, world):
    return enter(person("sasha", Duty.SCRIPT_WRITER, project_id=world.here.project))


@pytest.fixture
def manager(person, enter, world):
    return enter(person("pm", Duty.PROJECT_MANAGER, project_id=world.here.project))


def ask(client, path, **content):
    return client.post(path, json=content, headers={"X-CSRFToken": csrf_of(client, "/password")})


def send(client, path, **form):
    return client.post(path, data={"csrf_token": csrf_of(client, "/password")} | form)


def save(client, world, text, revision):
    return ask(client, f"/scripts/{world.here.script}/draft", text=text, revision=revision)


def test_every_rule_of_lint_has_words_for_the_editor():
    assert RULES.keys() == ERRORS.keys() | WARNINGS.keys()


def test_a_new_script_begins_with_a_text_of_the_library_and_is_not_published(writer, lite, world):
    form = {"name": "Second call", "project_id": world.here.project, "begin": "library", "finished": "appointment"}
    answer = send(writer, "/scripts/new", **form)
    with lite.read() as s:
        script = s.scalar(select(CallScript).where(CallScript.name == "Second call"))
    assert answer.headers["Location"].endswith(f"/scripts/{script.id}")
    assert script.draft == starting.from_library("appointment") and script.published_id is None
    assert "There is already a script" in send(writer, "/scripts/new", **form).text


def test_a_questionnaire_becomes_a_draft_and_says_what_it_left_out(writer, lite, world):
    survey = [["type", "name", "label"], ["text", "why", "Why?"], ["image", "face", "Photo"]]
    content = xlsform.to_xlsx({"survey": survey})
    form = {"name": "Survey", "project_id": world.here.project, "begin": "questionnaire", "finished": "appointment"}
    answer = send(writer, "/scripts/new", **form, file=(io.BytesIO(content), "why.xlsx"))
    assert "face" in writer.get(answer.headers["Location"]).text
    with lite.read() as s:
        assert "? why" in s.scalar(select(CallScript.draft).where(CallScript.name == "Survey"))
    bad = send(writer, "/scripts/new", **form | {"name": "Bad"}, file=(io.BytesIO(b"no"), "x.xlsx"))
    assert bad.status_code == 400 and "not a workbook" in bad.text


def test_a_script_cannot_be_put_into_another_project(writer, world):
    form = {"name": "X", "project_id": world.there.project, "begin": "outline", "finished": "appointment"}
    assert send(writer, "/scripts/new", **form).status_code == 400


def test_the_later_save_of_two_is_refused_with_a_sentence(writer, lite, world):
    assert save(writer, world, SCRIPT + "# one\n", 0).json["revision"] == 1
    late = save(writer, world, SCRIPT + "# two\n", 0)
    assert (late.status_code, late.json["code"], late.json["revision"]) == (409, "draft_stale", 1)
    assert "Sasha saved this draft" in late.json["error"]
    with lite.read() as s:
        assert s.get_one(CallScript, world.here.script).draft.endswith("# one\n")


@pytest.mark.parametrize("content", [{}, {"text": 3, "revision": 0}, {"text": "x"}, {"text": "x", "revision": "no"}])
def test_a_save_that_is_none_changes_nothing(writer, lite, world, content):
    assert ask(writer, f"/scripts/{world.here.script}/draft", **content).status_code in (400, 409)
    with lite.read() as s:
        assert s.get_one(CallScript, world.here.script).draft == SCRIPT


def test_findings_come_with_their_typed_line_and_the_drawing_with_links(writer, world):
    text = "\n" + SCRIPT.replace("-> intro", "-> nowhere", 1)
    found = ask(writer, f"/scripts/{world.here.script}/check", text=text).json
    (dangling,) = [p for p in found["problems"] if p["code"] == "dangling"]
    assert "nowhere" in text.split("\n")[dangling["line"] - 1] and found["errors"] >= 1
    assert 'href="#step-intro"' in found["drawing"] and "<style" not in found["drawing"]


def test_a_rehearsal_says_the_text_as_it_is_being_written(writer, world):
    text = SCRIPT.replace("Разговор записывается", "Беседа пишется на плёнку")
    moves = [{"kind": "choose", "value": "dm"}]
    path = f"/scripts/{world.here.script}/rehearse"
    played = ask(writer, path, text=text, moves=moves, language="ru", contact={"city": "<b>Омск</b>"}).json
    assert "Беседа пишется" in played["html"] and "&lt;b&gt;Омск" in played["html"] and played["kept"] == 1
    assert ask(writer, path, text="nonsense", moves=[]).status_code == 400


def test_publishing_needs_the_draft_as_it_was_reviewed_and_without_errors(writer, lite, world):
    path = f"/scripts/{world.here.script}/publish"
    text = SCRIPT.replace("Хорошего дня!", "Всего доброго!")
    save(writer, world, text, 0)
    assert "Всего доброго" in writer.get(path).text
    assert send(writer, path, revision="0").status_code == 409
    answer = send(writer, path, revision="1", note="kinder")
    with lite.read() as s:
        versions = list(s.scalars(select(ScriptVersion).where(ScriptVersion.script_id == world.here.script)))
        assert [(v.number, v.note) for v in versions] == [(1, ""), (2, "kinder")] and versions[0].text == SCRIPT
        assert s.scalar(select(Audit.object).where(Audit.action == "script.publish")) == f"script:{world.here.script}"
    assert answer.headers["Location"].endswith(f"/scripts/versions/{versions[1].id}")
    save(writer, world, text.replace("-> intro", "-> nowhere", 1), 1)
    page = writer.get(path).text
    assert "nowhere" in page and ">Publish<" not in page
    assert send(writer, path, revision="2").status_code == 409


def test_an_older_version_is_published_again_under_a_new_number(writer, manager, lite, world):
    save(writer, world, SCRIPT + "# new\n", 0)
    send(writer, f"/scripts/{world.here.script}/publish", revision="1")
    send(manager, f"/scripts/versions/{world.here.version}/restore", note="better before")
    with lite.read() as s:
        newest = s.scalars(select(ScriptVersion).order_by(ScriptVersion.id.desc())).first()
        assert (newest.number, newest.restores, newest.note) == (3, 1, "better before")
    assert "text of version 1 again" in manager.get(f"/scripts/versions/{newest.id}").text
    assert manager.get(f"/scripts/versions/{newest.id}/changes").status_code == 200


def test_a_supervisor_comments_and_does_not_edit(person, enter, lite, world):
    client = enter(person("ivan", Duty.SUPERVISOR, project_id=world.here.project))
    told = send(client, f"/scripts/{world.here.script}/comments", text="<b>Too long</b>", line="3", node="")
    assert "&lt;b&gt;Too long" in told.text and "kind: lead" in told.text
    assert save(client, world, "x", 0).status_code == 403
    with lite.read() as s:
        comment = s.scalar(select(ScriptComment))
    assert "Done: Ivan" in send(client, f"/scripts/{world.here.script}/comments/{comment.id}/settle").text
    other = f"/scripts/{world.there.script}/comments/{comment.id}/settle"
    assert send(client, other).status_code == 403


def test_a_client_reads_versions_and_never_the_draft(person, enter, world):
    client = enter(person("client", Duty.CLIENT_VIEWER, project_id=world.here.project))
    assert 'id="step-intro"' in client.get(f"/scripts/versions/{world.here.version}").text
    assert "paper-intro" in client.get(f"/scripts/versions/{world.here.version}/print").text
    for path in ("", "/publish", "/text", "/codebook/csv"):
        assert client.get(f"/scripts/{world.here.script}{path}").status_code == 403


def test_figures_name_operators_only_to_who_may_see_reports(writer, manager, world):
    path = f"/scripts/{world.here.script}/figures"
    assert writer.get(path).status_code == 200 and manager.get(path).status_code == 200
    assert writer.get(f"{path}.csv?days=0").text.startswith("\ufeffstep,title,calls")


def test_files_of_a_draft(writer, world):
    base = f"/scripts/{world.here.script}"
    assert writer.get(f"{base}/text").get_data(as_text=True) == SCRIPT
    assert writer.get(f"{base}/questionnaire").data[:2] == b"PK"
    assert writer.get(f"{base}/codebook/csv").text.startswith("\ufeffcolumn,field,type")
    assert writer.get(f"{base}/codebook/xlsx").data[:2] == b"PK"


def test_a_manager_sets_quotas_and_a_condition_that_is_none_says_why(manager, lite, world):
    path = f"/campaigns/{world.here.campaign}"
    cell = {"name": "own trucks", "expression": "carrier == 1", "target": "50", "action": "end"}
    assert send(manager, f"{path}/quotas", **cell).status_code == 302
    for wrong in ({"name": "b", "expression": "gone == 1"}, {"name": "b", "target": "-1"}, {"name": "own trucks"}):
        answer = send(manager, f"{path}/quotas", **cell | wrong)
        assert answer.status_code == 409 and 'role="alert"' in answer.text
    with lite.read() as s:
        (kept,) = s.scalars(select(SurveyQuota))
    page = manager.get(f"{path}/survey?e_UH=0.5&down=carrier&across=role").text
    assert "own trucks" in page and "RR1" in page
    assert send(manager, f"/campaigns/{world.there.campaign}/quotas/{kept.id}/remove").status_code == 403
    assert send(manager, f"{path}/quotas/{kept.id}/remove").status_code == 302


def test_answers_leave_the_house_written_down_and_only_by_right(manager, writer, lite, world):
    path = f"/campaigns/{world.here.campaign}/answers"
    assert writer.get(f"{path}/csv").status_code == 403
    assert manager.get(f"{path}/csv").text.startswith("\ufeffcase,version,outcome")
    assert manager.get(f"{path}/triple-s").data[:2] == b"PK"
    with lite.read() as s:
        rows = s.execute(select(Audit.allowed).where(Audit.action == "answers.export")).scalars().all()
    assert rows == [False, True, True]
