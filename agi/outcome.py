"""``AGI(agi://…/outcome)``: the PBX's own dialplan found out how this call ended (``WARMLINE_OUTCOME``).

``WARMLINE_RESULT`` is ok | refused (no such disposition, or not to be given to this call) | error.
"""

from __future__ import annotations

from agi import variables
from agi.channel import SafeAGI
from agi.hooks import Hooks


def run(agi: SafeAGI, hooks: Hooks) -> None:
    code = variables.asked_code(agi)
    try:
        taken = bool(code) and hooks.outcome(variables.leg(agi), code)
    except Exception:
        variables.give(agi, **{variables.RESULT: variables.ERROR})
        raise
    variables.give(agi, **{variables.RESULT: "ok" if taken else "refused"})
