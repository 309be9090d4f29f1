"""What listens where: the web's and FastAGI's ports are ours, or free."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

from dialer.doctor.finding import Finding, fail, ok
from dialer.settings import Settings

LOOK_S = 2.0


def ports(settings: Settings) -> Iterator[Finding]:
    """Each port either answers or could be taken."""
    yield port("FastAGI", settings.agi_host, settings.agi_port, "DIALER_AGI_PORT")
    yield port("web", settings.web_host, settings.web_port, "DIALER_WEB_PORT")


def port(check: str, host: str, number: int, setting: str) -> Finding:
    """Ask whether somebody listens, else whether we could."""
    try:
        socket.create_connection((host, number), timeout=LOOK_S).close()
    except OSError:
        pass
    else:
        return ok(check, f"{host}:{number} answers")
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as err:
        why = errno.errorcode.get(err.errno or 0, type(err).__name__)
        return fail(check, f"{host}:{number} cannot be taken ({why})", f"end what holds it, or change {setting}")
    return ok(check, f"{host}:{number} is free")
