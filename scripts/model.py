"""A script as immutable data: what the parser makes and everything else reads.

Room: scripts. May import the standard library only. ``line`` and ``column`` count from 1 and point into the
normalised text (``Script.text``); labels and speech are dicts or tuples by language code ("ru", "en").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

TargetKind = Literal["goto", "call", "end", "return"]
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a single or multi field; ``points`` are BANT points 0..3, None where it has none."""

    code: int
    labels: Labels
    points: int | None = None
    open: bool = False
    exclusive: bool = False
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to learn. ``bands`` are (limit, points): at least the limit, or for dates at most so many days off."""

    id: str
    type: str
    labels: Labels
    options: tuple[Option, ...] = ()
    bant: str | None = None
    bands: tuple[tuple[float, int], ...] = ()
    dk: int | None = None
    ref: int | None = None
    min: float | None = None
    max: float | None = None
    currency: str = ""
    minutes: int | None = None
    calendar: str = ""
    within_days: int | None = None
    rotate: bool = False
    line: int = 0
    column: int = 0

    def option(self, code: object) -> Option | None:
        """The option with this code, or None."""
        return next((o for o in self.options if o.code == code), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One spoken line. ``weight`` is the percentage of an A/B text, None where the texts share evenly."""

    language: str
    text: str
    verbatim: bool
    variant: str | None
    weight: int | None
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Note:
    """A hint for the operator, never spoken, or (``title``) what the step is called on buttons and in the graph."""

    labels: Labels
    line: int
    title: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of a node: the field to fill, whether it must be, and when it is asked at all."""

    field: str
    required: bool
    condition: str | None
    line: int
    column: int
    condition_column: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer or branch leads; ``name`` is a node, an outcome (``end``) or "" (``return``)."""

    kind: TargetKind
    name: str
    line: int
    column: int

    def __str__(self) -> str:
        return {
            "goto": f"-> {self.name}",
            "call": f"=> {self.name}",
            "end": f"-> END:{self.name}",
            "return": "<-",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer button. ``limit`` is how often it may be used in one call, None for any number of times."""

    code: str
    labels: Labels
    target: Target
    limit: int | None
    condition: str | None
    skip: bool
    line: int
    column: int
    condition_column: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """An automatic way on; ``condition`` None always holds."""

    condition: str | None
    target: Target
    line: int
    column: int
    condition_column: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the conversation."""

    id: str
    stage: str
    flags: frozenset[str]
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    asks: tuple[Ask, ...]
    answers: tuple[Answer, ...]
    branches: tuple[Branch, ...]
    line: int
    column: int = 5

    @property
    def is_logic(self) -> bool:
        """True for a node that shows nothing and only decides."""
        return not (self.lines or self.asks or self.answers)

    @property
    def returns(self) -> bool:
        """True if a way on is ``<-``."""
        targets = [answer.target for answer in self.answers] + [branch.target for branch in self.branches]
        return any(target.kind == "return" for target in targets)

    @property
    def titles(self) -> Labels:
        """What the step is called, by language; empty where the writer gave it no ``title>``."""
        return next((note.labels for note in self.notes if note.title), {})

    def answer(self, code: str) -> Answer | None:
        """The answer button with this code, or None."""
        return next((a for a in self.answers if a.code == code), None)

    def variants(self) -> tuple[tuple[str, int | None], ...]:
        """The A/B texts of this node as (name, weight), each once, in order."""
        found: dict[str, int | None] = {}
        for line in self.lines:
            if line.variant is not None:
                found.setdefault(line.variant, line.weight)
        return tuple(found.items())


@dataclass(frozen=True)
class Script:
    """A whole script. ``version_hash`` is the SHA-256 of ``text``, the normalised source."""

    name: str
    kind: str
    languages: tuple[str, ...]
    start: str
    needs: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Field]
    nodes: tuple[Node, ...]
    disclose: tuple[str, ...]
    stages: tuple[str, ...]
    signed: Mapping[str, str]
    text: str
    version_hash: str
    file: str = ""
    start_at: tuple[int, int] = (1, 1)
    head_marks: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by id; of two with one id the first counts (lint reports the second)."""
        found: dict[str, Node] = {}
        for node in self.nodes:
            found.setdefault(node.id, node)
        return MappingProxyType(found)

    @property
    def objections(self) -> tuple[Node, ...]:
        """The nodes that are a button on every screen."""
        return tuple(node for node in self.nodes if "objection" in node.flags)
