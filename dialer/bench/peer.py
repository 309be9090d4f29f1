"""SIP parties on loopback for the benches: operators' phones that register, and customers that pick up.

One thread, one SIP socket for all parties, one RTP socket each. A party that is up sends sound every 20 ms (``loud``)
or one packet a second (so that the PBX does not take it for dead), and notes when it begins to hear a tone. Just
enough of RFC 3261 and RFC 3550 to talk to the lab's PBX. Standard library only.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field

FRAME_S = 0.02
FRAME = 160
SILENCE = b"\xff\x7f\x7e\xfe\xd5\x55\xd4\x54"
"""Codes of G.711 mu-law and A-law next to nothing."""
TONE = bytes((0x90, 0x1A, 0x9F, 0x24, 0x10, 0x9A, 0x1F, 0xA4)) * (FRAME // 8)
"""A 1 kHz square-ish wave in mu-law, loud enough to be told from silence after any mixing."""
QUIET = b"\xff" * FRAME
LEAST_CODES = 20
"""So many samples of a frame must be other than silence before it counts as heard."""
PAUSE_S = 0.06
"""A tone after so long without one is a new one: the next contact in an operator's room."""


@dataclass
class Party:
    """One dialog. Instants are ``time.monotonic()`` seconds, 0.0: not yet."""

    call_id: str
    user: str
    rtp: socket.socket
    far: tuple[str, int] | None = None
    answered_at: float = 0.0
    heard: list[float] = field(default_factory=list)
    """When each tone began to be heard."""
    loud_at: float = 0.0
    ends_at: float = 0.0
    alaw: bool = False
    sent: int = 0
    request: str = ""
    over: bool = False


@dataclass
class Peer:
    """``loud``: parties speak all the time. ``talk_s``: a called party that is no phone hangs up after so long."""

    server: tuple[str, int]
    loud: bool = False
    talk_s: float = 0.0
    port: int = 0
    parties: dict[str, Party] = field(default_factory=dict)
    done: list[Party] = field(default_factory=list)
    registered: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sip = _socket(self.port, 4 * 2**20)
        self.port = int(self.sip.getsockname()[1])
        self._passwords: dict[str, str] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.sip, selectors.EVENT_READ, None)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="peer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and let go of all sockets; whoever was up finds nobody."""
        self._stop.set()
        self._thread.join()
        for party in list(self.parties.values()):
            party.rtp.close()
        self._selector.close()
        self.sip.close()

    # -- registering -------------------------------------------------------------------------------------------------
    def register(self, phones: dict[str, str], timeout_s: float = 20.0) -> None:
        """Register the phones (name -> password). Raises RuntimeError if that does not happen in time."""
        self._passwords.update(phones)
        end = time.monotonic() + timeout_s
        while missing := phones.keys() - self.registered:
            if time.monotonic() > end:
                raise RuntimeError(f"{len(missing)} phones could not register")
            for name in missing:
                self._ask_to_register(name, "")
            time.sleep(0.5)

    def _ask_to_register(self, name: str, authorization: str) -> None:
        domain = "{}:{}".format(*self.server)
        lines = [
            f"REGISTER sip:{domain} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{secrets.token_hex(6)}",
            f"From: <sip:{name}@{domain}>;tag={name}",
            f"To: <sip:{name}@{domain}>",
            f"Call-ID: register-{name}-{self.port}",
            f"CSeq: {2 if authorization else 1} REGISTER",
            f"Contact: <sip:{name}@127.0.0.1:{self.port}>",
            "Max-Forwards: 70",
            "Expires: 3600",
            *([f"Authorization: {authorization}"] if authorization else []),
            "Content-Length: 0",
        ]
        self._send(lines)

    def _registration(self, message: str) -> None:
        name = _search(r"^From: <sip:([^@]+)@", message)
        if " 200 " in message.split("\r\n", 1)[0]:
            self.registered.add(name)
            return
        realm, nonce = _search('realm="([^"]*)"', message), _search('nonce="([^"]*)"', message)
        uri = "sip:{}:{}".format(*self.server)
        secret = _md5(f"{name}:{realm}:{self._passwords[name]}")
        proof = _md5(f"{secret}:{nonce}:00000001:c:auth:{_md5('REGISTER:' + uri)}")
        opaque = _search('opaque="([^"]*)"', message)
        self._ask_to_register(
            name,
            f'Digest username="{name}", realm="{realm}", nonce="{nonce}", uri="{uri}", qop=auth, nc=00000001,'
            f' cnonce="c", response="{proof}", algorithm=MD5' + (f', opaque="{opaque}"' if opaque else ""),
        )

    # -- the thread --------------------------------------------------------------------------------------------------
    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.is_set():
            for key, _ in self._selector.select(max(0.0, due - time.monotonic())):
                if key.data is None:
                    self._signal()
                else:
                    self._listen(key.data)
            now = time.monotonic()
            if now >= due:
                due = max(due + FRAME_S, now - 5 * FRAME_S)
                self._speak(now)

    def _speak(self, now: float) -> None:
        for party in list(self.parties.values()):
            if not party.answered_at or party.far is None:
                continue
            if party.ends_at and now >= party.ends_at and not party.over:
                self._bye(party)
                continue
            if self.loud or party.sent % 50 == 0:
                kind = b"\x80\x08" if party.alaw else b"\x80\x00"
                header = kind + (party.sent & 0xFFFF).to_bytes(2, "big") + (party.sent * FRAME).to_bytes(4, "big")
                party.rtp.sendto(header + b"warm" + (TONE if self.loud else QUIET), party.far)
            party.sent += 1

    def _listen(self, party: Party) -> None:
        try:
            packet = party.rtp.recv(2048)
        except OSError:
            return
        if packet[1] & 0x7F in (0, 8) and len(packet[12:].translate(None, SILENCE)) >= LEAST_CODES:
            now = time.monotonic()
            if now - party.loud_at > PAUSE_S:
                party.heard.append(now)
            party.loud_at = now

    def _signal(self) -> None:
        for _ in range(50):
            try:
                message = self.sip.recv(65536).decode("utf-8", "replace")
            except OSError:
                return
            first = message.split("\r\n", 1)[0]
            if not first.startswith("SIP/2.0"):
                self._request(first.split(" ")[0], message)
            elif " REGISTER" in _search(r"^CSeq: (.*)$", message, whole=True):
                self._registration(message)

    def _request(self, method: str, message: str) -> None:
        call_id = _search(r"^Call-ID: (\S+)", message)
        party = self.parties.get(call_id)
        if method == "INVITE":
            self._invited(call_id, party, message)
        elif method == "CANCEL":
            self._reply(message, "200 OK")
            if party is not None:
                self._reply(party.request, "487 Request Terminated")
        elif method == "BYE":
            self._reply(message, "200 OK")
            self._gone(party)
        elif method != "ACK":
            self._reply(message, "200 OK")

    def _invited(self, call_id: str, party: Party | None, message: str) -> None:
        if party is None:
            user = _search(r"^INVITE sip:([^@;>]+)@", message)
            party = self.parties[call_id] = Party(call_id, user, _socket(), request=message)
            if self.loud:  # who does not listen lets what arrives be dropped by the system
                self._selector.register(party.rtp, selectors.EVENT_READ, party)
            self._reply(message, "180 Ringing")
        party.far = ("127.0.0.1", int(_search(r"m=audio (\d+)", message) or 0))
        party.alaw = bool(re.search(r"m=audio \d+ RTP/AVP 8", message))
        self._reply(message, "200 OK", party)
        now = time.monotonic()
        party.answered_at = party.answered_at or now
        if self.talk_s and user_is_number(party.user):
            party.ends_at = party.ends_at or now + self.talk_s

    def _gone(self, party: Party | None) -> None:
        if party is None or self.parties.pop(party.call_id, None) is None:
            return
        party.over = True
        if self.loud:
            self._selector.unregister(party.rtp)
        party.rtp.close()
        self.done.append(party)

    def _bye(self, party: Party) -> None:
        party.over = True
        asked = party.request
        target = _search(r"^Contact: <([^>]+)>", asked)
        lines = [
            f"BYE {target} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{secrets.token_hex(6)}",
            f"From: {_search(r'^To: (.*)$', asked, whole=True)};tag=peer{self.port}",
            f"To: {_search(r'^From: (.*)$', asked, whole=True)}",
            f"Call-ID: {party.call_id}",
            "CSeq: 1 BYE",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        self._send(lines)
        self._gone(party)

    def _reply(self, request: str, status: str, party: Party | None = None) -> None:
        kept = [line for line in request.split("\r\n") if re.match(r"(Via|From|Call-ID|CSeq|Record-Route):", line)]
        to = "To: " + _search(r"^To: (.*)$", request, whole=True)
        body = self._sdp(party) if party else ""
        lines = [
            f"SIP/2.0 {status}",
            *kept,
            to if ";tag=" in to else f"{to};tag=peer{self.port}",
            f"Contact: <sip:peer@127.0.0.1:{self.port}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._send(lines, body)

    def _send(self, lines: list[str], body: str = "") -> None:
        self.sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.server)

    @staticmethod
    def _sdp(party: Party) -> str:
        code, name = (8, "PCMA") if party.alaw else (0, "PCMU")
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {party.rtp.getsockname()[1]} RTP/AVP {code}\r\na=rtpmap:{code} {name}/8000\r\na=sendrecv\r\n"
        )


def user_is_number(user: str) -> bool:
    """Whether a called party is a customer (digits) rather than one of our phones."""
    return user.lstrip("+").isdigit()


def _socket(port: int = 0, room: int = 64 * 1024) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    sock.bind(("127.0.0.1", port))
    sock.setblocking(False)
    return sock


def _search(pattern: str, text: str, *, whole: bool = False) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return (found[1].strip() if whole else found[1]) if found else ""


def _md5(text: str) -> str:
    """Digest authentication as RFC 2617 has it; the PBX asks for it."""
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324
