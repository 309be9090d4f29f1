"""``dialer contacts why``: every rule's verdict on one contact, and the next moment it may be dialled."""

from __future__ import annotations

import json

import click

from dialer import clock
from dialer.cli import finding
from dialer.compliance.sentences import LANGUAGES
from dialer.compliance.why import Explanation, explain
from dialer.compliance.written_numbers import read_number

REFUSALS = 5


@click.command("why")
@click.argument("number")
@click.option("--campaign", "campaign_text", required=True, help="Its name, project/name or id.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Codes, values and sentences.")
def command(number: str, campaign_text: str, language: str, as_json: bool) -> None:
    """Say why the contact with NUMBER is, or is not, being dialled."""
    with finding.database() as db, db.read() as s:
        campaign = finding.campaign(s, campaign_text)
        wanted = read_number(number, campaign.project.country).number
        found = explain(s, campaign.id, wanted, clock.now())
    if as_json:
        click.echo(json.dumps(found.as_dict(language), ensure_ascii=False))
    else:
        _show(found, language)


def _show(found: Explanation, language: str) -> None:
    told = found.as_dict(language)
    click.echo(f"{found.number}: {told['text']}")
    for line in told["rules"]:
        click.echo(f"  {'+' if line['ok'] else '-'} {line['rule']:<22} {line['text']}")
    for line in told["refused"][:REFUSALS]:
        click.echo(f"  refused {line['at'][:19]} by {line['rule']} ({line['profile'] or '-'})")
    click.echo(f"  = {found.profile or '-'}")
