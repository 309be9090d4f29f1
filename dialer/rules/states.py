"""How the state tables work: data in, the next state out, a refused event changes nothing.

Rule 1: a table is ``{state: {event: (next state, effects)}}``; a missing key is a refusal.
Rule 2: whoever moves something asks :func:`step` first and writes the journal in the same transaction.
Rule 3: the diagrams in docs/states.md are drawn from the same tables.
May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class IllegalTransition(Exception):
    """``event`` means nothing in ``state``; the thing stays as it is."""

    def __init__(self, state: StrEnum, event: StrEnum) -> None:
        super().__init__(f"{event.value} is refused in {state.value}")
        self.state = state
        self.event = event


S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)
F = TypeVar("F", bound=StrEnum)


def step(table: Mapping[S, Mapping[E, tuple[S, tuple[F, ...]]]], state: S, event: E) -> tuple[S, tuple[F, ...]]:
    """The next state and the effects. Raises IllegalTransition."""
    try:
        return table[state][event]
    except KeyError:
        raise IllegalTransition(state, event) from None


def diagram(table: Mapping[S, Mapping[E, tuple[S, tuple[F, ...]]]]) -> str:
    """The table as a Mermaid state diagram, one line a move."""
    lines = ["stateDiagram-v2"]
    for state, moves in table.items():
        lines += [f"    {state.value} --> {to.value}: {event.value}" for event, (to, _) in moves.items()]
    return "\n".join(lines)
