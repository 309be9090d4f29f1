"""``dialer export``: answers of a campaign, the codebook of its script, a script as a questionnaire.

A door: may import ``dialer`` and click. Files hold no names and telephone numbers, but what people answered.
"""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from dialer.cli import finding
from dialer.errors import BadInput
from dialer.scripting import cases, files
from dialer.scripting.cases import Survey
from scripts import ScriptError, parse_file

CAMPAIGN = click.option("--campaign", "campaign_text", required=True, help="Its name, project/name or id.")
OUT = click.option("--out", type=click.Path(path_type=Path), help="Where to write; the file's own name without it.")
LANGUAGE = click.option(
    "--language", type=click.Choice(("ru", "en")), default="en", show_default=True, help="Of labels."
)


@click.group("export")
def group() -> None:
    """Files for analysts: answers, codebooks, questionnaires."""


@group.command("answers")
@CAMPAIGN
@click.option("--format", "kind", type=click.Choice(tuple(files.FORMATS)), default="csv", show_default=True)
@click.option("--every", is_flag=True, help="Cases without an interview too.")
@OUT
@LANGUAGE
def answers(campaign_text: str, kind: str, every: bool, out: Path | None, language: str) -> None:
    """The answers along a campaign's script: CSV, XLSX with codebook, SPSS (.sav), Triple-S 2.0."""
    with finding.database() as db, db.read() as s:
        survey = _survey(s, campaign_text)
    _write(files.answers(survey, kind, language, every), out)


@group.command("codebook")
@CAMPAIGN
@click.option("--format", "kind", type=click.Choice(("csv", "xlsx")), default="csv", show_default=True)
@OUT
@LANGUAGE
def codebook(campaign_text: str, kind: str, out: Path | None, language: str) -> None:
    """What each column of the answers means."""
    with finding.database() as db, db.read() as s:
        survey = _survey(s, campaign_text)
    _write(files.codebook_file(survey.script, kind, language), out)


@group.command("questionnaire")
@click.argument("file")
@OUT
def questionnaire(file: str, out: Path | None) -> None:
    """A script FILE as an XLSForm workbook; what has no counterpart is named on a sheet of its own."""
    try:
        script = parse_file(file)
    except ScriptError as fault:
        raise BadInput(str(fault)) from None
    _write(files.questionnaire(script), out)


def _survey(s: Session, campaign_text: str) -> Survey:
    found = cases.of_campaign(s, finding.campaign(s, campaign_text))
    if found is None:
        raise BadInput("the campaign's script was never published")
    return found


def _write(file: files.File, out: Path | None) -> None:
    path = out or Path(file.name)
    try:
        path.write_bytes(file.content)
    except OSError as fault:
        raise BadInput(f"{path} cannot be written: {fault.strerror}") from None
    click.echo(str(path))
