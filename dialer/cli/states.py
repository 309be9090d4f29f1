"""``dialer states``: draw the state tables, for docs/states.md."""

from __future__ import annotations

import click

from dialer.rules import appointment_states, attempt_states, operator_states
from dialer.rules.states import diagram

PAGE = """# States

Drawn by `dialer states` from `attempt_states.py`, `operator_states.py` and `appointment_states.py` in `dialer/rules`;
an event that is not drawn is refused and changes nothing.

## An attempt

```mermaid
{attempts}
```

## An operator or closer

```mermaid
{operators}
```

## An appointment

```mermaid
{appointments}
```
"""


def page() -> str:
    """The whole of docs/states.md."""
    return PAGE.format(
        attempts=diagram(attempt_states.TRANSITIONS),
        operators=diagram(operator_states.TRANSITIONS),
        appointments=diagram(appointment_states.TRANSITIONS),
    )


@click.command()
def command() -> None:
    """Print the diagrams of the states of an attempt, an operator and an appointment."""
    click.echo(page(), nl=False)
