"""The ledger of recordings: every recording of an ended call is ok, partial or missing, and why (P5)."""

from __future__ import annotations

import stat
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import soundfile
from sqlalchemy import select

from dialer.errors import Refusal
from dialer.recordings import names
from dialer.recordings import settle as settling
from dialer.recordings.access import open_recording
from dialer.recordings.settle import Tally, settle
from dialer.rules.words import AttemptState, Mode, RecordingState
from dialer.store import Database
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.projects import Campaign, Project
from tests.conftest import NOON
from tests.support import sounds

CALL_S = 4
ENDED = NOON + timedelta(seconds=CALL_S)
LATER = ENDED + timedelta(minutes=1)


@dataclass
class Place:
    """A database with one campaign, the PBX's folder and ours."""

    db: Database
    raw: Path
    out: Path

    def call(self, attempt_id: str, ended: bool = True, ledger: bool = True, provider: str = "asterisk") -> None:
        with self.db.write() as s:
            contact = Contact(campaign_id=1, zone_set_id=1, created_at=NOON)
            s.add(contact)
            s.flush()
            s.add(
                Attempt(
                    id=attempt_id,
                    campaign_id=1,
                    contact_id=contact.id,
                    number_id=1,
                    to_number="+79160000000",
                    provider=provider,
                    mode=Mode.PROGRESSIVE,
                    state=AttemptState.ENDED if ended else AttemptState.CONNECTED,
                    placed_at=NOON,
                    answered_at=NOON,
                    ended_at=ENDED if ended else None,
                )
            )
            s.flush()
            if ledger:
                s.add(Recording(attempt_id=attempt_id, state=RecordingState.EXPECTED, expected_at=NOON))

    def wrote(self, attempt_id: str, side: str, content: bytes, at: datetime = ENDED) -> Path:
        return sounds.put(self.raw / f"{attempt_id}-{side}.wav", content, at)

    def pair(self, attempt_id: str, seconds: float = CALL_S) -> None:
        self.wrote(attempt_id, "rx", sounds.wav_bytes(sounds.tone(seconds)))
        self.wrote(attempt_id, "tx", sounds.wav_bytes(sounds.tone(seconds, 900)))

    def settle(self, now: datetime = LATER) -> Tally:
        return settle(self.db, self.raw, self.out, now)

    def line(self, attempt_id: str) -> Recording:
        with self.db.read() as s:
            return s.get_one(Recording, attempt_id)

    def says(self, attempt_id: str) -> tuple[str, str]:
        line = self.line(attempt_id)
        return line.state.value, line.reason


def a_place(db: Database, tmp_path: Path) -> Place:
    with db.write() as s:
        s.add_all([Project(id=1, name="p", client="c", created_at=NOON), ZoneSet(id=1, names="Europe/Moscow")])
        s.flush()
        s.add(Campaign(id=1, project_id=1, name="c", created_at=NOON))
    raw = tmp_path / "monitor"
    raw.mkdir()
    return Place(db, raw, tmp_path / "recordings")


@pytest.fixture
def place(db: Database, tmp_path: Path) -> Place:
    return a_place(db, tmp_path)


@pytest.fixture
def light(lite: Database, tmp_path: Path) -> Place:
    return a_place(lite, tmp_path)


def test_a_whole_pair_becomes_one_file_that_can_be_heard(place: Place) -> None:
    place.call("attempt-1")
    place.pair("attempt-1")
    assert place.settle(ENDED + timedelta(seconds=1)).settled == {RecordingState.OK: 1}
    line = place.line("attempt-1")
    assert (line.state, line.reason, line.seconds) == (RecordingState.OK, "", CALL_S)
    assert line.path == "2026-03-04/attempt-1.mp3" and len(line.sha256) == 64
    assert line.settled_at == ENDED + timedelta(seconds=1)
    assert line.peaks is not None and max(line.peaks) == 25
    with place.db.read() as s:
        path = open_recording(s, "attempt-1", place.out)
    assert soundfile.info(path).channels == 2 and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(place.raw.iterdir()) == []


def test_a_second_turn_changes_nothing(place: Place) -> None:
    place.call("attempt-1")
    place.pair("attempt-1")
    place.settle()
    before, file = place.line("attempt-1"), place.out / "2026-03-04" / "attempt-1.mp3"
    stamp = file.stat().st_mtime_ns
    assert place.settle(LATER + timedelta(hours=1)) == Tally()
    assert place.line("attempt-1").settled_at == before.settled_at and file.stat().st_mtime_ns == stamp


def test_a_call_that_is_up_is_left_alone(place: Place) -> None:
    place.call("attempt-1", ended=False)
    place.pair("attempt-1")
    assert place.settle() == Tally()
    assert place.says("attempt-1") == ("expected", "")


def test_a_recording_kept_by_twilio_is_not_looked_for_on_the_pbx(light: Place) -> None:
    light.call("attempt-1", provider="twilio")
    assert light.settle() == Tally()


def test_a_recording_fetched_from_twilio_is_settled_like_any_other(light: Place) -> None:
    light.call("attempt-1", provider="twilio")
    light.call("attempt-2")
    light.pair("attempt-1")
    settle(light.db, light.raw, light.out, LATER, fetched=True)
    assert light.says("attempt-1") == ("ok", "")
    assert light.says("attempt-2") == ("expected", "")


def test_a_killed_pbx_s_recording_is_repaired_once_nobody_writes_it_any_more(light: Place) -> None:
    light.call("attempt-1")
    for side in ("rx", "tx"):
        light.wrote("attempt-1", side, sounds.wav_bytes(sounds.tone(CALL_S), riff=0, data=0))
    assert light.settle(ENDED + timedelta(seconds=10)).waiting == 1
    light.settle()
    assert light.says("attempt-1") == ("ok", "repaired")


def test_a_recording_that_still_grows_is_waited_for(light: Place) -> None:
    light.call("attempt-1")
    for side in ("rx", "tx"):
        light.wrote("attempt-1", side, sounds.wav_bytes(sounds.tone(CALL_S), data=0), at=LATER)
    assert light.settle().waiting == 1
    light.settle(LATER + timedelta(seconds=6))
    assert light.says("attempt-1") == ("ok", "repaired")


def test_a_repaired_and_short_recording_is_partial(light: Place) -> None:
    light.call("attempt-1")
    for side in ("rx", "tx"):
        light.wrote("attempt-1", side, sounds.wav_bytes(sounds.tone(2), data=0))
    light.settle()
    assert light.says("attempt-1") == ("partial", "cut_off")
    assert light.line("attempt-1").seconds == 2


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(3.1, ("ok", "")), (4.9, ("ok", "")), (2.9, ("partial", "short")), (5.1, ("partial", "long"))],
)
def test_a_recording_as_long_as_the_call_within_a_second_is_whole(
    light: Place, seconds: float, says: tuple[str, str]
) -> None:
    light.call("attempt-1")
    light.pair("attempt-1", seconds)
    light.settle()
    assert light.says("attempt-1") == says


@pytest.mark.parametrize(("there", "reason"), [("rx", "our_side_missing"), ("tx", "customer_side_missing")])
def test_one_side_alone_is_partial_and_can_be_heard(light: Place, there: str, reason: str) -> None:
    light.call("attempt-1")
    light.wrote("attempt-1", there, sounds.wav_bytes(sounds.tone(CALL_S)))
    assert light.settle(ENDED + timedelta(seconds=1)).waiting == 1
    light.settle()
    assert light.says("attempt-1") == ("partial", reason)
    with light.db.read() as s:
        assert open_recording(s, "attempt-1", light.out).stat().st_size > 0


def test_a_side_that_cannot_be_read_is_kept(light: Place) -> None:
    light.call("attempt-1")
    light.wrote("attempt-1", "rx", sounds.wav_bytes(sounds.tone(CALL_S)))
    kept = light.wrote("attempt-1", "tx", b"no sound at all" * 10)
    light.settle()
    assert light.says("attempt-1") == ("partial", "our_side_missing")
    assert kept.exists() and not (light.raw / "attempt-1-rx.wav").exists()


def test_sides_of_two_rates_leave_the_customer_s_and_the_other_file(light: Place) -> None:
    light.call("attempt-1")
    light.wrote("attempt-1", "rx", sounds.wav_bytes(sounds.tone(CALL_S)))
    kept = light.wrote("attempt-1", "tx", sounds.wav_bytes(sounds.tone(CALL_S, rate=16000), rate=16000))
    light.settle()
    assert light.says("attempt-1") == ("partial", "our_side_missing") and kept.exists()


def test_no_file_is_missing_after_the_pbx_had_its_time(place: Place) -> None:
    place.call("attempt-1")
    assert place.settle(ENDED + timedelta(seconds=19)).waiting == 1
    place.settle(ENDED + timedelta(seconds=20))
    assert place.says("attempt-1") == ("missing", "no_file")
    with place.db.read() as s, pytest.raises(Refusal, match="no_recording"):
        open_recording(s, "attempt-1", place.out)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty"), (sounds.wav_bytes(b""), "empty"), (b"\0" * 500, "unreadable")]
)
def test_files_without_sound_are_missing_with_the_reason_and_are_kept(
    light: Place, content: bytes, reason: str
) -> None:
    light.call("attempt-1")
    for side in ("rx", "tx"):
        light.wrote("attempt-1", side, content)
    light.settle()
    assert light.says("attempt-1") == ("missing", reason)
    assert len(list(light.raw.iterdir())) == 2


def test_a_folder_that_is_not_there_is_told_apart_from_a_file_that_is_not_there(light: Place) -> None:
    light.call("attempt-1")
    light.raw.rmdir()
    light.settle()
    assert light.says("attempt-1") == ("missing", "no_folder")


def test_one_that_cannot_be_settled_does_not_stop_the_others(light: Place) -> None:
    for number in range(30):
        light.call(f"attempt-{number:02}")
    light.pair("attempt-29")
    for _turn in range(2):
        light.settle()
    assert light.says("attempt-29") == ("ok", "") and light.says("attempt-00") == ("missing", "no_file")


def test_nothing_is_deleted_before_the_ledger_says_so(light: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    light.call("attempt-1")
    light.pair("attempt-1")

    def die(*_args: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(settling, "_write", die)
        light.settle()
    assert len(list(light.raw.iterdir())) == 2 and light.says("attempt-1") == ("expected", "")
    light.settle()
    assert light.says("attempt-1") == ("ok", "") and list(light.raw.iterdir()) == []


def test_who_comes_second_deletes_nothing(light: Place) -> None:
    light.call("attempt-1")
    light.pair("attempt-1")
    with light.db.read() as s:
        (due,) = settling.due_recordings(s)
    with light.db.write() as s:
        s.get_one(Recording, "attempt-1").state = RecordingState.MISSING
    settling.settle_one(light.db, light.raw, light.out, due, LATER, full=False)
    assert light.says("attempt-1")[0] == "missing" and len(list(light.raw.iterdir())) == 2


def test_two_processes_that_settle_at_once_do_no_harm(place: Place) -> None:
    for number in range(6):
        place.call(f"attempt-{number}")
        place.pair(f"attempt-{number}")
    threads = [threading.Thread(target=place.settle) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with place.db.read() as s:
        for line in s.scalars(select(Recording)):
            assert line.state is RecordingState.OK
            assert soundfile.info(open_recording(s, line.attempt_id, place.out)).frames >= CALL_S * 8000
    assert list(place.raw.iterdir()) == [] and list(names.scratch_folder(place.out).iterdir()) == []


@pytest.mark.parametrize(
    "attempt_id", ["attempt-2", "attempt-1.mp3", "../attempt-1", "2026-03-04/attempt-1", "attempt-1\n", "", "ATTEMPT-1"]
)
def test_only_the_exact_id_opens_a_recording(light: Place, attempt_id: str) -> None:
    light.call("attempt-1")
    light.pair("attempt-1")
    light.settle()
    with light.db.read() as s, pytest.raises(Refusal, match="no_recording"):
        open_recording(s, attempt_id, light.out)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "2026-03-04/attempt-9.mp3", "attempt-1.mp3"])
def test_a_path_of_somebody_s_making_in_the_ledger_opens_nothing(light: Place, path: str) -> None:
    light.call("attempt-1")
    (light.out / "2026-03-04").mkdir(parents=True)
    (light.out / "2026-03-04" / "attempt-9.mp3").write_bytes(b"x")
    (light.out / "attempt-1.mp3").write_bytes(b"x")
    with light.db.write() as s:
        line = s.get_one(Recording, "attempt-1")
        line.state, line.path = RecordingState.OK, path
    with light.db.read() as s, pytest.raises(Refusal, match="no_recording"):
        open_recording(s, "attempt-1", light.out)
