"""``dialer doctor``: is this installation fit to dial, and how to mend what is not. Exit code 1 on a failure."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from dialer import settings
from dialer.doctor.examine import examine
from dialer.doctor.finding import Finding, Level

COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of {level, check, saw, mend}.")
def command(as_json: bool) -> None:
    """Look the installation over and say how to mend what is wrong."""
    findings = []
    for finding in examine(settings.load()):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    if any(finding.level is Level.FAIL for finding in findings):
        raise SystemExit(1)


def _show(finding: Finding) -> None:
    word = click.style(f"{finding.level.upper():<4}", fg=COLOURS[finding.level])
    click.echo(f"{word}  {finding.check:<20}  {finding.saw}")
    if finding.mend:
        click.echo(f"{'':<28}-> {finding.mend}")
