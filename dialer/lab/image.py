"""Where the lab's Asterisk comes from: a Debian root folder in the user's cache, built once, or one on the PATH.

Debian 12 has no Asterisk package, its development release (sid) has: ``debootstrap`` lays a small Debian beside
the machine's own, ``apt-get`` in it does the rest. A stamp written last tells a finished root from a half-built one.
Imports the standard library and ``dialer.lab.voices`` only; reads DIALER_LAB_ROOT, which is no setting of the product.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialer.errors import BadInput
from dialer.lab import voices

RELEASE = "sid"
PACKAGES = (
    "asterisk",
    "asterisk-core-sounds-en-wav",
    "asterisk-core-sounds-ru-wav",
    "asterisk-moh-opsound-wav",
    "espeak-ng",
)
STAMP = ".warmline-image"
BUILDING = ".warmline-building"
"""Written first: proves that a folder without a stamp is a half-built root and not somebody's own files."""
VERSION = "1"
"""Written into the stamp; raise it when PACKAGES change, and old roots are built anew."""

Say = Callable[[str], None]


class LabUnavailable(BadInput):
    """No Asterisk can be had on this machine; the message says in one sentence what is missing."""


@dataclass(frozen=True, slots=True)
class Image:
    """An Asterisk to run. ``root`` is the folder to chroot into, or None for the machine's own program.

    The folders ``modules``, ``data`` and ``moh`` are as Asterisk sees them, ``voices`` both as it (``voices``) and
    as we see it (``voices_on_host``).
    """

    root: Path | None
    program: str
    modules: str
    data: str
    moh: str
    voices: str
    voices_on_host: Path

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs Asterisk with ``arguments``."""
        prefix = ["chroot", str(self.root)] if self.root else []
        return [*prefix, self.program, *arguments]


def say(line: str) -> None:
    """Show one line of progress."""
    print(f"lab: {line}", file=sys.stderr, flush=True)  # noqa: T201 - the lab's own progress


def cache_folder() -> Path:
    """Return where the root is kept: DIALER_LAB_ROOT, or ``warmline/asterisk`` in the user's cache folder."""
    if chosen := os.environ.get("DIALER_LAB_ROOT"):
        return Path(chosen).expanduser().resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "warmline" / "asterisk"


def obtain(progress: Say = say) -> Image:
    """Return a ready Asterisk, building the root if need be (about a minute). Raises LabUnavailable."""
    root = cache_folder()
    if _complete(root) and os.geteuid() == 0:
        _bring_voices_up_to_date(root, progress)
        return _from_root(root)
    own = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if why_not := _why_not_build():
        if own:
            return _from_path(own)
        raise LabUnavailable(f"no Asterisk for the lab: {why_not}, and no asterisk is on the PATH")
    try:
        with _one_builder(root):
            if not _complete(root):
                _build(root, progress)
    except LabUnavailable as err:
        if not own:
            raise
        progress(f"{err}; using {own} instead")
        return _from_path(own)
    return _from_root(root)


def _complete(root: Path) -> bool:
    stamp = root / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == VERSION


def _why_not_build() -> str:
    if os.geteuid() != 0:
        return "building one needs root"
    if not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        return "building one needs Debian"
    return ""


@contextmanager
def _one_builder(root: Path) -> Iterator[None]:
    """Let one process build at a time; the others wait and find it done."""
    root.parent.mkdir(parents=True, exist_ok=True)
    with (root.parent / f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(root: Path, progress: Say) -> None:
    _clear(root, progress)
    log = root.parent / f"{root.name}.log"
    log.unlink(missing_ok=True)
    if not shutil.which("debootstrap"):
        progress("installing debootstrap")
        _run(["apt-get", "update", "-q"], log, must=False)
        _run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "debootstrap"], log)
    progress(f"1/3 laying a small Debian into {root} (about 25 s)")
    mirror = _mirror()
    _run(["debootstrap", "--variant=minbase", RELEASE, str(root), *([mirror] if mirror else [])], log)
    _write_hosts(root)
    progress("2/3 installing Asterisk and its sounds (about 20 s)")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]
    _run(["chroot", str(root), "env", "DEBIAN_FRONTEND=noninteractive", *install], log)
    shutil.rmtree(root / "var/cache/apt/archives", ignore_errors=True)
    progress("3/3 recording the voices of the telephone network (about 5 s)")
    _record_voices(root)
    (root / STAMP).write_text(VERSION + "\n", encoding="utf-8")
    (root / BUILDING).unlink()
    progress("the lab's Asterisk is ready")


def _bring_voices_up_to_date(root: Path, progress: Say) -> None:
    """A root that was kept from an older version lacks the sounds that were added since."""
    if not voices.complete(root / "srv/voices"):
        with _one_builder(root):
            progress("recording new voices (about 5 s)")
            _record_voices(root)


def _record_voices(root: Path) -> None:
    voices.record(root / "srv/voices", ["chroot", str(root), "espeak-ng"])


def _clear(root: Path, progress: Say) -> None:
    """Remove a root of ours that is half-built or old. Raises LabUnavailable for a folder that is not ours."""
    if root.exists() and any(root.iterdir()):
        if not ((root / STAMP).exists() or (root / BUILDING).exists()):
            raise LabUnavailable(f"{root} holds something else; let DIALER_LAB_ROOT name a new folder")
        progress(f"removing a half-built root in {root}")
        for mount in _mounts(root):
            subprocess.run(["umount", "-l", mount], check=True, capture_output=True)
        shutil.rmtree(root)
    root.mkdir(parents=True, exist_ok=True)
    (root / BUILDING).touch()


def _mounts(root: Path) -> list[str]:
    """Return what a killed debootstrap left mounted under ``root``, innermost first."""
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    return sorted((p for p in places if p.startswith(f"{root}/")), reverse=True)


def _run(command: list[str], log: Path, *, must: bool = True) -> None:
    """Run a step of the building with its output in ``log``. Raises LabUnavailable."""
    with log.open("ab") as out:
        done = subprocess.run(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False)
    if must and done.returncode != 0:
        raise LabUnavailable(f"building the lab's Asterisk failed at {command[0]} (see {log})")


def _mirror(apt: Path = Path("/etc/apt")) -> str:
    """Return the Debian mirror this machine is set up with, "" if that cannot be told (debootstrap has its own)."""
    for path in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]:
        if not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            words = line.split()
            if words[:1] not in (["deb"], ["URIs:"]):
                continue
            for word in words[1:]:
                if word.startswith(("http://", "https://")) and word.rstrip("/").endswith("/debian"):
                    return word
    return ""


def _write_hosts(root: Path) -> None:
    """Spare Asterisk its name look-ups: without these two names every call waits 5 s for a name server."""
    lines = (f"127.0.0.1 localhost {socket.gethostname()}", "127.0.0.1 A.ROOT-SERVERS.NET")
    (root / "etc/hosts").write_text("\n".join(lines) + "\n", encoding="utf-8")
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    policy.chmod(0o755)


def _from_root(root: Path) -> Image:
    _write_hosts(root)
    modules = next(root.glob("usr/lib/*/asterisk/modules"), root / "usr/lib/asterisk/modules")
    return Image(
        root=root,
        program="/usr/sbin/asterisk",
        modules=f"/{modules.relative_to(root)}",
        data="/usr/share/asterisk",
        moh="/usr/share/asterisk/moh",
        voices="/srv/voices",
        voices_on_host=root / "srv/voices",
    )


def _from_path(program: str) -> Image:
    """Describe the machine's own Asterisk; its voices are made with the machine's espeak-ng, if it has one."""
    own_voices = cache_folder().parent / "voices"
    if not voices.complete(own_voices):
        speaker = shutil.which("espeak-ng")
        voices.record(own_voices, [speaker] if speaker else None)
    places = [Path("/usr/lib/asterisk/modules"), Path("/usr/lib64/asterisk/modules")]
    places += [*Path("/usr/lib").glob("*/asterisk/modules"), Path("/usr/local/lib/asterisk/modules")]
    modules = next((p for p in places if p.is_dir()), None)
    data = next((p for p in map(Path, ("/usr/share/asterisk", "/var/lib/asterisk")) if (p / "sounds").is_dir()), None)
    if modules is None or data is None:
        raise LabUnavailable(f"{program} is there, but its modules or sounds are not where Asterisk puts them")
    moh = str(data / "moh") if (data / "moh").is_dir() else str(own_voices)
    return Image(None, program, str(modules), str(data), moh, str(own_voices), own_voices)
