"""What the pacing benches share: cells, shifts on the virtual clock, peers tuned in hindsight, printing.

Rules: seeds are fixed; peers are tuned on other seeds than those they are measured with; every policy starts each
shift knowing nothing; a policy over the cap is printed but never called the best. Teams under ten work in one long
run, because the law counts over weeks; from ten on the shifts are counted one by one. Abandonment up to 3.5 % pooled
passes as 3 % and sampling, for peers and for ours alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from dialer.errors import BadInput
from dialer.simulation import figures
from dialer.simulation.figures import NOTHING, Part
from dialer.simulation.ours import Ours
from dialer.simulation.peers import Adapt, Hopeful, Level, Progressive, Ratio
from dialer.simulation.scenario import Scenario, Spread
from dialer.simulation.world import Policy, World

CAP = 0.03
PASSES = 0.035
SHIFT_H = 8.0
SMALL = 10
TUNE_SEED, SEED = 70_001, 1
Make = Callable[[], Policy]
OPERATORS = (1, 2, 5, 10, 20, 50, 100)
KINDS = {
    # answer rate, mean talk, mean wrap-up
    "reference": ((0.3, 60, 15),),
    "third": ((0.3, 60, 15), (0.15, 60, 30), (0.5, 180, 15)),
    "full": tuple(product((0.15, 0.3, 0.5), (60, 180), (15, 30))),
}
KINDS_HELP = "One kind of work per size of team, three, or all twelve."
QUICK = tuple(product((2, 5, 10, 20), ((0.3, 60, 15), (0.5, 60, 15))))


@dataclass(frozen=True, slots=True)
class Cell:
    """One size of team and kind of work."""

    operators: int
    answer_rate: float
    talk_s: float
    wrap_s: float

    def scenario(self) -> Scenario:
        talk, wrap = Spread(self.talk_s, 0.8), Spread(self.wrap_s, 0.5)
        return Scenario(operators=self.operators, answer_rate=self.answer_rate, talk_s=talk, wrap_s=wrap, cap=CAP)

    def hours(self, answered: int) -> float:
        """How long the team takes for so many answered calls, at four fifths busy."""
        return answered * (self.talk_s + self.wrap_s) / (0.8 * self.operators * 3600)

    @property
    def name(self) -> str:
        return f"{self.operators:>4} op. p={self.answer_rate:.2f} {self.talk_s:.0f}/{self.wrap_s:.0f} s"


@dataclass(frozen=True, slots=True)
class Run:
    """All shifts of one policy in one cell together, and each part by itself."""

    whole: Part
    parts: list[Part]

    @property
    def compliant(self) -> bool:
        return self.whole.abandon_rate <= PASSES

    def plain(self) -> dict[str, Any]:
        return figures.describe(self.whole, self.parts)


def cells(names: str, operators: Iterable[int]) -> list[Cell]:
    """``quick``: eight small ones; else the named kinds of work for each size of team."""
    if names == "quick":
        return [Cell(n, *kind) for n, kind in QUICK]
    return [Cell(n, *kind) for n in operators for kind in KINDS[names]]


def measure(scenario: Scenario, make: Make, hours: float, seed: int) -> Run:
    """So many hours of work, in shifts from ten operators on; drift is repeated in each shift."""
    if scenario.operators < SMALL and not scenario.drift:
        return Run(*figures.run(World(scenario, make(), seed), hours * 3600))
    shifts = max(1, round(hours / SHIFT_H))
    length = min(SHIFT_H, hours) * 3600 if not scenario.drift else SHIFT_H * 3600
    each = max(1, figures.BATCHES // shifts) if shifts < 5 else 1
    parts: list[Part] = []
    whole = NOTHING
    for n in range(shifts):
        one, some = figures.run(World(scenario, make(), seed + 101 * n), length, each)
        whole, parts = whole.plus(one), parts + some
    return Run(whole, parts)


# -- peers ----
def best(scenario: Scenario, makes: Iterable[tuple[str, Make]], hours: float) -> tuple[str, Make]:
    """The setting with the least idle time that stayed under the cap on the tuning seeds."""
    found: tuple[float, str, Make] = (2.0, "progressive", Progressive)
    for name, make in makes:
        part = measure(scenario, make, hours, TUNE_SEED).whole
        if part.abandon_rate <= CAP and part.idle_share < found[0]:
            found = (part.idle_share, name, make)
    return found[1], found[2]


def tuned_ratio(scenario: Scenario, hours: float) -> tuple[str, Make]:
    """For each way of counting lines the highest ratio that stays under the cap, by halving; the best of the three."""
    makes = []
    for of in ("ready", "unwrapped", "all"):
        low, high = 1.0, 8.0
        for _ in range(8):
            ratio = (low + high) / 2
            rate = measure(scenario, lambda r=ratio, o=of: Ratio(r, o), hours, TUNE_SEED).whole.abandon_rate  # type: ignore[misc]
            low, high = (ratio, high) if rate <= CAP else (low, ratio)
        makes.append((f"ratio {low:.2f} of {of}", lambda r=low, o=of: Ratio(r, o)))
    return best(scenario, makes, hours)


def tuned_level(scenario: Scenario, hours: float) -> tuple[str, Make]:
    """The adaptive level's best setting: whom it counts, highest level, target of waiting operators.

    Under the cap the rules differ little, so the strictest is tuned: what it cuts is cut by the others too.
    """
    makes = []
    for rule, only, most, less in product(("hard",), (False, True), (1.5, 2.0, 3.0, 5.0), (0.0, -0.1, -0.25)):
        level = Level(rule, only, most, CAP, less)
        name = f"{rule}{' available only' if only else ''} max {most:g} diff {less:g}"
        makes.append((name, lambda chosen=level: Adapt(chosen)))
    return best(scenario, makes, hours)


def peers(scenario: Scenario, hours: float) -> dict[str, tuple[str, Make]]:
    """All peers by name, the tuned ones with the setting that was found."""
    return {
        "progressive": ("", Progressive),
        "ratio tuned": tuned_ratio(scenario, hours),
        "adapt hard": ("default", lambda: Adapt(Level("hard"))),
        "adapt average": ("default", lambda: Adapt(Level("average"))),
        "adapt tapered": ("default", lambda: Adapt(Level("tapered"))),
        "adapt tuned": tuned_level(scenario, hours),
        "issabel": ("", Hopeful),
        "issabel overcommit": ("", lambda: Hopeful(overcommit=True)),
    }


def ours() -> Policy:
    """The production pacing."""
    return Ours(CAP)


def best_compliant(runs: dict[str, Run]) -> str:
    """The peer with the least idle time among those under the cap."""
    return min((name for name, run in runs.items() if run.compliant), key=lambda name: runs[name].whole.idle_share)


def line(name: str, run: Run, note: str = "") -> str:
    """One policy in one cell, for people."""
    told = run.plain()
    half = {k: (v[1] - v[0]) / 2 for k, v in told["ci95"].items()}
    over = "" if run.compliant else "  over the cap"
    return (
        f"    {name:<20} idle {told['idle_share']:6.1%} ±{half['idle_share']:.1%}  "
        f"abandoned {told['abandon_rate']:6.2%} ±{half['abandon_rate']:.2%}  "
        f"answered {told['answered']:>6}{over}  {note}"
    )


def with_drift(cell: Cell, **values: Any) -> Scenario:
    """The cell's scenario with further fields."""
    return replace(cell.scenario(), **values)


def sizes(text: str) -> list[int]:
    """Team sizes as written on the command line. Raises BadInput."""
    try:
        found = [int(word) for word in text.split(",")]
    except ValueError as err:
        raise BadInput(f"--operators must be written as 5,10,50, not {text!r}") from err
    if not all(1 <= n <= 2000 for n in found):
        raise BadInput("--operators must be from 1 to 2000 each")
    return found
