"""``AGI(agi://…/answered,${WARMLINE_HEARD})``: a customer picked up; what now?

If the engine fails, ``WARMLINE_DO`` stays empty and the dialplan apologises: nobody answers into silence (P4).
"""

from __future__ import annotations

from agi import variables
from agi.channel import SafeAGI
from agi.hooks import Hooks
from dialer.rules.words import Amd


def run(agi: SafeAGI, hooks: Hooks) -> None:
    said = agi.argument(1)
    heard = Amd(said) if said in set(Amd) else Amd.UNSURE
    variables.give_plan(agi, hooks.answered(variables.leg(agi), heard))
