"""A plain SIP phone in a few lines: registers, picks up (by itself if the call asks for it), speaks a tone, listens.

Just enough of RFC 3261 and 3550 to be an operator's phone against the lab's PBX.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import threading
import time

import numpy as np

FRAME = 160  # 20 ms at 8 kHz


def _decode_table() -> np.ndarray:
    """ITU-T G.711 mu-law, all 256 codes."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    sample = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -sample, sample)


ULAW = _decode_table()


def to_ulaw(samples: np.ndarray) -> bytes:
    return np.abs(samples[:, None] - ULAW[None, :]).argmin(axis=1).astype(np.uint8).tobytes()


class SipPhone:
    """``with SipPhone(name, password, port) as phone``. ``heard()`` is the RMS of the last half second."""

    def __init__(self, name: str, password: str, server_port: int, tone_hz: float = 440.0) -> None:
        self.name, self.password, self.server = name, password, ("127.0.0.1", server_port)
        self.invites: list[str] = []
        self.in_call = False
        self.digits: list[int] = []
        self._sip = self._socket()
        self._rtp = self._socket()
        self._peer: tuple[str, int] | None = None
        self._frames: list[np.ndarray] = []
        self._ringing = ""
        self._dtmf = -1
        self._stop = threading.Event()
        self._registered = threading.Event()
        self._call_id, self._cseq = secrets.token_hex(8), 0
        tone = np.sin(2 * np.pi * tone_hz * np.arange(FRAME * 50) / 8000) * 8000
        self._speech = [to_ulaw(tone[i : i + FRAME].astype(np.int32)) for i in range(0, len(tone), FRAME)]
        self._threads = [threading.Thread(target=t, daemon=True) for t in (self._signal, self._listen, self._speak)]

    @staticmethod
    def _socket() -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.2)
        return sock

    def __enter__(self) -> SipPhone:
        for thread in self._threads:
            thread.start()
        self._register("")
        assert self._registered.wait(5), "the phone was not registered"
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._sip.close()
        self._rtp.close()

    @property
    def _me(self) -> str:
        return "{}:{}".format(*self._sip.getsockname())

    def heard(self) -> float:
        """How loud it is: RMS of the last 25 frames, 0 before there were as many."""
        frames = self._frames[-25:]
        return float(np.sqrt(np.mean(np.concatenate(frames).astype(float) ** 2))) if len(frames) == 25 else 0.0

    def forget(self) -> None:
        self._frames.clear()

    @property
    def ringing(self) -> bool:
        """Whether somebody waits for it to be picked up."""
        return bool(self._ringing) and not self.in_call

    def answer(self) -> None:
        """Pick up by hand."""
        self._reply(self._ringing, "200 OK", sdp=True)
        self.in_call, self._ringing = True, ""

    def refuse(self, status: str = "486 Busy Here") -> None:
        """Do not pick up, and say why."""
        self._reply(self._ringing, status)
        self._ringing = ""

    def _register(self, authorization: str) -> None:
        self._cseq += 1
        domain = f"127.0.0.1:{self.server[1]}"
        lines = [
            f"REGISTER sip:{domain} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._me};rport;branch=z9hG4bK{secrets.token_hex(6)}",
            f"From: <sip:{self.name}@{domain}>;tag={self._call_id}",
            f"To: <sip:{self.name}@{domain}>",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._cseq} REGISTER",
            f"Contact: <sip:{self.name}@{self._me}>",
            "Max-Forwards: 70",
            "Expires: 300",
            *([f"Authorization: {authorization}"] if authorization else []),
            "Content-Length: 0",
        ]
        self._sip.sendto(("\r\n".join(lines) + "\r\n\r\n").encode(), self.server)

    def _authorize(self, message: str) -> None:
        realm, nonce = (re.search(f'{key}="([^"]*)"', message)[1] for key in ("realm", "nonce"))
        uri = f"sip:127.0.0.1:{self.server[1]}"
        md5 = [hashlib.md5(t.encode()).hexdigest() for t in (f"{self.name}:{realm}:{self.password}", f"REGISTER:{uri}")]
        proof = hashlib.md5(f"{md5[0]}:{nonce}:00000001:c:auth:{md5[1]}".encode()).hexdigest()
        opaque = re.search('opaque="([^"]*)"', message)
        extra = f', opaque="{opaque[1]}"' if opaque else ""
        self._register(
            f'Digest username="{self.name}", realm="{realm}", nonce="{nonce}", uri="{uri}", qop=auth, nc=00000001,'
            f' cnonce="c", response="{proof}", algorithm=MD5{extra}'
        )

    def _signal(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._sip.recv(65536).decode()
            except (TimeoutError, ConnectionError):
                continue
            first = message.split("\r\n", 1)[0]
            if first.startswith("SIP/2.0"):
                if " 401 " in first:
                    self._authorize(message)
                elif " 200 " in first:
                    self._registered.set()
            else:
                self._request(first.split(" ")[0], message)

    def _request(self, method: str, message: str) -> None:
        if method == "INVITE":
            self._invited(message)
        elif method == "CANCEL":
            self._reply(message, "200 OK")
            self._reply(self._ringing, "487 Request Terminated")
            self._ringing = ""
        elif method != "ACK":
            self._reply(message, "200 OK")
            self.in_call = self.in_call and method != "BYE"

    def _invited(self, message: str) -> None:
        port = re.search(r"m=audio (\d+)", message)
        self._peer = ("127.0.0.1", int(port[1])) if port else self._peer
        if self.in_call:  # a session timer's re-INVITE
            self._reply(message, "200 OK", sdp=True)
            return
        self.invites.append(message)
        self._ringing = message
        self._reply(message, "180 Ringing")
        if "answer-after=0" in message:
            self.answer()

    def _reply(self, request: str, status: str, *, sdp: bool = False) -> None:
        kept = [line for line in request.split("\r\n") if re.match(r"(Via|From|Call-ID|CSeq|Record-Route):", line)]
        to = re.search(r"^To: .*$", request, re.MULTILINE)[0].strip()
        tag = "" if ";tag=" in to else f";tag={self._call_id}"
        body = self._sdp() if sdp else ""
        lines = [
            f"SIP/2.0 {status}",
            *kept,
            to + tag,
            f"Contact: <sip:{self.name}@{self._me}>",
            *(["Content-Type: application/sdp"] if sdp else []),
            f"Content-Length: {len(body)}",
        ]
        self._sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.server)

    def _sdp(self) -> str:
        port = self._rtp.getsockname()[1]
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-16\r\na=sendrecv\r\n"
        )

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                packet = self._rtp.recv(2048)
            except (TimeoutError, ConnectionError):
                continue
            kind = packet[1] & 0x7F
            if kind == 0:
                self._frames.append(ULAW[np.frombuffer(packet[12:], dtype=np.uint8)])
            elif kind == 101 and (stamp := int.from_bytes(packet[4:8], "big")) != self._dtmf:
                self._dtmf = stamp
                self.digits.append(packet[12])

    def _speak(self) -> None:
        number, due = 0, time.monotonic()
        while not self._stop.is_set():
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))
            if self.in_call and self._peer:
                header = b"\x80\x00" + (number & 0xFFFF).to_bytes(2, "big") + (number * FRAME).to_bytes(4, "big")
                self._rtp.sendto(header + b"warm" + self._speech[number % 50], self._peer)
                number += 1
