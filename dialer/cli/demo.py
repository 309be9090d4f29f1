"""``dialer demo``: the whole product on this machine, with people and contacts of its own."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.errors import BadInput
from dialer.lab import LabUnavailable


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path("var/demo"), help="Folder of the demo.")
@click.option(
    "--provider",
    type=click.Choice(["asterisk", "twilio", "pretend"]),
    envvar="PROVIDER",  # make demo PROVIDER=twilio
    help="Telephone network; else the best here.",
)
def command(home: Path, provider: str | None) -> None:
    """Dial a made-up list through a real Asterisk on loopback; the desk is in your browser. Ctrl-C ends it."""
    from dialer.demo.run import run

    try:
        run(home.resolve(), provider, click.echo)
    except LabUnavailable as err:
        raise BadInput(str(err)) from err
