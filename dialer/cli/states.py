"""``dialer states``: draw the state tables, for docs/states.md."""

from __future__ import annotations

import click

from dialer.rules import attempt_states, operator_states
from dialer.rules.states import diagram

PAGE = """# States

Drawn by `dialer states` from `dialer/rules/attempt_states.py` and `dialer/rules/operator_states.py`; an event that
is not drawn is refused and changes nothing.

## An attempt

```mermaid
{attempts}
```

## An operator or closer

```mermaid
{operators}
```
"""


def page() -> str:
    """The whole of docs/states.md."""
    return PAGE.format(attempts=diagram(attempt_states.TRANSITIONS), operators=diagram(operator_states.TRANSITIONS))


@click.command()
def command() -> None:
    """Print the diagrams of the attempt's and the operator's states."""
    click.echo(page(), nl=False)
