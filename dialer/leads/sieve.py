"""The sieve: an expression over what contacts answered, such as ``stock in [1, 2] and bant.N >= 2 and days > 60``.

The same small, checked language as in call scripts (``scripts.guard``): no SQL, no calls, nothing but comparisons.
Names: the fields of the project's scripts, ``contact.COLUMN``, ``bant.B`` … ``bant.met``, ``temperature``, ``reason``
(why it is in the pool) and ``days`` (since it was put there). What was not answered compares as false.
May import ``scripts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import nodes

from dialer.errors import BadInput
from dialer.leads.points import Standing
from scripts.errors import ScriptError
from scripts.filters import NoAnswer
from scripts.guard import syntax_tree
from scripts.model import Field
from scripts.render import holds

OWN = ("contact", "bant", "temperature", "reason", "days")
LONGEST = 500
SHOWN_FIELDS = 12


class _Columns(dict[str, Any]):
    """A contact's columns: one that a list did not have is empty, not a mistake."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __missing__(self, key: str) -> str:
        return ""


def check(expression: str, fields: Mapping[str, Field]) -> str:
    """The expression, stripped, if it can be asked; empty lets everybody through. Raises BadInput."""
    expression = expression.strip()
    if not expression:
        return ""
    if len(expression) > LONGEST:
        raise BadInput(f"The filter is longer than {LONGEST} characters.")
    try:
        tree = syntax_tree(expression, expression=True)
    except ScriptError as err:
        raise BadInput(f"The filter cannot be read: {err.message}.") from err
    names = {node.name for node in tree.find_all(nodes.Name)}
    if strange := sorted(names - set(fields) - set(OWN)):
        known = ", ".join([*sorted(fields)[:SHOWN_FIELDS], *OWN])
        raise BadInput(f"There is no answer named {strange[0]}; there are {known}.")
    return expression


def passes(expression: str, names: Mapping[str, Any]) -> bool:
    """Whether a contact passes. Raises BadInput for what cannot be worked out."""
    if not expression:
        return True
    try:
        return holds(expression, names)
    except ScriptError as err:
        raise BadInput(f"The filter cannot be worked out: {err.message}.") from err


def names_of(
    fields: Mapping[str, Field], answers: Mapping[str, Any], columns: Mapping[str, Any], standing: Standing,
    reason: str, days: int,
) -> dict[str, Any]:  # fmt: skip
    """What an expression sees of one contact. ``answers`` as the table keeps them."""
    met = {"total": standing.total, "met": standing.met}
    values = {name: _value(field, answers.get(name)) for name, field in fields.items()}
    own = {"contact": _Columns(columns), "bant": standing.bant | met, "temperature": standing.temperature}
    return values | own | {"reason": reason, "days": days, "_language": "en", "_timezone": "UTC", "_labels": {}}


def _value(field: Field, answer: Any) -> Any:
    if not isinstance(answer, Mapping):
        return None
    if "state" in answer:
        return NoAnswer(answer["state"], field.dk if answer["state"] == "dk" else field.ref)
    return answer.get("value")
