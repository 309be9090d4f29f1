"""``dialer script``: lint, test, preview, paths, diff and graph for script writers; ``load`` stands in ``script_load``.

A door: imports the scripts room only; the database is ``load``'s matter. Exit codes: 0 good, 1 lint errors or failed
tests, 2 input that cannot be used (one sentence on standard error, never a traceback).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from dialer.cli.script_load import load_command
from scripts import parse_file
from scripts.calltest import Result, beside, run_file
from scripts.diff import diff as compare
from scripts.errors import Problem, ScriptError
from scripts.graph import svg
from scripts.lint import has_errors, lint_text
from scripts.parser import read_source
from scripts.paths import outcomes, paths
from scripts.preview import Preview, read_columns, read_contact, sample_context
from scripts.words import DISCLOSURES

JSON = click.option("--json", "as_json", is_flag=True, help="Plain data for programs.")
FILES = click.argument("files", nargs=-1, required=True, metavar="FILE…")
FILE = click.argument("file")


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn a ScriptError into one sentence on standard error and exit code 2."""
    try:
        yield
    except ScriptError as error:
        click.echo(f"dialer: {error}", err=True)
        raise click.exceptions.Exit(2) from None


@click.group()
def group() -> None:
    """Call scripts: check, try out, compare, draw and load them."""


group.add_command(load_command)


@group.command()
@FILES
@JSON
@click.option("--github", is_flag=True, help="Lines that GitHub shows beside the code.")
@click.option("--columns", metavar="CSV", help="A contact list: warn of columns that the script needs and it lacks.")
@click.option("--disclose", multiple=True, type=click.Choice(DISCLOSURES), help="What the law asks to be said first.")
def lint(files: tuple[str, ...], as_json: bool, github: bool, columns: str | None, disclose: tuple[str, ...]) -> None:
    """Find what is wrong with scripts. Exit code 1 if there are errors; warnings do not count."""
    with one_sentence():
        known = read_columns(columns) if columns else None
        problems = [
            problem
            for file in files
            for problem in lint_text(read_source(file), file, columns=known, disclosures=disclose)
        ]
    if as_json:
        click.echo(json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(_github_line(problem) if github else _line(problem))
        _summary(problems, len(files), quiet=github)
    if has_errors(problems):
        raise click.exceptions.Exit(1)


def _line(problem: Problem) -> str:
    return f"{problem.file}:{problem.line}:{problem.column}: {problem.level} {problem.code}: {problem.message}"


def _github_line(problem: Problem) -> str:
    def safe(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    file = safe(problem.file).replace(",", "%2C").replace(":", "%3A")
    place = f"file={file},line={problem.line},col={problem.column},title={problem.code}"
    return f"::{problem.level} {place}::{safe(problem.message)}"


def _summary(problems: list[Problem], files: int, quiet: bool) -> None:
    errors = sum(problem.level == "error" for problem in problems)
    if not quiet:
        click.echo(f"{files} script(s), {errors} error(s), {len(problems) - errors} warning(s)", err=True)


@group.command()
@FILES
@JSON
def test(files: tuple[str, ...], as_json: bool) -> None:
    """Run the tests beside scripts (NAME.calltest, for NAME.call or given itself). Exit code 1 if one fails."""
    with one_sentence():
        results = [result for file in files for result in _results(file)]
    if as_json:
        click.echo(json.dumps([_result_data(result) for result in results], ensure_ascii=False, indent=1))
    else:
        for result in results:
            click.echo(f"{'ok  ' if not result.fault else 'FAIL'} {result.name}")
            if result.fault:
                click.echo(f"     {result.file}:{result.line}: {result.fault}")
        failed = sum(bool(result.fault) for result in results)
        click.echo(f"{len(results)} test(s), {failed} failed", err=True)
    if any(result.fault for result in results):
        raise click.exceptions.Exit(1)


def _results(file: str) -> list[Result]:
    path = Path(file)
    return run_file(parse_file(path.with_suffix(".call")), beside(path))


def _result_data(result: Result) -> dict[str, object]:
    return {"name": result.name, "file": result.file, "line": result.line, "fault": result.fault}


@group.command(name="paths")
@FILE
@JSON
@click.option("--limit", default=1_000, show_default=True, type=click.IntRange(1, 10_000))
def paths_command(file: str, as_json: bool, limit: int) -> None:
    """Print every way from the start to an end, no step twice (objections are left out: they fit anywhere)."""
    with one_sentence():
        script = parse_file(file)
        found = paths(script, limit)
    if as_json:
        data = [{"steps": [list(step) for step in path.steps], "outcome": path.outcome} for path in found]
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for path in found:
        click.echo(str(path))
    ends = ", ".join(f"{name} {count}" for name, count in outcomes(script).items())
    click.echo(f"{len(found)} way(s): {ends}", err=True)


@group.command()
@click.argument("old")
@click.argument("new")
@JSON
def diff(old: str, new: str, as_json: bool) -> None:
    """Tell what changed from OLD to NEW: added, removed, reworded, rerouted, changed."""
    with one_sentence():
        changes = compare(parse_file(old), parse_file(new))
    if as_json:
        click.echo(json.dumps([change.as_dict() for change in changes], ensure_ascii=False, indent=1))
        return
    for change in changes:
        click.echo(str(change))
    click.echo(f"{len(changes)} change(s)", err=True)


@group.command()
@FILE
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not to standard output.")
@click.option("--language", default="", help="Of the steps' titles; the script's first without it.")
@click.option("--href", default="#{node}", show_default=True, help="Where a step links to.")
def graph(file: str, out: Path | None, language: str, href: str) -> None:
    """Draw the script as SVG; every step is a link."""
    with one_sentence():
        picture = svg(parse_file(file), language=language, href=lambda node: href.replace("{node}", node))
    if out is None:
        click.echo(picture, nl=False)
        return
    try:
        out.write_text(picture, encoding="utf-8")
    except OSError as fault:
        click.echo(f"dialer: {out} cannot be written: {fault.strerror}", err=True)
        raise click.exceptions.Exit(2) from None


@group.command()
@FILE
@click.option("--as", "contact", metavar="CSV:ROW", help="Speak to this row of a contact list; the first is 1.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="project.client=…, timezone=…, bant=…")
@click.option("--language", default="", help="ru or en; the script's first without it.")
@click.option("--now", default="", metavar="INSTANT", help="Pretend that it is this moment (ISO with offset).")
def preview(file: str, contact: str | None, settings: tuple[str, ...], language: str, now: str) -> None:
    """Walk a script in the terminal, as an operator would. Type ? for help."""
    with one_sentence():
        script = parse_file(file)
        person = read_contact(contact) if contact else {}
        if language and language not in script.languages:
            raise ScriptError(f"The script has no {language!r}", expected=" or ".join(script.languages))
        given = dict(_setting(text) for text in settings)
        context = sample_context(script, person, given, now or datetime.now(UTC).isoformat())
        _play(Preview(script, context, language))


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ScriptError(f"{text!r} sets nothing", expected="name=value")
    return name.strip(), value.strip()


def _play(walk: Preview) -> None:
    click.echo(walk.screen())
    while walk.ended is None:
        try:
            typed = click.prompt("", prompt_suffix="> ", default="", show_default=False)
        except click.Abort:
            click.echo()
            return
        if typed.strip() == "q":
            return
        said = walk.do(typed)
        click.echo(said or walk.screen())
