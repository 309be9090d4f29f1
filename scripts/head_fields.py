"""The fields of a script's head: types, codes, limits and BANT points.

Room: scripts, second step of parsing. May import the YAML reader and the model.
"""

from __future__ import annotations

import re
from typing import Any

from scripts import words
from scripts.head_yaml import Value
from scripts.labels import split_labels
from scripts.model import Field, Option
from scripts.told import told

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
COMMON = {"type", "label", "bant", "dk", "ref"}
BANDED = ("scale", "number", "money")
BY_TYPE = {
    "single": {"options", "rotate"},
    "multi": {"options", "rotate"},
    "scale": {"min", "max", "points"},
    "number": {"min", "max", "points"},
    "money": {"min", "max", "points", "currency"},
    "date": {"points_days", "within_days"},
    "datetime": {"within_days"},
    "text": {"max"},
    "slot": {"minutes", "calendar", "within_days"},
    "bool": {"points"},
    "consent": {"points"},
}
MAX_OPTIONS = 200
_POINTS = {
    "single": "[text, 3]", "multi": "[text, 3]", "scale": "points: [[5, 3]]", "number": "points: [[100, 3]]",
    "money": "points: [[300000, 3]]", "date": "points_days: [[30, 3]]", "bool": "points: [3, 0]",
    "consent": "points: [3, 0]",
}  # fmt: skip


def read_fields(value: Value | None, languages: tuple[str, ...]) -> dict[str, Field]:
    """Return the fields by id, in the order of the head. Raises ScriptError."""
    found = {}
    for key, body in value.pairs() if value else []:
        name = key.text()
        if not _ID.match(name) or name in words.RESERVED or name in words.LANGUAGES:
            key.fail(
                told("'%(name)s' cannot be the name of a field", name=name),
                told("small letters, digits and _, not a reserved word"),
            )
        found[name] = _read_field(key, body, languages)
    return found


def _read_field(key: Value, body: Value, languages: tuple[str, ...]) -> Field:
    pairs = {k.text(): (k, v) for k, v in body.pairs()}
    if "type" not in pairs:
        key.fail(
            told("The field '%(name)s' has no type", name=key.text()),
            told("one of %(known)s", known=", ".join(words.FIELD_TYPES)),
        )
    kind = pairs["type"][1]
    if kind.text() not in words.FIELD_TYPES:
        kind.fail(
            told("Unknown field type '%(kind)s'", kind=kind.text()),
            told("one of %(known)s", known=", ".join(words.FIELD_TYPES)),
        )
    allowed = COMMON | BY_TYPE.get(kind.text(), set())
    for name, (mark, _v) in pairs.items():
        if name not in allowed:
            mark.fail(
                told("A field of the type %(kind)s has no '%(name)s'", kind=kind.text(), name=name),
                told("one of %(known)s", known=", ".join(sorted(allowed))),
            )
    values = {name: value for name, (_k, value) in pairs.items()}
    details = _details(values, kind.text(), languages)
    _check(key, kind.text(), details)
    label = split_labels(values["label"].text(), languages) if "label" in values else {}
    return Field(id=key.text(), type=kind.text(), labels=label, line=key.line, column=key.column, **details)


def _details(values: dict[str, Value], kind: str, languages: tuple[str, ...]) -> dict[str, Any]:
    readers: dict[str, Any] = {
        "dk": Value.integer, "ref": Value.integer, "min": Value.number, "max": Value.number,
        "currency": Value.text, "minutes": Value.integer, "calendar": Value.text,
        "within_days": Value.integer, "rotate": Value.boolean, "bant": _letter,
        "options": lambda value: _options(value, languages),
    }  # fmt: skip
    found = {name: readers[name](value) for name, value in values.items() if name in readers}
    if "points" in values:
        found["bands"] = _yes_no(values["points"]) if kind in ("bool", "consent") else _bands(values["points"], -1)
    if "points_days" in values:
        found["bands"] = _bands(values["points_days"], 1)
    if kind == "scale":
        found.setdefault("min", 0)
        found.setdefault("max", 10)
    return found


def _letter(value: Value) -> str:
    if value.text() not in words.LETTERS:
        value.fail(told("Unknown letter '%(value)s'", value=value.text()), told("B, A, N or T"))
    return value.text()


def _points(value: Value) -> int:
    points = value.integer()
    if not 0 <= points <= 3:
        value.fail(told("Points must be from 0 to 3"), told("0, 1, 2 or 3"))
    return points


def _bands(value: Value, order: int) -> tuple[tuple[float, int], ...]:
    """Pairs [limit, points], sorted from the limit that is hardest to meet (``order`` -1: the largest first)."""
    found = []
    for item in value.items():
        pair = item.items()
        if len(pair) != 2:
            item.fail(told("A band is a limit and its points"), "[300000, 2]")
        found.append((pair[0].number(), _points(pair[1])))
    return tuple(sorted(found, key=lambda band: order * band[0]))


def _yes_no(value: Value) -> tuple[tuple[float, int], ...]:
    pair = value.items()
    if len(pair) != 2:
        value.fail(told("Points of yes and of no"), "[3, 0]")
    return ((1, _points(pair[0])), (0, _points(pair[1])))


def _options(value: Value, languages: tuple[str, ...]) -> tuple[Option, ...]:
    if value.is_list:
        first = value.items()[0] if value.items() else value
        first.fail(told("An option has no code"), "{1: first, 2: second}", code="option-without-code")
    pairs = value.pairs()
    if not 1 <= len(pairs) <= MAX_OPTIONS:
        value.fail(told("The number of options is wrong"), told("1 to %(most)s", most=MAX_OPTIONS))
    return tuple(_option(key, body, languages) for key, body in pairs)


def _option(key: Value, body: Value, languages: tuple[str, ...]) -> Option:
    if not re.fullmatch(r"-?\d{1,9}", key.text()):
        key.fail(
            told("The option '%(name)s' has no code", name=key.text()),
            told("a whole number"),
            code="option-without-code",
        )
    parts = body.items() if body.is_list else [body]
    if not parts:
        body.fail(told("The option has no text"), "[Да / Yes, 3]")
    flags = [part.text() for part in parts[1:]]
    points = [part for part in parts[1:] if re.fullmatch(r"-?\d+", part.text())]
    for part in parts[1:]:
        if part.text() not in ("open", "exclusive") and part not in points:
            part.fail(told("Unknown word '%(word)s'", word=part.text()), told("points, open or exclusive"))
    return Option(
        code=key.integer(),
        labels=split_labels(parts[0].text(), languages),
        points=_points(points[0]) if points else None,
        open="open" in flags,
        exclusive="exclusive" in flags,
        line=parts[0].line,
        column=parts[0].column,
    )


def _check(key: Value, kind: str, details: dict[str, Any]) -> None:
    options = details.get("options", ())
    if kind in ("single", "multi") and not options:
        key.fail(told("The field '%(name)s' has no options", name=key.text()), "options: {1: …, 2: …}")
    low, high = details.get("min"), details.get("max")
    if low is not None and high is not None and low > high:
        key.fail(told("The field '%(name)s' has min above max", name=key.text()), told("min at most max"))
    _check_codes(key, kind, details)
    scored = details.get("bands") or any(option.points is not None for option in options)
    if details.get("bant") and not scored:
        message = told("The field '%(name)s' speaks for a letter, but nothing in it has BANT points", name=key.text())
        key.fail(message, _POINTS.get(kind, told("another type")))


def _check_codes(key: Value, kind: str, details: dict[str, Any]) -> None:
    codes = [option.code for option in details.get("options", ())]
    if len(set(codes)) != len(codes):
        key.fail(
            told("Two options of '%(name)s' have one code", name=key.text()),
            told("a code of its own"),
            code="duplicate-code",
        )
    for special in ("dk", "ref"):
        code = details.get(special)
        if code in codes:
            key.fail(
                told("The code for %(special)s is also an option", special=special),
                told("a code of its own"),
                code="duplicate-code",
            )
        if kind == "scale" and code is not None and details["min"] <= code <= details["max"]:
            key.fail(
                told("The code for %(special)s is also on the scale", special=special),
                told("a code outside it"),
                code="duplicate-code",
            )
    if details.get("dk") is not None and details.get("dk") == details.get("ref"):
        key.fail(told("dk and ref have one code"), told("two codes"), code="duplicate-code")
