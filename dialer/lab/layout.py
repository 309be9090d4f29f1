"""What a new lab consists of: its state (ports, passwords, folders) and the configuration that follows from it.

The state is plain data, kept in ``lab.json``. May import ``dialer.lab.config``, ``image``, ``ports``, ``status``.
"""

from __future__ import annotations

import hashlib
import resource
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from dialer.errors import BadInput
from dialer.lab import config, ports
from dialer.lab.image import Image
from dialer.lab.status import Phone

Which = Literal["pbx", "network"]
State = dict[str, Any]
PATIENCE_S = 2
"""How long an answered call waits for the engine before it hears the apology (promise P4)."""
APOLOGY = "sorry-ru"
MAX_FILES = 32_768
"""A leg takes about five; a shell's usual limit of 1024 would end at 200 legs."""
LOOPBACK = "127.0.0.1"


def new_state(home: Path, found: Image, trunk: tuple[str, int] | None, fastagi: str, people: dict[str, int]) -> State:
    """Return a lab's state with free ports and fresh passwords; ``people`` is prefix -> count of phones."""
    key = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    base = found.root / "srv/warmline" / key if found.root else home / "asterisk"
    return {
        "base": str(base),
        "inside": f"/srv/warmline/{key}" if found.root else str(base),
        "trunk": trunk,
        "fastagi": fastagi,
        "ports": asdict(ports.choose()),
        "phones": [asdict(phone) for phone in _phones(people)],
        "ami_user": "warmline",
        "secrets": {who: secrets.token_hex(16) for who in ("pbx", "network", "watcher")},
        "voices": found.voices,
        "pids": {},
    }


def _phones(people: dict[str, int]) -> list[Phone]:
    """Each person has a browser phone (``op-1``) and a softphone (``sip-op-1``)."""
    names = [f"{kind}-{number}" for kind, count in people.items() for number in range(1, count + 1)]
    browsers = [Phone(name, "browser", secrets.token_hex(12)) for name in names]
    return [*browsers, *(Phone(f"sip-{name}", "softphone", secrets.token_hex(12)) for name in names)]


def instances(state: State) -> tuple[Which, ...]:
    """Return which instances the lab has: with a foreign trunk there is no network of ours."""
    return ("pbx",) if state["trunk"] else ("pbx", "network")


def call_log(state: State) -> Path:
    """Return where the network notes its calls. Raises BadInput where there is no network of ours."""
    if state["trunk"]:
        raise BadInput("this lab has no telephone network of its own: its trunk leads elsewhere")
    return Path(state["base"]) / "network/log/calls.log"


def files(state: State, found: Image, which: Which) -> dict[str, str]:
    """Return configuration file name -> text of one instance."""
    p = state["ports"]
    common = {
        "base": f"{state['inside']}/{which}",
        "modules_dir": found.modules,
        "data_dir": found.data,
        "max_files": min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], MAX_FILES),
        "rtp_start": p[f"{which}_rtp"],
        "rtp_end": p[f"{which}_rtp"] + ports.RTP_BLOCK - 1,
        "sip_port": p[f"{which}_sip"],
        "ami_port": p[f"{which}_ami"],
        "ami_user": state["ami_user"],
        "ami_secret": state["secrets"][which],
    }
    if which == "pbx":
        return config.pbx(**common, **_pbx_values(state, found))
    log = f"{state['inside']}/network/log/calls.log"
    return config.network(**common, pbx_sip_port=p["pbx_sip"], voices=found.voices, call_log=log)


def _pbx_values(state: State, found: Image) -> dict[str, Any]:
    host, port = state["trunk"] or (LOOPBACK, state["ports"]["network_sip"])
    return {
        "listen": LOOPBACK,
        "ami_listen": LOOPBACK,
        "ws_listen": LOOPBACK,
        "ws_port": state["ports"]["pbx_ws"],
        "watcher_secret": state["secrets"]["watcher"],
        "fastagi": state["fastagi"],
        "patience_s": PATIENCE_S,
        "sounds": found.voices,
        "apology": APOLOGY,
        "moh": found.moh,
        "trunk_host": host,
        "trunk_port": port,
        "phones": state["phones"],
    }
