"""``dialer script load``: files into a project as drafts, and published if they are clean.

A door: may import ``dialer``, ``scripts`` and click. Exit codes: 0 good, 2 where a file cannot be used or an error of
lint forbids publishing; the drafts are kept then too.
"""

from __future__ import annotations

import json

import click
from sqlalchemy.orm import Session

from dialer.cli import finding
from dialer.clock import now
from dialer.errors import BadInput, Refusal
from dialer.people import accounts, audit
from dialer.scripting.loading import Loaded, load
from scripts.errors import ScriptError
from scripts.parser import parse_collecting, read_source

REFUSED = {
    "draft_unpublished": "its draft was changed in the browser and not published; --replace-draft writes over it",
    "script_too_large": "it is too large: at most one million characters",
}


class _OnlyTried(Exception):
    """Ends a transaction without keeping anything."""


@click.command("load")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--project", "project_text", required=True, metavar="P", help="Name or id.")
@click.option("--name", default="", help="What the script is called, if not as its head says; for one file only.")
@click.option("--publish", is_flag=True, help="Make it the version that calls follow, unless lint finds an error.")
@click.option("--note", default="", help="What changed, for the list of versions.")
@click.option("--by", "login", default="", metavar="LOGIN", help="Who publishes it.")
@click.option("--replace-draft", is_flag=True, help="Also where somebody's draft is not published yet.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="Plain data for programs.")
def load_command(
    files: tuple[str, ...], project_text: str, name: str, publish: bool, note: str, login: str, replace_draft: bool,
    dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Load *.call files into a project: each becomes the draft of its script. Exit code 2 if one is not published."""
    if name and len(files) > 1:
        raise BadInput("--name is for one file; several are called as their heads say")
    texts = [_text(file, name) for file in files]
    found: list[Loaded] = []
    with finding.database() as db:
        try:
            with db.write() as s:
                project, by = finding.project(s, project_text), _person(s, login)
                for file, (called, text) in zip(files, texts, strict=True):
                    try:
                        one = load(s, project.id, called, text, by, now(), publish=publish, note=note,
                                   replace=replace_draft)  # fmt: skip
                    except Refusal as refusal:
                        raise BadInput(f"{file}: {REFUSED.get(refusal.code, refusal.code)}") from None
                    action = "script.publish" if publish and one.published else "script.load"
                    audit.write(s, now(), by, action, f"script:{one.script_id}", by="command", version=one.version)
                    found.append(one)
                if dry_run:
                    raise _OnlyTried
        except _OnlyTried:
            pass
    _tell(found, files, as_json, publish)


def _text(file: str, name: str) -> tuple[str, str]:
    """(what the script is called, its text)."""
    try:
        text = read_source(file)
    except ScriptError as error:
        raise BadInput(str(error)) from None
    script, errors = parse_collecting(text, file)
    if script is None and not name:
        raise BadInput(f"{errors[0]}; or say what it is called with --name")
    return name or (script.name if script else ""), text


def _person(s: Session, login: str) -> int | None:
    if not login:
        return None
    user = accounts.by_login(s, login)
    if user is None:
        raise BadInput(f"there is nobody with the login {login}")
    return user.id


def _tell(found: list[Loaded], files: tuple[str, ...], as_json: bool, publish: bool) -> None:
    if as_json:
        click.echo(json.dumps([_row(file, one) for file, one in zip(files, found, strict=True)], ensure_ascii=False))
    for file, one in zip(files, found, strict=True):
        if not as_json:
            what = "made" if one.made else "changed" if one.changed else "unchanged"
            where = f"published as version {one.version}" if one.published else "not published"
            click.echo(f"{one.name}: draft {what}, {where}")
        for problem in one.problems:
            place = f"{file}:{problem.line}:{problem.column}"
            click.echo(f"{place}: {problem.level} {problem.code}: {problem.message}", err=True)
    if publish and any(one.errors for one in found):
        click.echo("dialer: errors of lint forbid publishing; the drafts are kept", err=True)
        raise click.exceptions.Exit(2)


def _row(file: str, one: Loaded) -> dict[str, object]:
    return {
        "file": file, "script": one.script_id, "name": one.name, "made": one.made, "changed": one.changed,
        "version": one.version, "published": one.published, "errors": one.errors,
        "problems": [problem.as_dict() for problem in one.problems],
    }  # fmt: skip
