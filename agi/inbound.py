"""``AGI(agi://…/inbound)``: somebody rings one of our numbers; what now?

If the engine fails, ``WARMLINE_DO`` stays empty and the dialplan apologises.
"""

from __future__ import annotations

from agi import variables
from agi.channel import SafeAGI
from agi.hooks import Hooks


def run(agi: SafeAGI, hooks: Hooks) -> None:
    names = ("agi_callerid", "agi_dnid", "agi_extension")
    caller, dialled, extension = (variables.shown_number(agi.env.get(name, "")) for name in names)
    variables.give_plan(agi, hooks.inbound(variables.leg(agi), caller, dialled or extension))
