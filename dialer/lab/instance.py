"""One Asterisk process of the lab: its folder, its start, its end. Standard library and ``dialer.lab.image`` only."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from dialer.lab.image import Image

FOLDERS = ("etc", "run", "spool/monitor", "log", "var/keys")
END_S = 4.0
"""How long an instance may take to end by itself before it is killed."""


class Instance:
    """``base`` is the instance's folder as we see it, ``inside`` as Asterisk does (they differ in a chroot)."""

    def __init__(self, image: Image, base: Path, inside: str) -> None:
        self.image = image
        self.base = base
        self.inside = inside

    @property
    def config(self) -> str:
        """The path of asterisk.conf on the command line; it is in no other process's, so it proves a pid ours."""
        return f"{self.inside}/etc/asterisk.conf"

    def write(self, files: dict[str, str]) -> None:
        """Lay the folders and the configuration ``files`` (name -> text), readable by us alone."""
        for name in FOLDERS:
            (self.base / name).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = self.base / "etc" / name
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")

    def start(self) -> int:
        """Start the process and return its pid; it outlives us, and no Ctrl-C of ours reaches it."""
        for stale in (self.base / "run").iterdir():
            stale.unlink()
        console = os.open(self.base / "log" / "console.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        command = self.image.command("-C", self.config, "-f")
        try:
            # No Popen: it would complain of a child that is meant to live longer than we do.
            return os.posix_spawn(
                shutil.which(command[0]) or command[0],
                command,
                os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, fd, to) for fd, to in ((nothing, 0), (console, 1), (console, 2))],
                setsid=True,
            )
        finally:
            os.close(console)
            os.close(nothing)

    def alive(self, pid: int) -> bool:
        """Tell whether ``pid`` is running and is this instance."""
        if pid <= 0:
            return False
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            if state == "Z":
                _bury(pid)
                # Killed, but as long as one of its threads is ending its ports are still open.
                return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir()) > 1
            return self.config.encode() in _command_line(pid)
        except OSError:
            return False

    def kill(self, pid: int) -> None:
        """End the process as a crash would (SIGKILL) and wait until it is gone."""
        self._signal(pid, signal.SIGKILL)
        self._gone(pid, END_S)

    def ask_to_end(self, pid: int) -> None:
        """Ask the process to hang up its calls and end."""
        self._signal(pid, signal.SIGTERM)

    def await_end(self, pid: int) -> None:
        """Wait for the process that was asked to end; kill it if it does not."""
        if not self._gone(pid, END_S):
            self.kill(pid)

    def errors(self, lines: int = 5) -> str:
        """Return the last lines of the instance's log, for a message about a failed start."""
        for name in ("messages.log", "console.log"):
            path = self.base / "log" / name
            if path.is_file() and (text := path.read_text(encoding="utf-8", errors="replace").strip()):
                return " / ".join(text.splitlines()[-lines:])
        return "its log is empty"

    def _signal(self, pid: int, number: signal.Signals) -> None:
        if self.alive(pid):
            os.kill(pid, number)

    def _gone(self, pid: int, within_s: float) -> bool:
        deadline = time.monotonic() + within_s
        while self.alive(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def _command_line(pid: int) -> list[bytes]:
    """Return the words of a process's command line; for an instant between two programs it has none."""
    for _ in range(20):
        if text := Path(f"/proc/{pid}/cmdline").read_bytes():
            return text.split(b"\0")
        time.sleep(0.005)
    return []


def _bury(pid: int) -> None:
    """Take note of a child's end, so that it does not stay in the process table."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass  # somebody else's child
