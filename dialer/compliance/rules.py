"""A campaign's rules: its profiles, then what it asks for itself, the strictest of all (step 3 of a call).

``Campaign.rules`` is a dictionary: ``profiles`` (names), ``calls`` (whom it calls, from where, with what: the profiles
about such calls are taken too) and any key of ``dialer.rules.ruleset.KEYS``. Where neither leads to a profile, or a
place of the callees has none of its own, ``standard`` holds. What the campaign asks for makes a profile stricter, never
looser.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

import phonenumbers

from dialer import profiles
from dialer.errors import BadInput
from dialer.rules.places import read_calls
from dialer.rules.prefixes import PrefixList
from dialer.rules.ruleset import Rules, RulesError, Source, strictest

DEFAULT_PROFILE = "standard"
CAMPAIGN = "campaign"


class HasRules(Protocol):
    """A campaign, or whatever stands for one in a form that is not saved yet."""

    rules: dict[str, Any]


class HasCountry(Protocol):
    """A project, for its country."""

    country: str


def rules_for(campaign: HasRules, project: HasCountry) -> Rules:
    """The rules by which ``campaign`` dials; the same object for the same content.

    Raises BadInput with one sentence if they cannot be used: then nothing may be dialled.
    """
    return _rules(json.dumps(campaign.rules or {}, sort_keys=True, default=str), project.country)


@lru_cache(maxsize=512)
def _rules(text: str, country: str) -> Rules:
    own: dict[str, Any] = json.loads(text)
    layers = [profiles.load(name).rules for name in _chosen(own.pop("profiles", None), own.pop("calls", None))]
    try:
        layers.append(replace(Rules.from_dict(own, CAMPAIGN), sources=(Source(CAMPAIGN),)))
    except RulesError as err:
        raise BadInput(f"the rules of the {err}") from err
    merged = strictest(layers)
    barred, _ = profiles.prefixes()
    return replace(merged, barred=barred, prefixes=merged.prefixes or (home_prefixes(country),))


def _chosen(named: Any, about: Any) -> list[str]:
    """The profiles named, and those that are about the campaign's calls."""
    if named is not None and (not isinstance(named, list) or not all(isinstance(name, str) for name in named)):
        raise BadInput('the campaign\'s profiles must be a list such as ["us_federal", "us_fl"]')
    found = list(named or ())
    if about is not None:
        try:
            calls = read_calls(about)
        except ValueError as err:
            raise BadInput(f"the rules of the campaign: {err}") from err
        found += profiles.covering(calls)
        alone = [profiles.covering(replace(calls, callees=(place,), seller="")) for place in calls.callees]
        if not all(alone):
            found.append(DEFAULT_PROFILE)
    return list(dict.fromkeys(found)) or [DEFAULT_PROFILE]


def home_prefixes(country: str) -> PrefixList:
    """What may be rung when nobody lists prefixes: the numbers of the project's own country. Raises BadInput."""
    _, shared = profiles.prefixes()
    if country in shared:
        return PrefixList(shared[country], f"country {country}")
    code = phonenumbers.country_code_for_region(country)
    if not code:
        raise BadInput(f"{country!r} is not a country's code, so no numbers may be dialled; list prefixes instead")
    return PrefixList((f"+{code}",), f"country {country}")
