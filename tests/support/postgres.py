"""A PostgreSQL server of the tests' own, from the installed programs, on a free loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from tests.support import afterwards


def programs() -> Path | None:
    """The folder of initdb and postgres, or None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    return Path(on_path).parent if (on_path := shutil.which("initdb")) else None


def memory() -> Path | None:
    """A folder that lies in memory, where there is one: the tests' databases need no disk that survives a power cut."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() and os.access(shared, os.W_OK) else None


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Server:
    """Started by the constructor, ended by :meth:`stop`. PostgreSQL refuses root, so root becomes ``nobody``."""

    def __init__(self, bin_dir: Path) -> None:
        self.bin, self.port = bin_dir, free_port()
        self.home = Path(tempfile.mkdtemp(prefix="warmline-pg-", dir=memory()))
        self.user = "nobody" if os.getuid() == 0 else None
        if self.user:
            os.chown(self.home, pwd.getpwnam("nobody").pw_uid, -1)
        data = str(self.home / "data")
        plain = ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        ending = '"$1" -D "$2/data" -m immediate -w stop; rm -rf "$2"'
        self._ending = afterwards.clear_away(
            "sh", "-c", ending, "sh", str(self.bin / "pg_ctl"), str(self.home), user=self.user
        )
        self._run(["initdb", "-D", data, "-U", "warmline", *plain])
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.home}"
            " -c max_connections=200 -c fsync=off -c full_page_writes=off"
        )
        self._run(["pg_ctl", "-D", data, "-w", "-l", str(self.home / "log"), "-o", options, "start"])

    def _run(self, words: list[str]) -> None:
        done = subprocess.run(
            [str(self.bin / words[0]), *words[1:]],
            user=self.user,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stderr[-2000:]}")

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://warmline@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        afterwards.now(self._ending)
        shutil.rmtree(self.home, ignore_errors=True)
