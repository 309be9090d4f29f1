"""What must be cleared away even if the tests are killed: no ``finally`` runs after a SIGKILL or a SIGTERM."""

from __future__ import annotations

import subprocess


def clear_away(*words: str, user: str | None = None) -> subprocess.Popen[bytes]:
    """A process that waits until this one is gone, whatever ended it, and then runs ``words``.

    It reads a pipe whose other end nobody but this process holds. To have it done sooner: close ``stdin``, then wait.
    """
    return subprocess.Popen(
        ["sh", "-c", 'cat >/dev/null; exec "$@"', "sh", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user,
        cwd="/",
        start_new_session=True,
    )


def now(waiting: subprocess.Popen[bytes]) -> None:
    """Have it done, and wait for it."""
    assert waiting.stdin is not None
    waiting.stdin.close()
    waiting.wait(60)
