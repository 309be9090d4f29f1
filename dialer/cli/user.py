"""``dialer user``: the people who may log in, their duties, passwords and API tokens."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dialer import settings
from dialer.clock import now
from dialer.errors import BadInput
from dialer.people import accounts, audit, second_factor, tokens
from dialer.store import Database
from dialer.store.people import ApiToken, User
from dialer.store.projects import Project

stdin_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def group() -> None:
    """People: add, list, change."""


@contextmanager
def _writing() -> Iterator[Session]:
    db = Database(settings.load().database_url)
    try:
        with db.write() as s:
            yield s
    finally:
        db.close()


def _find(s: Session, login: str) -> User:
    user = accounts.by_login(s, login)
    if user is None:
        raise BadInput(f"There is nobody with the login name {login}.")
    return user


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@group.command()
@click.argument("login")
@click.option("--name", default="", help="As others see it; without it the login name.")
@click.option("--duty", "duties", multiple=True, required=True, help="operator, or operator@Project; repeat for more.")
@click.option("--language", type=click.Choice(accounts.LANGUAGES), default="en", show_default=True)
@stdin_option
def add(login: str, name: str, duties: tuple[str, ...], language: str, password_stdin: bool) -> None:
    """Add a person who may log in. There are no default passwords."""
    password = _password(password_stdin)
    with _writing() as s:
        held = [accounts.parse_duty(s, text) for text in duties]
        user = accounts.add(s, login, name, password, held, now(), language)
        audit.write(s, now(), None, "people.edit", f"user:{user.id}", by="command")
    click.echo(f"added {user.login}")


@group.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Everybody, with their duties."""
    with _writing() as s:
        names = dict(s.execute(select(Project.id, Project.name)).all())
        users = s.scalars(select(User).order_by(User.login).options(selectinload(User.holdings)))
        rows = [_row(user, names) for user in users]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['login']:<20} {'' if row['active'] else 'off  '}{row['name']:<30} {', '.join(row['duties'])}")


def _row(user: User, projects: dict[int, str]) -> dict[str, Any]:
    held = [h.duty.value + (f"@{projects[h.project_id]}" if h.project_id else "") for h in user.holdings]
    return {"login": user.login, "name": user.name, "active": user.active, "language": user.language, "duties": held}


@group.command()
@click.argument("login")
@stdin_option
def passwd(login: str, password_stdin: bool) -> None:
    """Set a new password; every open session of that person ends."""
    password = _password(password_stdin)
    with _writing() as s:
        user = _find(s, login)
        accounts.set_password(user, password)
        audit.write(s, now(), None, "password", f"user:{user.id}", by="command")
    click.echo(f"changed the password of {login}")


@group.command()
@click.argument("login")
@click.argument("duties", nargs=-1, required=True)
def duty(login: str, duties: tuple[str, ...]) -> None:
    """Give a person exactly these duties: operator, closer@Project, …"""
    with _writing() as s:
        user = _find(s, login)
        accounts.set_duties(s, user, [accounts.parse_duty(s, text) for text in duties])
        audit.write(s, now(), None, "people.edit", f"user:{user.id}", by="command")
    click.echo(f"changed the duties of {login}")


@group.command()
@click.argument("login")
@click.option("--off/--on", default=True, help="Whether to switch off (default) or on again.")
def switch(login: str, off: bool) -> None:
    """Switch a person off: they are logged out at once and cannot log in."""
    with _writing() as s:
        user = _find(s, login)
        user.active = not off
        accounts.end_sessions(user)
        audit.write(s, now(), None, "people.edit", f"user:{user.id}", by="command", active=not off)
    click.echo(f"{login} is switched {'off' if off else 'on'}")


@group.command()
@click.argument("login")
@click.argument("endpoint")
@click.option("--password-stdin", is_flag=True, help="Read the SIP password from standard input; without it it stays.")
def phone(login: str, endpoint: str, password_stdin: bool) -> None:
    """Say which phone rings for somebody: an account of the PBX (op-7), a SIP address or a number."""
    secret = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    with _writing() as s:
        user = _find(s, login)
        accounts.set_phone(s, user, endpoint, secret)
        audit.write(s, now(), None, "people.edit", f"user:{user.id}", by="command", phone=True)
    click.echo(f"changed the phone of {login}")


@group.command("no-second-factor")
@click.argument("login")
def no_second_factor(login: str) -> None:
    """Take the second factor away from somebody who lost their device; every open session of theirs ends."""
    with _writing() as s:
        second_factor.switch_off(s, _find(s, login), None, now())
    click.echo(f"{login} logs in without a code until they set one up anew")


@group.group()
def token() -> None:
    """Keys for the API: they act with the rights of their person."""


@token.command("add")
@click.argument("login")
@click.option("--name", required=True, help="What uses the key, such as crm.")
def token_add(login: str, name: str) -> None:
    """Make a key and print it; it cannot be shown again."""
    with _writing() as s:
        user = _find(s, login)
        text = tokens.make(s, user.id, name, now())
        audit.write(s, now(), None, "people.edit", f"user:{user.id}", by="command", token=name)
    click.echo(text)


@token.command("list")
@json_option
def token_list(as_json: bool) -> None:
    """Every key that works, and when it was last used."""
    with _writing() as s:
        query = select(ApiToken, User.login).join(User).where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id)
        rows = [
            {"id": t.id, "login": login, "name": t.name, "last_used_at": t.last_used_at and t.last_used_at.isoformat()}
            for t, login in s.execute(query)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']:>4}  {row['login']:<20} {row['name']:<20} {row['last_used_at'] or 'never used'}")


@token.command("revoke")
@click.argument("token_id", type=int)
def token_revoke(token_id: int) -> None:
    """End a key."""
    with _writing() as s:
        if not tokens.revoke(s, token_id, now()):
            raise BadInput(f"There is no working key with the id {token_id}.")
    click.echo(f"revoked {token_id}")
