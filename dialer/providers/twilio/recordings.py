"""Recordings by Twilio: begun when a contact joins a room, fetched when the call is over, left as a PBX leaves them.

A webhook's word about where a recording lies is never believed: the address is made of our account and the
recording's id, the host is fixed, no redirect is followed. Both sides come in one file, two channels; they become
``<id>-rx.wav`` and ``<id>-tx.wav``, which ``dialer.recordings`` settles like any other.
"""

from __future__ import annotations

import logging
import re
import time
import wave
from pathlib import Path

import requests

from dialer.clock import now
from dialer.providers.base import ID_PATTERN, ProviderError, Recorded, Unknown
from dialer.providers.twilio.board import Board
from dialer.providers.twilio.client import Clients, Gone, asking, connect
from dialer.providers.twilio.config import TwilioConfig
from dialer.providers.twilio.legs import Leg

log = logging.getLogger(__name__)
HOST = "https://api.twilio.com"
"""With a region or an edge it is that one's, as for every request."""
RECORDING = re.compile(r"RE[0-9a-f]{32}\Z")
MOST_BYTES = 1 << 30
CHUNK = 1 << 16
FRAMES = 1 << 14
DELETE_AGAIN_S = (1.0, 4.0)


def begin(config: TwilioConfig, clients: Clients, board: Board, leg: Leg) -> None:
    """Ask Twilio to record both sides of ``leg``'s call. Raises ProviderError, Unknown."""
    asking(
        lambda: clients.mine.calls(leg.sid).recordings.create(
            recording_channels="dual",
            recording_track="both",
            trim="do-not-trim",
            recording_status_callback=config.url("recording", leg.id),
            recording_status_callback_event=["completed", "absent"],
            recording_status_callback_method="POST",
        )
    )
    board.tell([Recorded(leg.id, now(), f"{leg.id}-rx.wav", began=True)])


def fetch(config: TwilioConfig, clients: Clients, board: Board, leg: str, recording: str) -> None:
    """Fetch, split, delete at Twilio if so set. Raises ProviderError, Unknown, OSError, wave.Error."""
    if not (RECORDING.match(recording) and ID_PATTERN.match(leg)):
        raise ProviderError("not a recording of ours", permanent=True)
    config.raw.mkdir(parents=True, exist_ok=True)
    whole = config.raw / f"{recording}.part"
    try:
        _download(config, recording, whole)
        split(whole, config.raw, leg)
    finally:
        whole.unlink(missing_ok=True)
    board.tell([Recorded(leg, now(), f"{leg}-rx.wav")])
    if config.delete_recordings:
        _delete(clients, recording)


def _delete(clients: Clients, recording: str) -> None:
    """Deleting twice does no harm, so it is tried again. Raises ProviderError, Unknown after the last time."""
    for wait_s in (*DELETE_AGAIN_S, None):
        try:
            asking(lambda: clients.mine.recordings(recording).delete())
        except Gone:
            return
        except (ProviderError, Unknown):
            if wait_s is None:
                raise
            time.sleep(wait_s)
        else:
            return


def is_here(config: TwilioConfig, leg: str) -> bool:
    """Whether both sides of this call lie where a PBX would have left them."""
    return all((config.raw / f"{leg}-{side}.wav").exists() for side in ("rx", "tx"))


def address(config: TwilioConfig, recording: str) -> str:
    """Where a recording lies."""
    host = config.base_url.rstrip("/") or connect(config).get_hostname(HOST)
    return f"{host}/2010-04-01/Accounts/{config.account}/Recordings/{recording}.wav?RequestedChannels=2"


def _download(config: TwilioConfig, recording: str, target: Path) -> None:
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.get(
                address(config, recording),
                auth=(config.user, config.secret),
                allow_redirects=False,
                stream=True,
                timeout=config.timing.request_s,
            ) as reply:
                if reply.status_code != 200:
                    raise ProviderError(f"the recording was not given ({reply.status_code})")
                _save(reply, target)
        except requests.exceptions.RequestException as err:
            raise Unknown(type(err).__name__) from err


def _save(reply: requests.Response, target: Path) -> None:
    got = 0
    with target.open("wb") as out:
        for chunk in reply.iter_content(CHUNK):
            got += len(chunk)
            if got > MOST_BYTES:
                raise ProviderError("the recording is larger than any call of ours")
            out.write(chunk)


def split(whole: Path, folder: Path, leg: str) -> None:
    """One file of two channels becomes two files of one. Raises wave.Error for what is no such sound."""
    for side, name in enumerate(("rx", "tx")):
        part = folder / f"{leg}-{name}.wav.part"
        with wave.open(str(whole), "rb") as source, wave.open(str(part), "wb") as out:
            if source.getnchannels() != 2 or source.getsampwidth() != 2:
                raise wave.Error("not two channels of 16 bits")
            out.setparams((1, 2, source.getframerate(), 0, "NONE", ""))
            while frames := source.readframes(FRAMES):
                out.writeframes(memoryview(frames).cast("h")[side::2].tobytes())
        part.rename(part.with_suffix(""))
