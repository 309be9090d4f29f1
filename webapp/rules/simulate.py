"""View: a team on a virtual clock: how long operators wait, how many answers are lost, when the list is done."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from dialer.clock import now
from dialer.errors import BadInput
from dialer.simulation import figures, planning
from dialer.simulation.policies import policy
from dialer.simulation.scenario import Scenario, read
from dialer.simulation.world import World
from webapp.guards import needs
from webapp.language import zone_info
from webapp.rules.room import blueprint

POLICIES = ("warmline", "progressive")
MOST_OPERATOR_HOURS = 120
"""A page must not be waited for: about this much is simulated in some seconds."""
FIELDS = {
    # name -> (default, least, most)
    "operators": (6, 1, 60),
    "answer_percent": (30, 1, 100),
    "talk_s": (60, 5, 1800),
    "wrap_s": (15, 1, 900),
    "ring_s": (12, 2, 40),
    "contacts": (5000, 1, 10_000_000),
}


@blueprint.get("/simulate")
@needs("campaign.see")
def simulate() -> Any:
    """The form, and what came out once it was filled in."""
    values, problem = _values()
    found: list[dict[str, Any]] = []
    if request.args and not problem:
        try:
            found = [_one(name, values) for name in POLICIES]
        except BadInput as err:
            problem = str(err)
    page = render_template("rules/simulate.html", values=values, found=found, problem=problem, fields=FIELDS)
    return page, 400 if problem else 200


def _values() -> tuple[dict[str, int], str]:
    values: dict[str, int] = {}
    for name, (default, least, most) in FIELDS.items():
        text = request.args.get(name, str(default))
        values[name] = int(text) if text.isdecimal() and len(text) < 9 else default
        if str(values[name]) != text.lstrip("0") or not least <= values[name] <= most:
            return {**{n: d for n, (d, _low, _high) in FIELDS.items()}, **values}, _(
                "Write whole numbers: %(field)s from %(least)s to %(most)s.", field=name, least=least, most=most
            )
    return values, ""


def _one(name: str, values: dict[str, int]) -> dict[str, Any]:
    scenario = _scenario(values)
    whole, parts = figures.run(World(scenario, policy(name, scenario), scenario.seed), scenario.hours * 3600)
    start = now().astimezone(zone_info()).replace(tzinfo=None)
    plan = planning.plan(whole, values["contacts"], scenario.answer_rate, 3, start, (time(9), time(18)))
    return {"policy": name, **figures.describe(whole, parts), "plan": plan}


def _scenario(values: dict[str, int]) -> Scenario:
    hours = min(8.0, MOST_OPERATOR_HOURS / values["operators"])
    return read(
        {
            "operators": values["operators"],
            "answer_rate": values["answer_percent"] / 100,
            "talk_s": {"mean": values["talk_s"], "sd_log": 0.8},
            "wrap_s": {"mean": values["wrap_s"], "sd_log": 0.5},
            "ring_s": {"mean": values["ring_s"], "sd_log": 0.45},
            "hours": hours,
        }
    )
