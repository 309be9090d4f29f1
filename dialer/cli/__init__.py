"""The ``dialer`` command: one file per command group. Errors a user can cause end in one sentence and exit code 2."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import click

from dialer import __version__
from dialer.errors import BadInput
from dialer.settings import SettingsError

COMMANDS = {
    # name -> module that holds it as ``group`` or ``command``
    "script": "dialer.cli.script",
    "report": "dialer.cli.report",
    "export": "dialer.cli.export",
    "lab": "dialer.cli.lab",
    "contacts": "dialer.cli.contacts",
    "suppress": "dialer.cli.suppress",
    "consent": "dialer.cli.consent",
    "person": "dialer.cli.person",
    "rules": "dialer.cli.rules",
    "db": "dialer.cli.db",
    "user": "dialer.cli.user",
    "campaign": "dialer.cli.campaign",
    "routes": "dialer.cli.routes",
    "config": "dialer.cli.config",
    "web": "dialer.cli.web",
    "engine": "dialer.cli.engine",
    "jobs": "dialer.cli.jobs",
    "up": "dialer.cli.up",
    "demo": "dialer.cli.demo",
    "doctor": "dialer.cli.doctor",
    "simulate": "dialer.cli.simulate",
    "bench": "dialer.cli.bench",
    "states": "dialer.cli.states",
    "audit": "dialer.cli.audit",
    "leads": "dialer.cli.leads",
    "mail": "dialer.cli.mail",
    "appointments": "dialer.cli.appointments",
}


class Commands(click.Group):
    """Loads a group only when it is called: ``dialer --help`` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, module in COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None or importlib.util.find_spec(module) is None:
            return None
        loaded = importlib.import_module(module)
        return getattr(loaded, "group", None) or loaded.command


@click.command(cls=Commands)
@click.version_option(__version__)
def cli() -> None:
    """Warmline: an outbound dialer for sales teams."""


def main() -> None:
    """Run the command; a user's mistake is one sentence on standard error and exit code 2."""
    try:
        cli(prog_name="dialer")
    except (BadInput, SettingsError) as err:
        click.echo(f"dialer: {err}", err=True)
        sys.exit(2)
