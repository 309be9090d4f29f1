"""The gate's door: everything the engine, the why page and the tests ask of the rules of calling.

The parts: ``facts`` (what must be known), ``ruleset`` (what holds), ``gate`` (the answer), ``hours``, ``caps`` and
``prefixes`` (how each rule decides), ``open_zones`` (what a claim may walk over). May import the standard library only.
"""

from dialer.rules.facts import UNCHECKED, DialFacts, Suppressed
from dialer.rules.gate import campaign_refusal, may_dial, next_moment, verdicts
from dialer.rules.open_zones import next_change, open_zone_sets
from dialer.rules.ruleset import Rules, RulesError, strictest
from dialer.rules.verdicts import Allowed, Refused, Verdict

__all__ = [
    "UNCHECKED",
    "Allowed",
    "DialFacts",
    "Refused",
    "Rules",
    "RulesError",
    "Suppressed",
    "Verdict",
    "campaign_refusal",
    "may_dial",
    "next_change",
    "next_moment",
    "open_zone_sets",
    "strictest",
    "verdicts",
]
