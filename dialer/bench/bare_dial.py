"""What ``bench dial`` is compared with: a loop that originates over AMI and waits for hang-ups, and does nothing else.

It stores nothing and asks nobody: the answered leg runs Wait(), or sits in one of the rooms it was given, until the far
side hangs up. One socket, one thread, as little Python as can be. Standard library only.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence

from dialer.lab.status import LabStatus

HANGUP = re.compile(rb"Event: Hangup\r\n(?:[^\r\n]+\r\n)*?Uniqueid: abare([0-9]+)x", re.DOTALL)


def run(status: LabStatus, first: int, window: int, seconds: float, rooms: Sequence[str] = ()) -> dict[str, float]:
    """Keep ``window`` calls up for ``seconds``; returns calls ended per second and how many there were.

    ``first``: a number nobody else uses yet; calls are counted from there. ``rooms``: where answered legs go in turn.
    """
    with socket.create_connection((status.ami_host, status.ami_port), timeout=10) as sock:
        login = f"Action: Login\r\nUsername: {status.ami_user}\r\nSecret: {status.ami_secret}\r\nEvents: call\r\n\r\n"
        sock.sendall(login.encode())
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _dial(sock, status.trunk, first, window, seconds, rooms)


def _dial(
    sock: socket.socket, trunk: str, first: int, window: int, seconds: float, rooms: Sequence[str]
) -> dict[str, float]:
    buffer, number, up, ended = b"", first, 0, 0
    begin = time.monotonic()
    end = begin + seconds
    while time.monotonic() < end:
        if up < window:
            more = range(number, number + window - up)
            sock.sendall(b"".join(_originate(n, trunk, rooms) for n in more))
            number, up = more.stop, window
        buffer += sock.recv(262_144)
        whole, mark, buffer = buffer.rpartition(b"\r\n\r\n")
        over = len(HANGUP.findall(whole + mark)) if mark else 0
        if not mark:
            buffer = whole + buffer
        up, ended = up - over, ended + over
    took = time.monotonic() - begin
    return {"per_s": round(ended / took, 1), "calls": ended, "next": number}


def _originate(n: int, trunk: str, rooms: Sequence[str]) -> bytes:
    goes = "Application: Wait\r\nData: 30"
    if rooms:
        goes = f"Context: warmline-room\r\nExten: {rooms[n % len(rooms)]}\r\nPriority: 1"
    return (
        f"Action: Originate\r\nActionID: b{n}\r\nChannel: PJSIP/{79_000_000_000 + n}@{trunk}\r\n"
        f"ChannelId: abare{n}x\r\n{goes}\r\nAsync: true\r\nTimeout: 20000\r\n"
        "CallerID: <+74950001122>\r\n\r\n"
    ).encode()
