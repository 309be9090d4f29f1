"""Drafts are never written over, versions never change, comments keep their line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import script_run
from dialer.errors import Refusal
from dialer.scripting import comments, drafts, versions
from dialer.store import Database
from dialer.store.scripts import CallScript, ScriptRun, ScriptVersion
from tests.conftest import NOON
from tests.support import pretend_calls
from tests.unit.scripting.conftest import Room

LATER = NOON + timedelta(minutes=5)


def text_of(db: Database, room: Room) -> str:
    with db.read() as s:
        return s.get_one(CallScript, room.script).draft


def change(db: Database, room: Room, text: str, revision: int, user: int) -> int:
    with db.write() as s:
        return drafts.save(s, room.script, text, revision, user, LATER).revision


def test_the_later_save_of_two_is_refused_and_says_who_was_faster(db: Database, room: Room) -> None:
    text = text_of(db, room)
    assert change(db, room, text + "# Anna\n", 0, room.anna) == 1
    with pytest.raises(Refusal) as refused:
        change(db, room, text + "# Igor\n", 0, room.igor)
    assert (refused.value.code, refused.value.detail["by"], refused.value.detail["revision"]) == (
        "draft_stale", "Anna", 1,
    )  # fmt: skip
    assert text_of(db, room) == text + "# Anna\n"


def test_saving_the_same_text_is_no_new_revision(db: Database, room: Room) -> None:
    assert change(db, room, text_of(db, room), 0, room.igor) == 0


def test_what_a_database_cannot_hold_is_taken_out_of_a_draft(db: Database, room: Room) -> None:
    change(db, room, "a\x00b\ud800c\r\nd", 0, room.anna)
    assert text_of(db, room) == "ab?c\nd"


def test_a_draft_with_an_error_is_not_published(db: Database, room: Room) -> None:
    revision = change(db, room, text_of(db, room).replace("-> intro", "-> nowhere"), 0, room.anna)
    with pytest.raises(Refusal, match="script_has_errors"), db.write() as s:
        versions.publish_draft(s, room.script, revision, room.anna, LATER)


def test_a_draft_that_changed_since_the_review_is_not_published(db: Database, room: Room) -> None:
    change(db, room, text_of(db, room) + "# more\n", 0, room.anna)
    with pytest.raises(Refusal, match="draft_stale"), db.write() as s:
        versions.publish_draft(s, room.script, 0, room.anna, LATER)


def test_publishing_makes_the_next_version_and_leaves_the_first_as_it_was(db: Database, room: Room) -> None:
    revision = change(db, room, text_of(db, room).replace("пять минут", "три минуты"), 0, room.igor)
    with db.write() as s:
        made = versions.publish_draft(s, room.script, revision, room.igor, LATER, "shorter")
        again = versions.publish_draft(s, room.script, revision, room.igor, LATER)
    assert again.id == made.id
    with db.read() as s:
        found = versions.history(s, room.script)
        assert [(one.version.number, one.by, one.version.note) for one in found] == [
            (2, "Igor", "shorter"), (1, "Anna", "first"),
        ]  # fmt: skip
        assert "пять минут" in s.get_one(ScriptVersion, room.version).text
        changes = versions.changes(found[1].version.text, found[0].version.text)
    assert changes is not None and {change.what for change in changes} >= {"step intro, ru!", "step callback, ru"}


def test_going_back_publishes_the_older_text_again_and_keeps_the_draft(db: Database, room: Room) -> None:
    draft = text_of(db, room).replace("пять минут", "три минуты")
    revision = change(db, room, draft, 0, room.anna)
    with db.write() as s:
        versions.publish_draft(s, room.script, revision, room.anna, LATER)
        back = versions.restore(s, room.version, room.igor, LATER, "it sold worse")
    assert (back.number, back.restores, back.published_by) == (3, 1, room.igor)
    with db.read() as s:
        assert s.get_one(CallScript, room.script).published_id == back.id
        assert s.scalar(select(ScriptVersion.text).where(ScriptVersion.number == 1)) == back.text
    assert text_of(db, room) == draft


def test_a_call_keeps_its_version_and_the_next_call_gets_the_new_one(db: Database, room: Room) -> None:
    with db.write() as s:
        first, second = (pretend_calls.add_contact(s, room.campaign, f"+7916000000{n}", NOON) for n in (1, 2))
        pretend_calls.place(s, first, "afirst", room.anna, NOON)
        script_run.ensure(s, "afirst", room.anna, NOON)
    revision = change(db, room, text_of(db, room) + "# more\n", 0, room.anna)
    with db.write() as s:
        new = versions.publish_draft(s, room.script, revision, room.anna, LATER)
        pretend_calls.place(s, s.merge(second), "asecond", room.anna, LATER)
        script_run.ensure(s, "asecond", room.anna, LATER)
        script_run.ensure(s, "afirst", room.anna, LATER)
    with db.read() as s:
        assert s.get_one(ScriptRun, "afirst").version_id == room.version
        assert s.get_one(ScriptRun, "asecond").version_id == new.id


def test_a_comment_finds_its_line_again_and_says_when_it_is_gone(db: Database, room: Room) -> None:
    text = text_of(db, room)
    line = next(n for n, words in enumerate(text.split("\n"), 1) if words.startswith("=== refused"))
    with db.write() as s:
        made = comments.add(s, room.script, "  Too soft. ", room.igor, NOON, line, "refused")
        comments.add(s, room.script, "Good work", room.igor, LATER)
    change(db, room, "# new first line\n" + text, 0, room.anna)
    with db.read() as s:
        whole, on_line = comments.of_script(s, s.get_one(CallScript, room.script))
        assert (on_line.comment.text, on_line.author, on_line.line) == ("Too soft.", "Igor", line + 1)
        assert (whole.comment.text, whole.line) == ("Good work", None)
    change(db, room, text.replace("=== refused", "=== refusal"), 1, room.anna)
    with db.write() as s:
        comments.settle(s, s.merge(made), room.anna, LATER)
    with db.read() as s:
        last = comments.of_script(s, s.get_one(CallScript, room.script))[-1]
        assert (last.comment.id, last.line, last.settled_by) == (made.id, None, "Anna")


def test_an_empty_comment_is_refused(db: Database, room: Room) -> None:
    with pytest.raises(Refusal, match="comment_empty"), db.write() as s:
        comments.add(s, room.script, " \n", room.igor, NOON)
