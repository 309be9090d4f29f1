"""``dialer lab``: a PBX and a telephone network on loopback, up and down. Imports ``dialer.lab`` only."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from dialer.lab import Lab, LabStatus, image

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path("var/lab"),
    show_default=True,
    help="Folder that this lab is known by; several labs may run side by side.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Everything, passwords too, as JSON.")


@click.group()
def group() -> None:
    """A real Asterisk pair on this machine, for the demo and the tests."""


@group.command()
@HOME
@JSON
@click.option("--trunk", metavar="sip:HOST:PORT", help="Send the calls to this SIP peer instead of the lab's network.")
@click.option("--fastagi", default="127.0.0.1:4573", show_default=True, help="Where the engine's FastAGI listens.")
@click.option("--operators", default=5, show_default=True, type=click.IntRange(1, 200), help="Phones op-1, op-2 …")
@click.option("--closers", default=2, show_default=True, type=click.IntRange(0, 200), help="Phones cl-1, cl-2 …")
def up(home: Path, as_json: bool, trunk: str | None, fastagi: str, operators: int, closers: int) -> None:
    """Start it (and fetch Asterisk the first time: about a minute)."""
    status = Lab(home, trunk=trunk, fastagi=fastagi, operators=operators, closers=closers).up()
    _show(status, as_json)


@group.command()
@HOME
@click.option("--wipe", is_flag=True, help="Remove recordings, logs and configuration too.")
def down(home: Path, wipe: bool) -> None:
    """End it. Recordings stay unless --wipe."""
    Lab(home).down(wipe=wipe)


@group.command()
@HOME
@JSON
def status(home: Path, as_json: bool) -> None:
    """Tell ports, endpoints and whether it is alive. Exit code 1 if it is not."""
    found = Lab(home).status()
    _show(found, as_json)
    if not found.alive:
        raise click.exceptions.Exit(1)


@group.command()
@HOME
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def calls(home: Path, as_json: bool) -> None:
    """List every call that reached the lab's telephone network, as the network wrote it down."""
    found = Lab(home).network_calls()
    if as_json:
        click.echo(json.dumps(found, default=str, indent=1))
        return
    for call in found:
        click.echo(f"{call['at']:%H:%M:%S} {call['number']} {call['behaviour']:<12} {call['talk_s']:.1f} s")


@group.command()
def build() -> None:
    """Fetch and lay out Asterisk now; does nothing when that is done."""
    found = image.obtain()
    click.echo(f"Asterisk for the lab: {found.root or found.program}")


def _show(status: LabStatus, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(status), default=str, indent=1))
        return
    for which, alive in status.running.items():
        click.echo(f"{which:<8} {'running, pid ' + str(status.pids[which]) if alive else 'not running'}")
    click.echo(f"AMI      {status.ami_host}:{status.ami_port} as {status.ami_user}")
    click.echo(f"browser  {status.ws_url}")
    click.echo(f"SIP      {status.sip_host}:{status.sip_port}, trunk to {status.trunk_peer}")
    click.echo(f"FastAGI  asked at {status.fastagi}")
    click.echo(f"phones   {', '.join(p.name for p in status.phones)}")
    click.echo(f"sound    {status.recordings}")
