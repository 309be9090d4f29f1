"""The state tables: closed under themselves, refusing the rest, and drawn in the docs as they are."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from dialer.cli.states import page
from dialer.rules import attempt_states, operator_states
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.states import IllegalTransition, step
from dialer.rules.words import AttemptState, OperatorState

TABLES = [
    (attempt_states.TRANSITIONS, AttemptState, AttemptEvent),
    (operator_states.TRANSITIONS, OperatorState, OperatorEvent),
]


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_every_cell_moves_to_a_state_of_the_table_or_is_refused(table, states, events) -> None:  # type: ignore[no-untyped-def]
    assert set(table) == set(states)
    for state, event in product(states, events):
        if event in table[state]:
            new, _ = step(table, state, event)
            assert new in table
        else:
            with pytest.raises(IllegalTransition, match=f"{event.value} is refused in {state.value}"):
                step(table, state, event)


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_every_state_can_be_reached(table, states, events) -> None:  # type: ignore[no-untyped-def]
    first = next(iter(states))
    reached, edge = {first}, [first]
    while edge:
        for new, _ in table[edge.pop()].values():
            if new not in reached:
                reached.add(new)
                edge.append(new)
    assert reached == set(states)


def test_what_was_never_sent_is_given_back_and_what_was_sent_never_is() -> None:
    give_back = attempt_states.AttemptEffect.RETURN
    for state, moves in attempt_states.TRANSITIONS.items():
        for _, effects in moves.values():
            assert (give_back in effects) <= (state is AttemptState.PLACED)


def test_the_page_in_the_docs_is_drawn_from_the_tables() -> None:
    kept = Path(__file__).parents[2] / "docs" / "states.md"
    assert kept.read_text(encoding="utf-8") == page(), "run: dialer states > docs/states.md"
