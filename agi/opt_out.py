"""``AGI(agi://…/opt_out,NUMBER)``: the person asked not to be called again; NUMBER ``leg``: the one we called here.

``WARMLINE_RESULT`` is ok (it is written down) | error (it is not: say so to the caller, or connect them to a person).
"""

from __future__ import annotations

from agi import variables
from agi.channel import SafeAGI
from agi.hooks import Hooks


def run(agi: SafeAGI, hooks: Hooks) -> None:
    asked = variables.asked_about(agi)
    number = variables.written_number(asked)
    own = asked == variables.OWN
    try:
        if number or own:
            hooks.opt_out(number, variables.leg(agi))
    except Exception:
        variables.give(agi, **{variables.RESULT: variables.ERROR})
        raise
    variables.give(agi, **{variables.RESULT: "ok" if number or own else variables.ERROR})
