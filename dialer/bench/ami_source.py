"""A manager interface that talks: the far side of ``bench ami-events``, a process of its own.

It lets anybody in, then sends so many events of 350 bytes as fast as they are taken, or so many a second, each with
the instant it was sent. Run as ``python -m dialer.bench.ami_source COUNT PER_SECOND``; prints its port. Standard
library only.
"""

from __future__ import annotations

import re
import socket
import sys
import time

EVENT = (
    "Event: Newstate\r\nPrivilege: call,all\r\nTimestamp: {at:.6f}\r\nChannel: PJSIP/trunk-{n:08x}\r\n"
    "ChannelState: {state}\r\nChannelStateDesc: Up\r\nCallerIDNum: 79160000001\r\nCallerIDName: <unknown>\r\n"
    "ConnectedLineNum: 74950001122\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\n"
    "Context: warmline-answered\r\nExten: s\r\nPriority: 1\r\nUniqueid: abench-{n:06d}\r\n"
    "Linkedid: abench-{n:06d}\r\n\r\n"
)
BURST = 200


def main(count: int, per_second: float) -> None:
    """Serve one listener, then end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        sys.stdout.write(f"{server.getsockname()[1]}\n")
        sys.stdout.flush()
        peer, _ = server.accept()
    with peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        _let_in(peer)
        _talk(peer, count, per_second)
        while peer.recv(4096):  # until the listener goes; some go on asking
            pass


def _let_in(peer: socket.socket) -> None:
    heard = b""
    while b"action: login" not in heard.lower():
        heard = b""
        while not heard.endswith(b"\r\n\r\n"):
            chunk = peer.recv(4096)
            if not chunk:
                return
            heard += chunk
        number = re.search(rb"actionid: ?(\S+)", heard, re.IGNORECASE)
        name = b"ActionID: " + number[1] + b"\r\n" if number else b""
        peer.sendall(b"Response: Success\r\n" + name + b"Message: Authentication accepted\r\n\r\n")


def _talk(peer: socket.socket, count: int, per_second: float) -> None:
    """Legs ring (5), then are up (6): both are news to whoever follows them."""
    at_once = BURST if not per_second else max(1, round(per_second / 100))
    begin = time.monotonic()
    for first in range(0, count, at_once):
        if per_second and (wait := begin + first / per_second - time.monotonic()) > 0:
            time.sleep(wait)
        now = time.monotonic()
        numbers = range(first, min(first + at_once, count))
        peer.sendall("".join(EVENT.format(at=now, n=n // 2, state=5 + n % 2) for n in numbers).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
