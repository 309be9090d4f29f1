"""Quota cells: so many completed interviews for which an expression over the answers holds.

Room: scripts, pure. May import the context, the renderer and the walk. An expression uses fields only; what is not
known compares as false, so a cell is met when the answers that decide it are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from jinja2 import nodes

from scripts.context import Context, names_for, read_context
from scripts.errors import ScriptError
from scripts.guard import syntax_tree
from scripts.model import Script
from scripts.render import holds
from scripts.runner import Moved
from scripts.told import told
from scripts.walk import Walk

FULL = "quota_full"
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)

NO_SCRIPT = told("There is no published script")
"""Why a cell cannot be counted where its campaign has none."""


def fields_of(expression: str, script: Script) -> frozenset[str]:
    """The fields an expression looks at. Raises ScriptError if it is none, or uses anything but fields."""
    names = {node.name for node in syntax_tree(expression, expression=True).find_all(nodes.Name)}
    if strange := sorted(names - set(script.fields)):
        raise ScriptError(
            told("'%(name)s' is not a field of the script", name=strange[0]),
            expected=told("fields only"),
            code="undeclared",
        )
    if not names:
        raise ScriptError(
            told("This expression looks at no field"), expected=told("for example size == 1"), code="undeclared"
        )
    return frozenset(names)


def meets(script: Script, expression: str, answers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether these answers fall into the cell. Raises ScriptError."""
    context: Context = read_context({"now": _ANY_TIME}, script)
    return holds(expression, names_for(script, answers, {}, context, script.languages[0]))


def count(script: Script, expression: str, interviews: Sequence[Mapping[str, Mapping[str, Any]]]) -> int:
    """How many of the interviews' answers fall into the cell. Raises ScriptError."""
    wanted = sorted(fields_of(expression, script))
    # Few answers differ: each combination is worked out once.
    combinations = Counter(repr([answers.get(name) for name in wanted]) for answers in interviews)
    return _sum(script, expression, wanted, combinations, interviews)


def _sum(
    script: Script, expression: str, wanted: list[str], combinations: Counter[str], interviews: Sequence[Any]
) -> int:
    found, seen = 0, set()
    for answers in interviews:
        key = repr([answers.get(name) for name in wanted])
        if key not in seen:
            seen.add(key)
            found += combinations[key] if meets(script, expression, answers) else 0
    return found


def stop(script: Script, moved: Moved, context: Mapping[str, Any], cell: str) -> Moved:
    """End the call where it stands because the cell named ``cell`` is full; a call that has ended stays as it is."""
    if moved.position.ended is not None:
        return moved
    walk = Walk(script, moved.position, read_context(context, script))
    walk.remember()
    walk.end(FULL, via="quota", code=cell)
    return replace(moved, position=walk.position(), log=moved.log + tuple(walk.log))
