"""What came of a script's calls: everything its page and its report show.

Room: scripting. May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.scripting import calls as step_log
from dialer.scripting.calls import MAX_CALLS, Wanted
from dialer.store.people import User
from dialer.store.scripts import CallScript
from scripts.figures.adherence import Adherence, by_operator
from scripts.figures.compare import Contest, Share, by_version, contests, conversion
from scripts.figures.steps import MIN_CALLS, StepFigures, Unscripted, by_step, objections, unscripted
from scripts.graph import svg
from scripts.model import Script
from scripts.screen import node_title

MAX_WORDS = 200
HEADINGS = (
    "step", "title", "calls", "reach", "visits", "lost", "lost_they_hung_up", "lost_we_hung_up", "lost_script_ended",
    "lost_unknown", "lost_rate", "dwell_p50_s", "dwell_p90_s", "goal_after", "unscripted", "answers",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """``script`` is the version that the steps are those of: the one asked for, else the newest that was used."""

    script: Script
    number: int
    total: Share
    steps: Mapping[str, StepFigures]
    objections: list[tuple[StepFigures, float]]
    versions: list[Share]
    contests: list[Contest]
    operators: list[Adherence]
    unscripted: list[Unscripted]
    names: Mapping[int, str]
    cut: bool

    @property
    def least(self) -> int:
        """Calls of each A/B text below which no winner is named."""
        return MIN_CALLS

    def reach(self, node: str) -> float:
        """The share of all calls that came to a step."""
        return self.steps[node].calls / self.total.calls if self.total.calls else 0.0

    def drawing(self, language: str, embedded: bool = True) -> str:
        """The script's graph with reach as a figure and a blue length, losses as a red one."""
        badges = {node: f"{self.reach(node):.0%}" for node, found in self.steps.items() if found.calls}
        total = self.total.calls or 1
        bars = {node: (found.calls / total, found.lost / total) for node, found in self.steps.items()}
        return svg(
            self.script, language=language, href=lambda n: f"#row-{n}", badges=badges, bars=bars, embedded=embedded
        )

    def rows(self, language: str) -> list[list[Any]]:
        """The steps as a table with HEADINGS."""
        return [self._row(node, language) for node in self.steps]

    def _row(self, node: str, language: str) -> list[Any]:
        found = self.steps[node]
        answers = "; ".join(f"{code} {number}" for code, number in found.answers.most_common())
        dwell = [None if found.dwell(share) is None else round(found.dwell(share) or 0, 1) for share in (0.5, 0.9)]
        return [
            node, node_title(self.script.by_id[node], language), found.calls, round(self.reach(node), 4), found.visits,
            found.lost, found.lost_them, found.lost_us, found.lost_script, found.lost_unknown,
            round(found.lost_rate, 4), *dwell, found.goal_after, found.unscripted, answers,
        ]  # fmt: skip

    def as_dict(self, language: str) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "script": self.script.name,
            "version": self.number,
            "calls": self.total.calls,
            "goals": self.total.hits,
            "cut": self.cut,
            "steps": [dict(zip(HEADINGS, row, strict=True)) for row in self.rows(language)],
            "objections": [
                {"step": f.node, "calls": f.calls, "rate": rate, "saved_rate": f.saved_rate}
                for f, rate in self.objections
            ],
            "versions": [_share(share) for share in self.versions],
            "contests": [
                {"step": c.node, "arms": [_share(a) for a in c.arms], "enough": c.enough, "winner": c.winner or None}
                for c in self.contests
            ],
            "operators": [
                {
                    "operator": line.operator, "calls": line.calls, "goals": line.goals,
                    "required_rate": line.required_rate, "verbatim_rate": line.verbatim_rate,
                    "unscripted": line.unscripted,
                }
                for line in self.operators
            ],
            "unscripted": [{"at": u.at.isoformat(), "step": u.node, "words": u.words} for u in self.unscripted],
        }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"name": share.name, "calls": share.calls, "goals": share.hits, "rate": share.rate, "low": low, "high": high}


def of(s: Session, wanted: Wanted) -> Figures | None:
    """Work out everything; None for a script without a published version."""
    versions = {v.number: v for v in step_log.versions_of(s, wanted.script_id).values()}
    if not versions:
        return None
    calls = step_log.load(s, wanted)
    published = s.get_one(CallScript, wanted.script_id).published_id
    usual = max((call.version for call in calls), default=0)
    usual = usual or next((n for n, v in versions.items() if v.id == published), max(versions))
    number = wanted.version if wanted.version in versions else usual
    scripts = {n: step_log.parsed(v.hash, v.text) for n, v in versions.items()}
    steps = by_step(scripts[number], calls)
    return Figures(
        script=scripts[number],
        number=number,
        total=conversion(calls),
        steps=steps,
        objections=objections(scripts[number], steps, len(calls)),
        versions=by_version(calls),
        contests=contests(calls),
        operators=by_operator(scripts, calls),
        unscripted=unscripted(calls)[:MAX_WORDS],
        names=_names(s, {call.operator for call in calls if call.operator is not None}),
        cut=len(calls) >= MAX_CALLS,
    )


def _names(s: Session, ids: set[int]) -> dict[int, str]:
    return {i: name for i, name in s.execute(select(User.id, User.name).where(User.id.in_(ids)))}
