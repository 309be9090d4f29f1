"""``dialer bench amd``: who answers, whom the machine detection takes them for, and how long they hear nothing.

Every voice of the lab in both languages is called so many times, as it answers: people who say hello, people who open
with their firm's long greeting, people who say nothing, machines with a long and with a short greeting, faxes, dead
air. Once with Asterisk's own parameters and once with those of ``dialer/profiles/amd.yaml``. Intervals are Wilson's,
95 %. The lab's voices are synthetic: the table compares parameters, it does not foretell a real list.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from dialer import profiles
from dialer.bench.amd_calls import COUNTRY, Call, Caller, Wanted
from dialer.bench.figures import machine, percentile, table, verdict, wilson
from dialer.bench.postgres import free_port
from dialer.lab import Lab
from dialer.lab.voices import COUNT

TRUTH = {
    "talk": "human",
    "firm": "human",
    "mute": "human",
    "machine": "machine",
    "curt": "machine",
    "fax": "fax",
    "deadair": "nobody",
}
"""What answers, by the lab's behaviour."""
SAID = ("human", "unsure", "machine", "fax", "")
TREATED_AS_PEOPLE = ("human", "unsure", "")
"""Who is not certainly a machine or a fax is given to an operator."""
ASTERISK = (2500, 1500, 800, 5000, 100, 50, 2, 256, 5000)
"""app_amd's own, as its source has them."""
MOST_SILENT_S = 2.0
CALLS, AT_ONCE = 5, 12


@dataclass(frozen=True, slots=True)
class Plan:
    """Calls to each voice, calls at once, and sets of parameters besides ``asterisk`` and ``tuned``."""

    calls: int = CALLS
    at_once: int = AT_ONCE
    languages: tuple[str, ...] = tuple(COUNTRY)
    extra: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def wanted(self) -> Iterator[Wanted]:
        """Every call, the sets taking turns, so that a slow minute of the machine falls on all of them."""
        for _ in range(self.calls):
            for language in self.languages:
                sets = {"asterisk": ASTERISK, "tuned": profiles.detection(language), **self.extra}
                for behaviour in TRUTH:
                    for voice in range(COUNT):
                        for name, parameters in sets.items():
                            yield Wanted(language, behaviour, voice, name, parameters)


def run(plan: Plan) -> dict[str, Any]:
    """Call them all. Raises LabUnavailable, AmiError."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as home:
        lab = Lab(Path(home) / "lab", fastagi=f"127.0.0.1:{free_port()}", operators=0, closers=0)
        status = lab.up()
        try:
            calls = Caller(status, plan.at_once).make(plan.wanted())
        finally:
            lab.down(wipe=True)
    return {"machine": before, "calls_per_voice": plan.calls, "sets": account(calls)}


def account(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """For each language and set of parameters: the confusion table, what it means, and how long nothing was heard."""
    groups: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        groups.setdefault((call.wanted.language, call.wanted.set_name), []).append(call)
    return [{"language": lang, "set": name, **_figures(some)} for (lang, name), some in sorted(groups.items())]


def _figures(calls: Sequence[Call]) -> dict[str, Any]:
    people = [call for call in calls if TRUTH[call.wanted.behaviour] == "human"]
    robots = [call for call in calls if TRUTH[call.wanted.behaviour] in ("machine", "fax")]
    return {
        "parameters": "-".join(map(str, calls[0].wanted.parameters)),
        "table": {kind: _row([c for c in calls if c.wanted.behaviour == kind]) for kind in TRUTH},
        "people_lost": _share(sum(call.said not in TREATED_AS_PEOPLE for call in people), len(people)),
        "robots_told": _share(sum(call.said in ("machine", "fax") for call in robots), len(robots)),
        "after_answer": _silence([call.after_answer_s for call in people]),
        "after_greeting": _silence([call.after_greeting_s for call in people]),
    }


def _silence(waits: Sequence[float | None]) -> dict[str, Any]:
    """Seconds until something was heard, and how many waited too long; who never heard anything did."""
    heard = [wait for wait in waits if wait is not None]
    over = sum(wait > MOST_SILENT_S for wait in heard) + len(waits) - len(heard)
    shares = {"p50": 0.5, "p99": 0.99}
    return {**{name: round(percentile(heard, q), 2) for name, q in shares.items()}, "over": _share(over, len(waits))}


def _row(calls: Sequence[Call]) -> dict[str, int]:
    said = Counter(call.said for call in calls)
    return {word or "not asked": said[word] for word in SAID}


def _share(hits: int, n: int) -> dict[str, float]:
    low, high = wilson(hits, n)
    return {"hits": hits, "n": n, "low": round(low, 3), "high": round(high, 3)}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures as text."""
    yield f"{found['calls_per_voice']} calls to each of {COUNT} voices and behaviours; shares with Wilson's 95 %"
    for one in found["sets"]:
        yield f"\n{one['language']}, {one['set']} ({one['parameters']})"
        said = next(iter(one["table"].values()))
        yield from table([("answers", *said), *((kind, *row.values()) for kind, row in one["table"].items())])
        yield f"people taken for a machine or fax: {_text(one['people_lost'])}"
        yield f"machines and faxes told: {_text(one['robots_told'])}"
        for name in ("after_answer", "after_greeting"):
            text = f"{name.replace('_', ' ')}: {_waited(one[name])}"
            judged = one["set"] == "tuned" and name == "after_greeting"
            yield verdict(not one[name]["over"]["hits"], text) if judged else text


def _waited(silence: dict[str, Any]) -> str:
    times = f"a person hears nothing for {silence['p50']} s (p50), {silence['p99']} s (p99)"
    return f"{times}; longer than {MOST_SILENT_S:g} s: {_text(silence['over'])}"


def _text(share: dict[str, float]) -> str:
    rate = share["hits"] / share["n"] if share["n"] else 0.0
    return f"{share['hits']} of {share['n']} ({rate:.1%}; {share['low']:.1%} to {share['high']:.1%})"


def _extra(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    sets = dict(text.partition("=")[::2] for text in given)
    try:
        return {name: tuple(int(part) for part in values.split("-")) for name, values in sets.items()}
    except ValueError:
        raise click.BadParameter("a set is written NAME=1700-1500-400-1700-100-50-6-256-4000") from None


@click.command()
@click.option("--calls", default=CALLS, show_default=True, type=click.IntRange(1, 200), help="To each voice.")
@click.option("--at-once", default=AT_ONCE, show_default=True, type=click.IntRange(1, 60))
@click.option("--language", type=click.Choice(list(COUNTRY)), help="Of the voices; both if not given.")
@click.option("--set", "extra", multiple=True, callback=_extra, metavar="NAME=A-B-…", help="Parameters to try besides.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(calls: int, at_once: int, language: str | None, extra: dict[str, tuple[int, ...]], as_json: bool) -> None:
    """Whom machine detection takes the lab's voices for, and how long they hear nothing."""
    plan = Plan(calls, at_once, (language,) if language else tuple(COUNTRY), extra)
    found = run(plan)
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
