"""The head of a script: what it is, what it needs and the fields it fills.

Room: scripts, second step of parsing. May import the YAML reader and the model. Everything is checked with its line
and column; an unknown key is an error, because a misspelt one would silently do nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scripts import words
from scripts.head_fields import read_fields
from scripts.head_yaml import Value, read_yaml
from scripts.model import Field
from scripts.told import told

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,119}\Z")
KEYS = ("script", "kind", "languages", "start", "needs", "fields", "disclose", "stages", "signed")
HOLDERS = ("contact", "project", "operator")


@dataclass(frozen=True)
class Head:
    """What the head says; ``marks`` are places by key ("start", "contact.city", "signed.intro")."""

    name: str
    kind: str
    languages: tuple[str, ...]
    start: str
    needs: dict[str, tuple[str, ...]]
    fields: dict[str, Field]
    disclose: tuple[str, ...]
    stages: tuple[str, ...]
    signed: dict[str, str]
    marks: dict[str, tuple[int, int]]


def read_head(text: str, file: str, offset: int) -> Head:
    """Read the YAML between the two ``---``. Raises ScriptError at the first fault."""
    root = read_yaml(text, file, offset)
    pairs = {key.text(): (key, value) for key, value in root.pairs()}
    for name, (key, _value) in pairs.items():
        if name not in KEYS:
            key.fail(told("Unknown key '%(name)s'", name=name), told("one of %(known)s", known=", ".join(KEYS)))
    for name in ("script", "kind", "languages", "start"):
        if name not in pairs:
            root.fail(told("The head has no '%(name)s'", name=name), f"{name}: …")
    values = {name: value for name, (_key, value) in pairs.items()}
    marks = {name: (value.line, value.column) for name, value in values.items()}
    languages = _languages(values["languages"])
    return Head(
        name=_matching(values["script"], _NAME, told("letters, digits, . _ / -")),
        kind=_one_of(values["kind"], words.KINDS),
        languages=languages,
        start=_matching(values["start"], _ID, told("the id of a step")),
        needs=_needs(values.get("needs"), marks),
        fields=read_fields(values.get("fields"), languages),
        disclose=_disclose(values.get("disclose")),
        stages=_ids(values.get("stages")),
        signed=_signed(values.get("signed"), marks),
        marks=marks,
    )


def _matching(value: Value, pattern: re.Pattern[str], expected: str) -> str:
    if not pattern.match(value.text()):
        value.fail(told("'%(value)s' cannot stand here", value=value.text()), expected)
    return value.text()


def _one_of(value: Value, allowed: tuple[str, ...]) -> str:
    if value.text() not in allowed:
        value.fail(
            told("Unknown word '%(word)s'", word=value.text()), told("one of %(known)s", known=", ".join(allowed))
        )
    return value.text()


def _languages(value: Value) -> tuple[str, ...]:
    found = tuple(_matching(item, re.compile(r"[a-z]{2}\Z"), told("two letters, like ru")) for item in value.items())
    if not found or len(set(found)) != len(found):
        value.fail(told("A script needs at least one language, each once"), "[ru, en]")
    return found


def _ids(value: Value | None) -> tuple[str, ...]:
    return tuple(_matching(item, _ID, told("small letters, digits, _")) for item in value.items()) if value else ()


def _disclose(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ("recording", "name")
    return tuple(_one_of(item, words.DISCLOSURES) for item in value.items())


def _needs(value: Value | None, marks: dict[str, tuple[int, int]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, names in value.pairs() if value else []:
        holder = _one_of(key, HOLDERS)
        for item in names.items():
            marks[f"{holder}.{item.text()}"] = (item.line, item.column)
        found[holder] = _ids(names)
    return found


def _signed(value: Value | None, marks: dict[str, tuple[int, int]]) -> dict[str, str]:
    found = {}
    for key, digest in value.pairs() if value else []:
        node = _matching(key, _ID, told("the id of a step"))
        found[node] = _matching(digest, re.compile(r"[0-9a-f]{8}\Z"), told("eight hex digits, as lint prints them"))
        marks[f"signed.{node}"] = (digest.line, digest.column)
    return found
