"""This computer: Python, time zones, limits, folders, keys, addresses, browser assets."""

from __future__ import annotations

import importlib.util
import os
import resource
import sys
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from dialer.doctor.finding import Finding, fail, ok, warn
from dialer.recordings import guard
from dialer.settings import LOOPBACK, SECRET_BYTES, Settings, SettingsError
from dialer.store.database import POOL

OLDEST = (3, 11)
SPARE_FILES = 400
"""Open files besides those of the web threads: 200 open desks, recordings, logs."""
LEAST_VARIETY = 10
"""Different characters in a key that was drawn at random; a word repeated has fewer."""
ASSETS = ("htmx.min.js", "jssip.esm.js", "tabler.min.css", "uplot.esm.js", "uplot.min.css", "wavesurfer.esm.js")
ZONES = ("Europe/Moscow", "Asia/Kamchatka", "America/New_York")


def python(_settings: Settings) -> Iterator[Finding]:
    """Is this Python new enough?"""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST:
        yield ok("python", version)
    else:
        yield fail("python", version, "install Python 3.11 or newer")


def zones(_settings: Settings) -> Iterator[Finding]:
    """Without time zone data nobody's hours are known, so nobody may be called."""
    absent = [name for name in ZONES if name not in zoneinfo.available_timezones()]
    if absent:
        yield fail("time zones", f"{absent[0]} is not known", "install the Python package tzdata")
    else:
        yield ok("time zones", f"{len(zoneinfo.available_timezones())} known")


def open_files(settings: Settings) -> Iterator[Finding]:
    """A process that cannot open a file any more can neither answer a page nor a call."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 2 * settings.web_threads + POOL + SPARE_FILES
    if limit == resource.RLIM_INFINITY or limit >= needed:
        yield ok("open files", f"{limit} allowed, {needed} needed")
    else:
        yield warn("open files", f"{limit} allowed, {needed} needed", f"raise the limit: ulimit -n {needed * 2}")


def data_folder(settings: Settings) -> Iterator[Finding]:
    """Recordings, reports and exports go there."""
    folder = settings.data
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    room = guard.look(there, 1)
    if room.ok:
        yield ok("data folder", f"{folder}, {room.free_bytes >> 30} GiB free")
    elif room.reason in ("not_writable", "no_folder") or not there.is_dir():
        yield fail("data folder", f"{folder} cannot be written to", "give this user the right, or set DIALER_DATA")
    else:
        yield warn(
            "data folder", f"{folder}, {room.free_bytes >> 20} MiB free", "make room: recording is about to stop"
        )


def secret_key(settings: Settings) -> Iterator[Finding]:
    """Whoever guesses the key is everybody."""
    try:
        key = settings.require_secret_key()
    except SettingsError as err:
        yield fail("secret key", f"shorter than {SECRET_BYTES} bytes", str(err))
        return
    if len(set(key)) < LEAST_VARIETY:
        yield fail("secret key", "was not drawn at random", "python3 -c 'import secrets; print(secrets.token_hex(32))'")
    else:
        yield ok("secret key", f"{len(key.encode())} bytes")


def public_url(settings: Settings) -> Iterator[Finding]:
    """Cookies and microphones need https; on this machine itself browsers allow http."""
    parts = urlsplit(settings.public_url)
    if parts.scheme == "https" or parts.hostname in LOOPBACK:
        yield ok("public address", settings.public_url)
    else:
        yield fail(
            "public address",
            f"{settings.public_url} is neither https nor this machine",
            "put an https proxy in front and set DIALER_PUBLIC_URL; browsers refuse the microphone without it",
        )


def demo(settings: Settings) -> Iterator[Finding]:
    """The demo shows its logins to whoever comes."""
    if settings.demo and settings.web_host not in LOOPBACK:
        yield fail("demo", f"shows its logins on {settings.web_host}", "unset DIALER_DEMO")


def assets(_settings: Settings) -> Iterator[Finding]:
    """Third-party scripts and styles, fetched at set-up."""
    found = importlib.util.find_spec("webapp")
    folder = Path(found.origin if found and found.origin else "").parent / "static" / "vendor"
    absent = [name for name in ASSETS if not (folder / name).is_file() or not (folder / name).stat().st_size]
    if absent:
        yield fail("browser assets", f"{absent[0]} is not there", "make setup")
    else:
        yield ok("browser assets", f"{len(ASSETS)} files")


def recordings_folder(settings: Settings) -> Iterator[Finding]:
    """The PBX's recordings as this machine sees them."""
    folder = settings.asterisk.recordings
    if settings.provider != "asterisk":
        return
    if folder is None:
        yield fail("recordings", "no folder is set", "set DIALER_ASTERISK__RECORDINGS to the PBX's monitor folder")
        return
    room = guard.look(folder, 1)
    if room.ok and os.access(folder, os.R_OK):
        yield ok("recordings", f"{folder}, {room.free_bytes >> 30} GiB free")
    else:
        yield fail("recordings", f"{folder}: {room.reason or 'not readable'}", "mount it, give the right, or make room")
