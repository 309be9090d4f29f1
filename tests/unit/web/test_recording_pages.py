"""Recordings: found, heard by range, written down, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.recordings import names
from dialer.rules.words import Duty
from dialer.store.calls import Attempt, Recording
from dialer.store.people import Audit
from tests.conftest import NOON

SOUND = bytes(range(256)) * 8


@pytest.fixture
def recorded(lite, world, settings):
    """The small world's call with a sound of 2048 bytes."""
    with lite.write() as s:
        row = s.get_one(Recording, world.here.attempt)
        row.path = names.settled_name(world.here.attempt, NOON)
        row.peaks = [100, 50, 0, 25]
        path = names.settled_folder(settings) / row.path
    path.parent.mkdir(parents=True)
    path.write_bytes(SOUND)
    return world.here.attempt


@pytest.fixture
def supervisor(person, enter, world):
    return enter(person("vera", Duty.SUPERVISOR, project_id=world.here.project))


def test_a_player_can_seek(supervisor, recorded):
    with supervisor.get(f"/recordings/{recorded}/audio", headers={"Range": "bytes=1024-1033"}) as part:
        assert part.status_code == 206
        assert part.headers["Content-Range"] == "bytes 1024-1033/2048"
        assert part.data == SOUND[1024:1034]
    with supervisor.get(f"/recordings/{recorded}/audio") as whole:
        assert whole.data == SOUND and whole.headers["Cache-Control"] == "no-store"
    assert supervisor.get(f"/recordings/{recorded}/audio", headers={"Range": "bytes=9999-"}).status_code == 416


def test_one_listening_is_written_down_once(supervisor, lite, recorded):
    for start in (0, 100, 200):
        supervisor.get(f"/recordings/{recorded}/audio", headers={"Range": f"bytes={start}-"}).close()
    with lite.read() as s:
        rows = list(s.scalars(select(Audit).where(Audit.action == "recording.listen")))
    assert [(row.object, row.allowed) for row in rows] == [(f"recording:{recorded}", True)]


def test_another_projects_recording_is_refused_and_written_down(person, enter, lite, world, recorded):
    foreign = enter(person("foreign", Duty.SUPERVISOR, project_id=world.there.project))
    for tail in ("", "/audio", "/peaks"):
        assert foreign.get(f"/recordings/{recorded}{tail}").status_code == 403
    with lite.read() as s:
        assert s.query(Audit).filter_by(action="recording.listen", allowed=False).count() == 3


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "aalpha", "a" * 64, "%00"])
def test_only_the_exact_id_opens_anything(supervisor, recorded, name):
    assert supervisor.get(f"/recordings/{name}/audio").status_code == 404


def test_a_recording_whose_file_is_gone_says_so(supervisor, world, settings, recorded):
    for path in names.settled_folder(settings).rglob("*.mp3"):
        path.unlink()
    answer = supervisor.get(f"/recordings/{recorded}/audio")
    assert answer.status_code == 409 and "There is no recording to play" in answer.text


def test_the_two_sides_are_drawn_apart(supervisor, recorded):
    drawn = supervisor.get(f"/recordings/{recorded}/peaks").json
    assert drawn == {"seconds": 12.0, "sides": [[1.0, 0.0], [0.5, 0.25]]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"campaign": "here"}, True),
        ({"campaign": "there"}, False),
        ({"since": "2026-03-04", "until": "2026-03-04"}, True),
        ({"since": "2026-03-05"}, False),
        ({"until": "2026-03-03"}, False),
        ({"outcome": "busy"}, False),
        ({"since": "nonsense", "page": "-3"}, True),
    ],
)
def test_the_list_is_filtered(supervisor, world, recorded, query, found):
    sides = {"here": world.here.campaign, "there": world.there.campaign}
    query = {name: sides.get(value, value) for name, value in query.items()}
    assert (f"/recordings/{recorded}" in supervisor.get("/recordings", query_string=query).text) is found


def test_a_closer_finds_the_calls_they_took_part_in_only(person, enter, lite, world, recorded):
    mark = person("mark", Duty.CLOSER, project_id=world.here.project)
    client = enter(mark)
    assert f"/recordings/{recorded}" not in client.get("/recordings").text
    assert client.get(f"/recordings/{recorded}/audio").status_code == 403
    with lite.write() as s:
        s.get_one(Attempt, recorded).closer_id = mark.id
    assert f"/recordings/{recorded}" in client.get("/recordings").text
    with client.get(f"/recordings/{recorded}/audio") as answer:
        assert answer.status_code == 200
