"""``dialer simulate``: a team and a way of dialling on a virtual clock; and when a list will be processed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click

from dialer import clock
from dialer.errors import BadInput
from dialer.simulation import figures, planning
from dialer.simulation.policies import policy
from dialer.simulation.scenario import Scenario, load, read
from dialer.simulation.world import World

HEADING = ("policy", "busy", "idle", "abandoned", "dials", "answered", "wait per call")


@click.command("simulate")
@click.option("--scenario", "path", type=click.Path(path_type=Path), help="JSON file; see docs/pacing.md.")
@click.option(
    "--list", "contacts", type=click.IntRange(1, 100_000_000), help="Say when so many contacts are processed."
)
@click.option("--tries", type=click.IntRange(1, 50), default=3, show_default=True, help="Dials per contact at most.")
@click.option("--start", default="", help="When dialling starts, as 2026-03-02T09:00; now if not given.")
@click.option("--day", default="09:00-18:00", show_default=True, help="Working hours, Monday to Friday.")
@click.option("--json", "as_json", is_flag=True)
def command(path: Path | None, contacts: int | None, tries: int, start: str, day: str, as_json: bool) -> None:
    """Simulate dialling: how busy operators are, how many answers are abandoned, how long operators wait."""
    scenario = load(path) if path else read({})
    when, hours = _start(start), _day(day)
    chosen = [(name, lambda name=name: policy(name, scenario)) for name in scenario.policy]
    for _, make in chosen:
        make()  # a wrong name is told before anything runs
    found = [_one(scenario, name, make, contacts, tries, when, hours) for name, make in chosen]
    if as_json:
        click.echo(json.dumps({"scenario": _plain(scenario), "policies": found}))
        return
    for line in _table(found):
        click.echo(line)


def _one(
    scenario: Scenario,
    name: str,
    make: Callable[[], Any],
    contacts: int | None,
    tries: int,
    start: datetime,
    day: tuple[time, time],
) -> dict[str, Any]:
    world = World(scenario, make(), scenario.seed)
    whole, parts = figures.run(world, scenario.hours * 3600)
    found = {"policy": name, **figures.describe(whole, parts)}
    if contacts:
        made = planning.plan(whole, contacts, scenario.answer_rate, tries, start, day)
        found["plan"] = {
            "contacts": contacts,
            "dials": made.dials,
            "reached": made.reached,
            "work_h": round(made.work_h, 2),
            "processed_at": made.at.isoformat(timespec="minutes"),
            "sentence": made.sentence(scenario.operators),
        }
    return found


def _table(found: list[dict[str, Any]]) -> list[str]:
    lines = ["{:<20}{:>16}{:>16}{:>16}{:>9}{:>10}{:>15}".format(*HEADING)]
    for one in found:
        shares = [_share(one, name) for name in ("busy_share", "idle_share", "abandon_rate")]
        cells = (one["policy"], *shares, one["dials"], one["answered"], f"{one['mean_wait_s']:.1f} s")
        lines.append("{:<20}{:>16}{:>16}{:>16}{:>9}{:>10}{:>15}".format(*cells))
    lines += [f"{one['policy']}: {one['plan']['sentence']}" for one in found if "plan" in one]
    return lines


def _share(one: dict[str, Any], name: str) -> str:
    low, high = one["ci95"][name]
    return f"{one[name]:.1%} ±{(high - low) / 2:.1%}"


def _plain(scenario: Scenario) -> dict[str, Any]:
    return {"operators": scenario.operators, "hours": scenario.hours, "cap": scenario.cap, "seed": scenario.seed}


def _start(text: str) -> datetime:
    if not text:
        return clock.now().astimezone().replace(tzinfo=None)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as err:
        raise BadInput(f"--start must be written as 2026-03-02T09:00, not {text!r}") from err


def _day(text: str) -> tuple[time, time]:
    opens, _, closes = text.partition("-")
    try:
        return time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError as err:
        raise BadInput(f"--day must be written as 09:00-18:00, not {text!r}") from err
