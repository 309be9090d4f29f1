"""The policies by the names a scenario uses."""

from __future__ import annotations

from collections.abc import Callable

from dialer.errors import BadInput
from dialer.simulation.oracles import Known, OracleA
from dialer.simulation.ours import Ours
from dialer.simulation.peers import Adapt, Hopeful, Level, Progressive, Ratio
from dialer.simulation.scenario import Scenario
from dialer.simulation.world import Policy

RATIO = "ratio:"
"""``ratio:1.8`` dials 1.8 lines per operator who is not in wrap-up."""
POLICIES: dict[str, Callable[[Scenario], Policy]] = {
    "warmline": lambda s: Ours(s.cap),
    "progressive": lambda s: Progressive(),
    "adapt_hard": lambda s: Adapt(Level("hard", drop_limit=s.cap)),
    "adapt_average": lambda s: Adapt(Level("average", drop_limit=s.cap)),
    "adapt_tapered": lambda s: Adapt(Level("tapered", drop_limit=s.cap)),
    "issabel": lambda s: Hopeful(),
    "issabel_overcommit": lambda s: Hopeful(overcommit=True),
    "known": lambda s: Known(s.cap),
    "oracle_a": lambda s: OracleA(s.cap),
}
SAME = {"predictive": "warmline"}


def policy(name: str, scenario: Scenario) -> Policy:
    """A fresh policy. Raises BadInput for a name that is none."""
    name = SAME.get(name, name)
    if name in POLICIES:
        return POLICIES[name](scenario)
    try:
        ratio = float(name.removeprefix(RATIO)) if name.startswith(RATIO) else 0.0
    except ValueError:
        ratio = 0.0
    if not 0.1 <= ratio <= 20:
        known = ", ".join([*POLICIES, "ratio:1.8"])
        raise BadInput(f"there is no policy {name!r}; known are {known}")
    return Ratio(ratio)
