"""The codebook: what each column of an export means, where it was asked and of whom.

Room: scripts/exports. May import the model and the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.exports.columns import Column, columns_of
from scripts.labels import label_in
from scripts.model import Script

HEADINGS = ("column", "field", "type", "label", "codes", "missing", "range", "required", "asked_at", "asked_if", "bant")


def rows(script: Script, language: str) -> list[dict[str, Any]]:
    """One row per column with the keys of HEADINGS, texts in ``language``."""
    return [_row(script, column, language) for column in columns_of(script)]


def _row(script: Script, column: Column, language: str) -> dict[str, Any]:
    field = column.field
    asks = [(node, ask) for node in script.nodes for ask in node.asks if ask.field == field.id]
    values: Mapping[int, Mapping[str, str]] = column.codes or {}
    codes = "; ".join(f"{code} = {label_in(labels, language)}" for code, labels in values.items())
    if column.kind == "logical":
        codes = "1 = chosen; 0 = not chosen" if language == "en" else "1 = выбрано; 0 = не выбрано"
    limits = [f"{limit:g}" if limit is not None else "" for limit in (field.min, field.max)]
    return {
        "column": column.name,
        "field": field.id,
        "type": field.type,
        "label": column.label(language),
        "codes": codes,
        "missing": "; ".join(map(str, column.missing)),
        "range": "..".join(limits) if any(limits) and column.kind == "quantity" else "",
        "required": "yes" if any(ask.required for _, ask in asks) else "no",
        "asked_at": ", ".join(node.id for node, _ in asks),
        "asked_if": "; ".join(ask.condition for _, ask in asks if ask.condition),
        "bant": field.bant or "",
    }


def labels(script: Script, language: str) -> list[tuple[str, int, str]]:
    """(column, code, label) of every value label, for a second sheet."""
    return [
        (column.name, code, label_in(texts, language))
        for column in columns_of(script)
        for code, texts in (column.codes or {}).items()
    ]
