"""``AGI(agi://…/lookup,NUMBER)``: who is that?

``WARMLINE_RESULT`` is found | none | error; if found, the ids of the contact, the campaign and the operator follow.
"""

from __future__ import annotations

from agi import variables
from agi.channel import SafeAGI
from agi.hooks import Hooks, Known


def run(agi: SafeAGI, hooks: Hooks) -> None:
    number = variables.shown_number(variables.asked_about(agi))
    known = _ask(agi, hooks, number) if number else None
    variables.give(
        agi,
        **{
            variables.CONTACT: known.contact if known else "",
            variables.CAMPAIGN: known.campaign if known else "",
            variables.OWNER: known.owner if known else "",
            variables.RESULT: "found" if known else "none",
        },
    )


def _ask(agi: SafeAGI, hooks: Hooks, number: str) -> Known | None:
    try:
        return hooks.lookup(number)
    except Exception:
        variables.give(agi, **{variables.RESULT: variables.ERROR})
        raise
