"""Reading WAV files that nobody finished."""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialer.recordings import wav
from tests.support import sounds

SOUND = b"".join(struct.pack("<h", n) for n in range(1, 1001))


def found(content: bytes) -> tuple[wav.Audio, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.wav"
        path.write_bytes(content)
        audio = wav.find_audio(path)
        return audio, b"".join(wav.blocks(audio, 100))


def test_a_whole_file_is_read_as_it_is() -> None:
    audio, sound = found(sounds.wav_bytes(SOUND))
    assert sound == SOUND
    assert (audio.frames, audio.rate, audio.repaired) == (1000, 8000, False)


def test_a_killed_writer_s_zero_sizes_are_not_believed() -> None:
    audio, sound = found(sounds.wav_bytes(SOUND, riff=0, data=0))
    assert sound == SOUND and audio.repaired


def test_a_size_from_an_earlier_moment_is_not_believed() -> None:
    audio, sound = found(sounds.wav_bytes(SOUND, data=400))
    assert sound == SOUND and audio.repaired


def test_half_a_sample_at_the_end_is_left_out() -> None:
    audio, sound = found(sounds.wav_bytes(SOUND)[:-1])
    assert sound == SOUND[:-2] and audio.repaired


def test_notes_after_the_sound_are_not_sound() -> None:
    notes = b"LIST" + struct.pack("<I", 6) + b"INFOab"
    audio, sound = found(sounds.wav_bytes(SOUND, riff=36 + len(SOUND) + len(notes)) + notes)
    assert sound == SOUND and not audio.repaired
    whole = sounds.wav_bytes(SOUND)
    audio, sound = found(whole[:12] + b"note" + struct.pack("<I", 3) + b"abc\0" + whole[12:])
    assert sound == SOUND and not audio.repaired


@pytest.mark.parametrize("length", [0, 1, 4, 11, 12, 20, 30, 43, 44, 45])
def test_a_file_that_ends_in_its_header_is_empty(length: int) -> None:
    with pytest.raises(wav.Empty):
        found(sounds.wav_bytes(SOUND)[:length])


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 1000,
        b"OggS" + b"x" * 100,
        sounds.wav_bytes(SOUND).replace(b"data", b"LIST"),
        sounds.wav_bytes(SOUND, rate=1),
        sounds.wav_bytes(SOUND)[:20] + struct.pack("<HH", 7, 1) + sounds.wav_bytes(SOUND)[24:],
        sounds.wav_bytes(SOUND)[:22] + struct.pack("<H", 2) + sounds.wav_bytes(SOUND)[24:],
        b"RIFF\0\0\0\0WAVEdata\xff\xff\xff\xff" + SOUND,
    ],
)
def test_what_is_not_our_kind_of_sound_is_refused(content: bytes) -> None:
    with pytest.raises((wav.Unreadable, wav.Empty)):
        found(content)


@given(
    st.binary(min_size=2, max_size=4000),
    st.one_of(st.none(), st.integers(0, 2**32 - 1)),
    st.integers(0, 2**32 - 1),
)
@example(b"\0\0", None, 1)
def test_whatever_the_header_says_a_killed_writer_s_sound_is_never_lost(
    sound: bytes, riff: int | None, data: int
) -> None:
    # A killed writer leaves nothing after its sound; the first byte is kept from looking like the name of a chunk.
    sound = sound[: len(sound) // 2 * 2]
    declared = min(data, len(sound))
    masked = bytearray(sound)
    masked[declared + declared % 2 : declared + declared % 2 + 1] = b"\xfe" * (declared + declared % 2 < len(sound))
    sound = bytes(masked)
    audio, heard = found(sounds.wav_bytes(sound, riff=riff, data=data))
    assert heard == sound
    assert audio.repaired == (data != len(sound))


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"RIFF", sounds.wav_bytes(b"")[:36], sounds.wav_bytes(SOUND)[:60]])
)
def test_no_bytes_whatever_do_more_than_be_refused(rest: bytes, start: bytes) -> None:
    try:
        audio, sound = found(start + rest)
    except (wav.Empty, wav.Unreadable):
        return
    assert 0 < len(sound) == audio.frames * 2 <= len(rest) + len(start)


def test_a_pipe_or_a_link_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "real.wav").write_bytes(sounds.wav_bytes(SOUND))
    (tmp_path / "link.wav").symlink_to(tmp_path / "real.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(OSError, match="symbolic links"):
        wav.find_audio(tmp_path / "link.wav")
    with pytest.raises(wav.Unreadable):
        wav.find_audio(tmp_path / "pipe.wav")
