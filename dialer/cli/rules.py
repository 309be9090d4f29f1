"""``dialer rules``: the rules a campaign dials by, each value with its source; the profiles there are."""

from __future__ import annotations

import json
from types import SimpleNamespace

import click

from dialer import profiles
from dialer.cli import finding, rules_ahead
from dialer.compliance import rules_for
from dialer.compliance.shown import as_dict, lines
from dialer.errors import BadInput
from dialer.rules.compliance import Rules


@click.group()
def group() -> None:
    """The rules of calling."""


group.add_command(rules_ahead.waiting)
group.add_command(rules_ahead.retries)
group.add_command(rules_ahead.kept)


@group.command()
@click.option("--campaign", "campaign_text", help="Its name, project/name or id.")
@click.option("--profile", "names", multiple=True, help="Instead of a campaign: the strictest merge of these profiles.")
@click.option("--country", default="RU", show_default=True, help="With --profile: the project's country.")
@click.option("--json", "as_json", is_flag=True)
def show(campaign_text: str | None, names: tuple[str, ...], country: str, as_json: bool) -> None:
    """Print the merge, and where each value came from."""
    rules = _rules(campaign_text, names, country)
    if as_json:
        click.echo(json.dumps(as_dict(rules), ensure_ascii=False))
        return
    for line in lines(rules):
        click.echo(f"{line.rule:<24} {line.value}  [{line.source}{'' if line.enforced else ', for people to see to'}]")
    for source in rules.sources:
        if source.version:
            click.echo(f"= {source.name} version {source.version}, reviewed {source.reviewed}: {source.law}")


def _rules(campaign_text: str | None, names: tuple[str, ...], country: str) -> Rules:
    if bool(campaign_text) == bool(names):
        raise BadInput("say either --campaign or --profile")
    if names:
        return rules_for(SimpleNamespace(rules={"profiles": list(names)}), SimpleNamespace(country=country))
    with finding.database() as db, db.read() as s:
        campaign = finding.campaign(s, campaign_text or "")
        return rules_for(campaign, campaign.project)


@group.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_profiles(as_json: bool) -> None:
    """Every profile there is, with its version and the law it writes down."""
    found = [profiles.load(name) for name in profiles.names()]
    if as_json:
        told = [{"title": profile.title, **vars(profile.source)} for profile in found]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for profile in found:
        click.echo(f"{profile.name:<12} {profile.title['en']}: {profile.source.law}")
