"""The funnel: which stage may follow which, by a person's hand or by what happens.

May import the standard library and ``dialer.rules.words`` only.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialer.rules.words import Stage

ORDER = tuple(Stage)
"""As a board shows them, left to right."""
OPTIONAL = frozenset({Stage.APPOINTMENT, Stage.PROPOSAL})
"""Stages that a project may do without."""
ENDS = frozenset({Stage.WON, Stage.LOST, Stage.LATER_POOL})
NEEDS_AMOUNT = frozenset({Stage.WON})
NEEDS_REASON = frozenset({Stage.LOST, Stage.LATER_POOL})
EARLY = frozenset({Stage.NEW, Stage.CONTACTED})
"""Before anybody said that it is a lead."""

_SALE = frozenset({Stage.APPOINTMENT, Stage.PROPOSAL, Stage.WON, Stage.LOST, Stage.LATER_POOL})
BY_HAND: Mapping[Stage, frozenset[Stage]] = {
    Stage.NEW: frozenset({Stage.LOST, Stage.LATER_POOL}),
    Stage.CONTACTED: frozenset({Stage.QUALIFIED, Stage.LOST, Stage.LATER_POOL}),
    Stage.QUALIFIED: frozenset({Stage.CONTACTED}) | _SALE,
    Stage.HANDED_OFF: frozenset({Stage.QUALIFIED}) | _SALE,
    Stage.APPOINTMENT: frozenset({Stage.HANDED_OFF}) | (_SALE - {Stage.APPOINTMENT}),
    Stage.PROPOSAL: frozenset({Stage.APPOINTMENT}) | (_SALE - {Stage.PROPOSAL}),
    Stage.WON: frozenset({Stage.PROPOSAL, Stage.LOST}),
    Stage.LOST: frozenset({Stage.CONTACTED, Stage.QUALIFIED, Stage.PROPOSAL, Stage.LATER_POOL}),
    Stage.LATER_POOL: frozenset({Stage.CONTACTED, Stage.QUALIFIED, Stage.LOST}),
}
"""stage -> where a person may move it. ``handed_off`` comes about by a handoff only, never by hand."""


def may_move(old: Stage, new: Stage) -> bool:
    """Whether a person may move a contact so."""
    return new in BY_HAND[old]


def forward(old: Stage, new: Stage) -> bool:
    """Whether ``new`` is further than ``old``: what happens never takes a contact back on its way."""
    return ORDER.index(new) > ORDER.index(old)


def stages(left_out: frozenset[Stage] = frozenset()) -> tuple[Stage, ...]:
    """The stages of a project that does without some."""
    return tuple(stage for stage in ORDER if stage not in (left_out & OPTIONAL))
