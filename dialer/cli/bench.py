"""``dialer bench``: measures, each beside the thing it is compared with. One module of ``dialer.bench`` a command.

A module is a command if it holds a click command called ``command``; its name here is that command's own. Only the
module that is called is imported, so its file must be listed.
"""

from __future__ import annotations

import importlib
import importlib.util

import click

COMMANDS = {
    # name -> module that holds it as ``command``
    "dial": "dialer.bench.dial",
    "bridge": "dialer.bench.bridge",
    "claim": "dialer.bench.claim",
    "claim-churn": "dialer.bench.claim_churn",
    "fresh": "dialer.bench.fresh",
    "ami-events": "dialer.bench.ami_events",
    "fastagi": "dialer.bench.fastagi",
    "outcome": "dialer.bench.outcome",
    "soak": "dialer.bench.soak",
    "growth": "dialer.bench.growth",
    "amd": "dialer.bench.amd",
    "live": "dialer.bench.live",
    "import": "dialer.bench.imports",
    "webhooks": "dialer.bench.webhooks",
    "script": "dialer.bench.script",
    "pace-grid": "dialer.bench.pace_grid",
    "pace-limit": "dialer.bench.pace_limit",
    "pace-drift": "dialer.bench.pace_drift",
    "pace-cost": "dialer.bench.pace_cost",
}


class Benches(click.Group):
    """Loads a measure only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, module in COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None or importlib.util.find_spec(module) is None:
            return None
        return importlib.import_module(module).command


@click.command("bench", cls=Benches)
def group() -> None:
    """Measure, and compare with a floor in the same run."""
