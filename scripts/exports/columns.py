"""The columns that a field becomes in an export.

Room: scripts/exports. May import the model. A single field is one column of codes; a multi field is one column of 0
and 1 per option (``channels_1``), with ``channels_98`` for don't know; an open option brings ``channels_97_text``.
Don't know and refused are the field's own codes where no real answer can be that number, else a column of their own
(``recall_state``; ``lost_state`` where 98 may be a true count), so that **not asked (empty), don't know and refused
stay three different things**.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scripts.labels import label_in
from scripts.model import Field, Script

Kind = Literal["single", "logical", "quantity", "text", "date", "moment"]
STATES = {"dk": {"ru": "не знает", "en": "does not know"}, "ref": {"ru": "отказ отвечать", "en": "refused"}}
_STATE_CODES = {"dk": 1, "ref": 2}
YES_NO = {1: {"ru": "да", "en": "yes"}, 0: {"ru": "нет", "en": "no"}}
_CODED = ("single", "multi", "scale", "bool", "consent")
_KINDS: dict[str, Kind] = {
    "single": "single", "scale": "quantity", "number": "quantity", "money": "quantity", "date": "date",
    "datetime": "moment", "slot": "moment", "bool": "single", "consent": "single",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column. ``role`` says what of the field's answer it holds: value, option, open or state; ``codes`` are its
    value labels as {code: {language: label}}; ``missing`` those of them that are no real answer."""

    name: str
    field: Field
    role: Literal["value", "option", "open", "state"]
    kind: Kind
    option: int | None = None
    codes: Mapping[int, Mapping[str, str]] | None = None
    missing: tuple[int, ...] = ()

    def label(self, language: str) -> str:
        """What the column holds, for people."""
        text = label_in(self.field.labels, language, self.field.id)
        if self.role == "option" and self.option in _specials(self.field):
            return f"{text}: {label_in(_specials(self.field)[self.option], language)}"
        chosen = self.field.option(self.option) if self.option is not None else None
        return f"{text}: {label_in(chosen.labels, language)}" if chosen else text

    def value(self, answer: Mapping[str, Any] | None) -> Any:
        """What stands in this column for an answer; None (empty) for a question not asked."""
        if answer is None:
            return None
        state = answer.get("state")
        if self.role == "state":
            return _STATE_CODES[state] if state else 0
        if self.role == "open":
            return answer.get("open")
        if self.role == "option":
            code = _code_of(self.field, state) if state else None
            return int(self.option == code) if state else int(self.option in answer["value"])
        if state:
            return _code_of(self.field, state)
        value = answer["value"]
        return int(value) if isinstance(value, bool) else value


def _code_of(field: Field, state: str | None) -> int | None:
    """The field's own code for don't know or refused, where such codes can stand among its values."""
    if not _codes_fit(field):
        return None
    return field.dk if state == "dk" else field.ref


def _codes_fit(field: Field) -> bool:
    """Whether the codes for don't know and refused can be told from every answer that the field may have."""
    if field.type not in ("number", "money"):
        return field.type in _CODED
    low = 0.0 if field.type == "money" and field.min is None else field.min
    codes = [code for code in (field.dk, field.ref) if code is not None]
    return all((low is not None and code < low) or (field.max is not None and code > field.max) for code in codes)


def _specials(field: Field) -> dict[int | None, Mapping[str, str]]:
    return {code: STATES[name] for name, code in (("dk", field.dk), ("ref", field.ref)) if code is not None}


def columns_of(script: Script) -> list[Column]:
    """The columns of every field, in the order of the head."""
    return [column for field in script.fields.values() for column in _columns(field)]


def _columns(field: Field) -> list[Column]:
    specials = {code: labels for code, labels in _specials(field).items() if code is not None}
    if field.type == "multi":
        codes = [option.code for option in field.options] + list(specials)
        found = [Column(f"{field.id}_{code}".replace("-", "m"), field, "option", "logical", code) for code in codes]
    else:
        values = {option.code: option.labels for option in field.options}
        if field.type in ("bool", "consent"):
            values = dict(YES_NO)
        own = _codes_fit(field)
        labels = values | (specials if own else {})
        kind = _KINDS.get(field.type, "text")
        found = [Column(field.id, field, "value", kind, None, labels or None, tuple(specials) if own else ())]
        if specials and not own:
            states = {0: {"ru": "есть ответ", "en": "answered"}} | {
                _STATE_CODES[name]: STATES[name]
                for name, code in (("dk", field.dk), ("ref", field.ref))
                if code is not None
            }
            found.append(Column(f"{field.id}_state", field, "state", "single", None, states))
    found += [
        Column(f"{field.id}_{option.code}_text", field, "open", "text", option.code)
        for option in field.options
        if option.open
    ]
    return found
