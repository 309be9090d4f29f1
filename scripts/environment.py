"""The Jinja environment of scripts: sandboxed, strict, escaping, with filters and tests of our own only.

Room: scripts. May import jinja2. Attributes are looked up in plain mappings and nowhere else, so no object's method
can be reached even if the allow-list in ``guard`` had a hole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scripts.filters import ALL_TESTS, FILTERS, TESTS, UNKNOWN, NoAnswer

__all__ = ["FILTERS", "TESTS", "ScriptEnvironment", "new_environment"]


@pass_context
def _blank(context: Context, value: object) -> object:
    """What was not asked is printed as nothing, "don't know" and a refusal as words."""
    if isinstance(value, NoAnswer):
        return UNKNOWN[value.kind]["ru" if context.get("_language") == "ru" else "en"]
    return "" if value is None else value


class ScriptEnvironment(ImmutableSandboxedEnvironment):
    """Refuses every attribute but a key of a mapping, every subscript and every call."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.undefined(obj=obj, name=str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        return False


def new_environment() -> ScriptEnvironment:
    """A fresh environment: no loader, no globals, no filters and tests but ours, constants left unevaluated."""
    environment = ScriptEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_blank, optimized=False, cache_size=0
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.filters.update(FILTERS)
    environment.tests.clear()
    environment.tests.update(ALL_TESTS)
    return environment
