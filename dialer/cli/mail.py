"""``dialer mail``: what waits to be sent, and letters that come in, handed on by the mail server."""

from __future__ import annotations

import json
import sys

import click
from sqlalchemy import func, select

from dialer.cli.finding import database
from dialer.clock import now
from dialer.store.mail import Letter, MailStop
from dialer.touches import replies


@click.group()
def group() -> None:
    """Letters: waiting, sent, failed; and answers that come in."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """How many letters wait, were sent, failed, are unsure or were stopped, and how many addresses want none."""
    closed = {
        "sent": Letter.sent_at, "failed": Letter.failed_at, "unsure": Letter.unsure_at, "stopped": Letter.stopped_at
    }  # fmt: skip
    with database() as db, db.read() as s:
        told = {name: s.scalar(select(func.count(column))) or 0 for name, column in closed.items()}
        told["waiting"] = (s.scalar(select(func.count(Letter.id))) or 0) - sum(told.values())
        told["unsubscribed"] = s.scalar(select(func.count(MailStop.address))) or 0
    click.echo(json.dumps(told) if as_json else ", ".join(f"{name} {n}" for name, n in told.items()))


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def receive(as_json: bool) -> None:
    """Read one letter from standard input: an answer to a letter of ours ends that contact's cadence.

    For the mail server's alias of the sender's address: |dialer mail receive
    """
    raw = sys.stdin.buffer.read()
    with database() as db, db.write() as s:
        contact_id = replies.receive(s, raw, now())
    if as_json:
        click.echo(json.dumps({"contact": contact_id}))
    else:
        click.echo(f"an answer of contact {contact_id}" if contact_id else "not an answer to a letter of ours")
