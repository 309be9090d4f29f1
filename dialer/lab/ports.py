"""Free ports on loopback for a lab's two instances. Standard library only."""

from __future__ import annotations

import random
import socket
from dataclasses import dataclass

LOWEST, HIGHEST = 12_000, 32_000
"""Below the range the kernel hands out by itself, so that nothing takes a port between the choice and the start."""
RTP_BLOCK = 800
"""Ports for sound per instance: two a leg, so 400 legs."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Every port of one lab; ``*_rtp`` is the first of RTP_BLOCK ports."""

    pbx_sip: int
    pbx_ami: int
    pbx_ws: int
    pbx_rtp: int
    network_sip: int
    network_ami: int
    network_rtp: int


def choose() -> Ports:
    """Return ports that nobody listens on now."""
    pbx_rtp, network_rtp = _blocks()
    taken = set(range(pbx_rtp, pbx_rtp + RTP_BLOCK)) | set(range(network_rtp, network_rtp + RTP_BLOCK))
    single: list[int] = []
    while len(single) < 5:
        port = random.randrange(LOWEST, HIGHEST)
        if port not in taken and _free(port):
            single.append(port)
            taken.add(port)
    return Ports(single[0], single[1], single[2], pbx_rtp, single[3], single[4], network_rtp)


def _blocks() -> tuple[int, int]:
    starts = list(range(LOWEST, HIGHEST - RTP_BLOCK, RTP_BLOCK))
    random.shuffle(starts)
    # Asterisk steps over a taken port by itself; a look at every fiftieth tells whole blocks in use apart.
    good = (s for s in starts if all(_free(p) for p in range(s, s + RTP_BLOCK, 50)))
    return next(good), next(good)


def _free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
