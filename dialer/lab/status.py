"""What a lab tells about itself: the answer of ``dialer lab status --json``. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Phone:
    """One endpoint of ours: ``kind`` is "browser" (WebSocket, WebRTC) or "softphone" (plain SIP over UDP)."""

    name: str
    kind: str
    password: str


@dataclass(frozen=True, slots=True)
class LabStatus:
    """Everything needed to use a lab. Paths are as this machine sees them."""

    alive: bool  # every instance is
    running: dict[str, bool]
    pids: dict[str, int]
    ami_host: str
    ami_port: int
    ami_user: str
    ami_secret: str
    sip_host: str
    sip_port: int
    ws_url: str
    trunk: str  # PJSIP endpoint to dial through
    trunk_peer: str  # where it leads, sip:HOST:PORT
    fastagi: str
    recordings: Path  # rx and tx WAV files appear here
    phones: tuple[Phone, ...]
    network_ami_port: int
    network_ami_secret: str
    network_log: Path
    logs: dict[str, Path]

    @property
    def operators(self) -> tuple[Phone, ...]:
        """The operators' browser phones."""
        return tuple(p for p in self.phones if p.name.startswith("op-"))

    @property
    def closers(self) -> tuple[Phone, ...]:
        """The closers' browser phones."""
        return tuple(p for p in self.phones if p.name.startswith("cl-"))

    def phone(self, name: str) -> Phone:
        """Return the phone called ``name``; raises KeyError."""
        return {p.name: p for p in self.phones}[name]

    @classmethod
    def of(cls, state: dict[str, Any], running: dict[str, bool]) -> LabStatus:
        """Build from the lab's state file and what was found running."""
        ports, base = state["ports"], Path(state["base"])
        host, port = state["trunk"] or ("127.0.0.1", ports["network_sip"])
        return cls(
            alive=all(running.values()),
            running=dict(running),
            pids=dict(state["pids"]),
            ami_host="127.0.0.1",
            ami_port=ports["pbx_ami"],
            ami_user=state["ami_user"],
            ami_secret=state["secrets"]["pbx"],
            sip_host="127.0.0.1",
            sip_port=ports["pbx_sip"],
            ws_url=f"ws://127.0.0.1:{ports['pbx_ws']}/ws",
            trunk="trunk",
            trunk_peer=f"sip:{host}:{port}",
            fastagi=state["fastagi"],
            recordings=base / "pbx/spool/monitor",
            phones=tuple(Phone(**p) for p in state["phones"]),
            network_ami_port=ports["network_ami"],
            network_ami_secret=state["secrets"]["network"],
            network_log=base / "network/log/calls.log",
            logs={which: base / which / "log/messages.log" for which in running},
        )
