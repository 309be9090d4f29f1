"""``dialer up``: the whole of Warmline on one machine."""

from __future__ import annotations

import click

from dialer import logs, settings
from dialer.supervisor import PARTS, supervise


@click.command()
def command() -> None:
    """Run web, engine and jobs together until Ctrl-C; one that dies is started again."""
    config = settings.load()
    logs.configure(config)
    config.require_secret_key()
    supervise(list(PARTS))
