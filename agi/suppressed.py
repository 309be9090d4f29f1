"""``AGI(agi://…/suppressed,NUMBER)``: may this number be dialled?

``WARMLINE_RESULT`` is yes (do not dial) | no. What cannot be decided is ``yes`` (P2).
"""

from __future__ import annotations

from agi import variables
from agi.channel import SafeAGI
from agi.hooks import Hooks


def run(agi: SafeAGI, hooks: Hooks) -> None:
    number = variables.written_number(variables.asked_about(agi))
    try:
        free = bool(number) and hooks.suppressed(number) is False
    except Exception:
        variables.give(agi, **{variables.RESULT: "yes"})
        raise
    variables.give(agi, **{variables.RESULT: "no" if free else "yes"})
