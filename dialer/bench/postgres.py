"""A PostgreSQL server of the bench's own, from the installed programs, on a free loopback port, thrown away after.

Durable as a customer's is: only the making of the empty cluster skips fsync. Standard library only.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.errors import BadInput

USER = "warmline"


def programs() -> Path | None:
    """The folder with initdb and postgres; None where PostgreSQL's server is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    return Path(on_path).parent if (on_path := shutil.which("initdb")) else None


def free_port() -> int:
    """A loopback port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """The database URL of a fresh server, ended with the block. Raises BadInput where none is installed."""
    folder = programs()
    if folder is None:
        raise BadInput("PostgreSQL's server programs are not installed; use --database sqlite")
    port = free_port()
    home = Path(tempfile.mkdtemp(prefix="warmline-bench-pg-"))
    data = str(home / "data")
    if os.getuid() == 0:  # PostgreSQL refuses root
        os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c shared_buffers=512MB"
    try:
        _run(folder, home, "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _run(folder, home, "pg_ctl", "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(folder, home, "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(folder: Path, home: Path, *words: str) -> None:
    done = subprocess.run(
        [str(folder / words[0]), *words[1:]],
        user="nobody" if os.getuid() == 0 else None,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)},
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stderr[-1000:]}")
