"""``dialer config``: what is set, and where that came from. Secrets are never shown, not even in part."""

from __future__ import annotations

import json
from typing import Any

import click
from pydantic import BaseModel, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dialer import settings


@click.group()
def group() -> None:
    """Settings."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="A list of {name, value, from}.")
def show(as_json: bool) -> None:
    """Every setting, its value and where it came from."""
    came_from = settings.origins()
    rows = [
        {"name": name, "value": value, "from": came_from.get(name, "default")} for name, value in _flat(settings.load())
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    widths = [max(len(str(row[key])) for row in rows) for key in ("name", "value")]
    for row in rows:
        click.echo(f"{row['name']:<{widths[0]}}  {row['value']!s:<{widths[1]}}  {row['from']}")


def _flat(model: BaseModel, before: str = "") -> list[tuple[str, Any]]:
    """Names with dots and values fit for JSON."""
    rows: list[tuple[str, Any]] = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            rows += _flat(value, f"{before}{name}.")
        else:
            rows.append((before + name, _shown(name, value)))
    return rows


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else "not set"
    if name == "database_url":
        return _without_password(value)
    return value if isinstance(value, bool | int | float | list) or value is None else str(value)


def _without_password(url: str) -> str:
    try:
        return make_url(url).difference_update_query(["password"]).render_as_string(hide_password=True)
    except ArgumentError:
        return "not a database address"
