"""Lists to choose from, as WTForms wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Pairs of value and text as the options of a select field."""
    return [SelectChoice(value, text) for value, text in pairs]
