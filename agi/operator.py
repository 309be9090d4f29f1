"""``AGI(agi://…/operator)``: a person of ours picked up; which room?

If the engine fails or nobody waits for them, ``WARMLINE_ROOM`` stays empty and the dialplan hangs up.
"""

from __future__ import annotations

from agi import variables
from agi.channel import SafeAGI
from agi.hooks import Hooks


def run(agi: SafeAGI, hooks: Hooks) -> None:
    variables.give(agi, **{variables.ROOM: hooks.operator(variables.leg(agi)) or ""})
