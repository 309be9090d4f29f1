"""``dialer audit``: whether the written record of who did what is whole, and the head to note down elsewhere."""

from __future__ import annotations

import json

import click

from dialer.cli.finding import database
from dialer.errors import BadInput
from dialer.people import audit

SAID = {
    "changed": "line {} of the audit log was changed",
    "missing": "line {} of the audit log is missing",
    "cut": "the audit log ends before line {}, which once was there",
    "replaced": "line {} of the audit log is not the one whose head was noted down",
}


@click.group()
def group() -> None:
    """The audit log: is it whole?"""


@group.command()
@click.option("--head", "noted", default="", help="A head noted down earlier, as `dialer audit head` printed it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(noted: str, as_json: bool) -> None:
    """Walk the whole chain; exit code 2 if a line was changed, removed or put in between."""
    with database() as db, db.read() as s:
        broken = audit.verify(s, _head(noted))
        end = audit.head(s)
    if as_json:
        click.echo(json.dumps({"whole": broken is None, "lines": end.seq, "broken": broken and vars(broken)}))
    if broken is not None:
        raise BadInput(SAID[broken.what].format(broken.seq))
    if not as_json:
        click.echo(f"{end.seq} lines, whole")


@group.command()
def head() -> None:
    """Print the end of the chain, to be kept where nobody who can change the database can change it."""
    with database() as db, db.read() as s:
        end = audit.head(s)
    click.echo(f"{end.seq}:{end.hash}")


def _head(text: str) -> audit.Head | None:
    if not text:
        return None
    seq, _colon, seal = text.partition(":")
    if not seq.isdecimal() or len(seal) != 64:
        raise BadInput("a head is written as 128:9f2c… with 64 letters and digits after the colon")
    return audit.Head(int(seq), seal)
