"""``dialer bench script``: the next step of a long script at the desk, and lint of a very long one.

``dialer web`` runs as a process of its own; one operator who logged in is in a call and answers 150 steps one after
another, each time with a question, two spoken lines with Jinja and eight objections: an HTTP request that takes the
answer, stores position, log and answer, and brings the next screen. Aim: p99 at most 100 ms. Beside it, in turn, the
floor: an address that is not there, in the same process. Lint of 1,000 steps: less than 1 s of processor time.
Imports the core and ``scripts``; the web is reached over HTTP only.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from dialer import clock, collecting
from dialer.bench import floor, web
from dialer.bench.figures import machine, spread, verdict
from dialer.people import accounts
from dialer.rules.words import AttemptState, Duty, Mode, OperatorState
from dialer.scripting import drafts, versions
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign, CampaignMember
from scripts.lint import lint_text

MOST_STEP_MS, MOST_LINT_S = 100.0, 1.0
LINTED = 1_000
MOST_FIELDS = 150
LOGIN = "reader"

HEAD = """---
script: bench/long
kind: survey
languages: [ru, en]
start: n1
needs: {{contact: [person], project: [client]}}
fields:
{fields}
---
"""
FIELD = (
    "  f{n}: {{type: single, label: Вопрос {n} / Question {n}, options: {{1: Да / Yes, 2: Нет / No, 3: Иное / Other}}}}"
)
STEP = """=== n{n} stage=state{flags}
title> Шаг {n} / Step {n}
ru> {{{{ contact.person or "Коллега" }}}}, {{{{ operator.name }}}} из «{{{{ project.client }}}}», вопрос {n}.
ru> {{% if touch > 1 %}}Мы уже говорили. {{% endif %}}Как у вас с этим?
en> {{{{ contact.person or "Colleague" }}}}, {{{{ operator.name }}}} of {{{{ project.client }}}}, question {n}.
en> {{% if touch > 1 %}}We have spoken before. {{% endif %}}How are things with that?
? f{field}!
~ if f{field} == 3 and f1 in [1, 2] -> n{next}
{last}
"""
TANGLED = """=== n{n} stage=state{flags}
title> Шаг {n} / Step {n}
ru> {{{{ contact.person or "Коллега" }}}}, {{{{ operator.name }}}} из «{{{{ project.client }}}}», вопрос {n}.
en> {{{{ contact.person or "Colleague" }}}}, {{{{ operator.name }}}} of {{{{ project.client }}}}, question {n}.
? f{field}! if touch != {n}
{ways}+ [on] Дальше / Go on -> n{next}
+ [stop] Хватит / Enough -> END:dnc
+ [end] Всё / Done -> END:complete

"""
WAY = "+ [c{code}] Ответ {code} / Answer {code} -> n{to}\n"
OBJECTION = """=== o{n} @objection
title> Возражение {n} / Objection {n}
ru> Понимаю. Продолжим?
en> I see. Shall we go on?
+ [ok] Да / Yes <-
+ [no] Нет / No -> END:{outcome}
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps of the script, and calls along it."""

    steps: int = 150
    calls: int = 4


QUICK = Plan(steps=20, calls=1)


def long_script(steps: int) -> str:
    """A survey of so many steps, one after another, with a question each (150 at most) and eight objections."""
    asked = min(steps, MOST_FIELDS)
    fields = "\n".join(FIELD.format(n=n) for n in range(1, asked + 1))
    parts = [HEAD.format(fields=fields)]
    for n in range(1, steps + 1):
        last = "-> END:complete" if n == steps else f"-> n{n + 1}"
        flags = " @consent" if n == 1 else " @goal" if n == steps else ""
        field = (n - 1) % asked + 1
        parts.append(STEP.format(n=n, field=field, next=min(n + 1, steps), last=last, flags=flags))
    parts += [OBJECTION.format(n=n, outcome="dnc" if n == 8 else "refused_soft") for n in range(1, 9)]
    return "".join(parts)


def tangled_script(steps: int) -> str:
    """As long, and each step leads to six others all over the script: the most work for what holds on every path."""
    asked = min(steps, MOST_FIELDS)
    parts = [HEAD.format(fields="\n".join(FIELD.format(n=n) for n in range(1, asked + 1)))]
    for n in range(1, steps + 1):
        flags = " @consent" if n == 1 else " @goal" if n == steps else ""
        ways = "".join(WAY.format(code=k, to=(n * 31 + k * 97) % steps + 1) for k in range(6))
        parts.append(TANGLED.format(n=n, field=(n - 1) % asked + 1, flags=flags, ways=ways, next=min(n + 1, steps)))
    return "".join(parts)


def run(plan: Plan) -> dict[str, Any]:
    """Measure. Raises RuntimeError if the pages cannot be reached."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder:
        home = Path(folder)
        db = Database(f"sqlite:///{home}/bench.db")
        made = floor.make(db, contacts=plan.calls)
        reader = _desk(db, made.campaign_id, plan.steps)
        web.give_password(db)
        with web.served(db, home, threads=4) as port:
            reader_at = Reader(port, web.log_in(port, LOGIN))
            took: list[tuple[float, float]] = []
            for call in range(1, plan.calls + 1):
                _connect(db, made.campaign_id, reader, call)
                took += reader_at.read(plan.steps)
        db.close()
    steps = LINTED if plan.calls > 1 else plan.steps
    collecting.seldom()  # as the pages' process does, which lints as somebody types
    return _result(plan, before, took, _lint_s(long_script(steps)), _lint_s(tangled_script(steps)))


def _lint_s(text: str) -> float:
    begun = time.process_time()
    errors = [problem for problem in lint_text(text) if problem.level == "error"]
    took = time.process_time() - begun
    if errors:
        raise RuntimeError(f"the script of the bench is not clean: {errors[0].message}")
    return took


def _result(
    plan: Plan, before: dict[str, Any], took: list[tuple[float, float]], lint_s: float, tangled_s: float
) -> dict[str, Any]:
    step_ms = spread([step for step, _ in took])
    return {
        "machine": before,
        "steps": plan.steps,
        "step_ms": step_ms,
        "nothing_ms": spread([nothing for _, nothing in took]),
        "lint_s": round(lint_s, 3),
        "lint_tangled_s": round(tangled_s, 3),
        "most_step_ms": MOST_STEP_MS,
        "most_lint_s": MOST_LINT_S,
        "passed": step_ms["p99"] <= MOST_STEP_MS and max(lint_s, tangled_s) <= MOST_LINT_S,
    }


def _desk(db: Database, campaign_id: int, steps: int) -> int:
    """One operator of the campaign, which follows the long script; returns their id."""
    now = clock.now()
    with db.write() as s:
        campaign = s.get_one(Campaign, campaign_id)
        user = accounts.add(s, LOGIN, "Reader", web.PASSWORD, [(Duty.OPERATOR, campaign.project_id)], now, "en")
        s.add(CampaignMember(campaign_id=campaign_id, user_id=user.id, line=1))
        script = drafts.create(s, campaign.project_id, "Long", long_script(steps), user.id, now)
        versions.publish_draft(s, script.id, script.revision, user.id, now)
        campaign.script_id = script.id
        return user.id


def _connect(db: Database, campaign_id: int, user_id: int, contact_id: int) -> None:
    """The operator talks with this contact, as if the engine had joined them."""
    now = clock.now()
    with db.write() as s:
        attempt = Attempt(
            id=f"abench{contact_id}", campaign_id=campaign_id, contact_id=contact_id, number_id=contact_id,
            to_number=f"+{floor.FIRST_NUMBER + contact_id}", provider="pretend", mode=Mode.PROGRESSIVE,
            state=AttemptState.CONNECTED, operator_id=user_id,
            placed_at=now, sent_at=now, answered_at=now, connected_at=now,
        )  # fmt: skip
        s.add(attempt)
        s.flush()
        row = s.get(OperatorSession, user_id) or OperatorSession(user_id=user_id)
        row.campaign_id, row.line, row.state, row.since_at = campaign_id, 1, OperatorState.TALKING, now
        row.leg_up, row.attempt_id = True, attempt.id
        s.add(row)


class Reader:
    """The browser of the operator: knows the revision that its page shows, and the page's token."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.headers = port, {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}

    def read(self, steps: int) -> Iterator[tuple[float, float]]:
        """Answer every step; for each the milliseconds it took, and those of an address that is not there.

        Raises RuntimeError if a step is refused.
        """
        page = self._ask("GET", "/desk", {})[1]
        self.headers["X-CSRFToken"] = _in(r'data-csrf="([^"]+)"', page)
        for n in range(1, steps + 1):
            attempt, revision = (_in(rf'data-{name}="([^"]+)"', page) for name in ("attempt", "revision"))
            form = {"attempt": attempt, "revision": revision, "code": "next", f"q.f{n}": "1"}
            took, page = self._ask("POST", "/desk/script/choose", form)
            yield took, self._ask("POST", "/desk/nowhere", form, 404)[0]

    def _ask(self, method: str, path: str, form: dict[str, str], wanted: int = 200) -> tuple[float, str]:
        begun = time.perf_counter()
        status, cookie, text = web.request(self.port, method, path, self.headers, urlencode(form))
        took = (time.perf_counter() - begun) * 1000
        self.headers["Cookie"] = cookie or self.headers["Cookie"]
        if status != wanted:
            raise RuntimeError(f"{path} was answered with {status}")
        return took, text


def _in(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise RuntimeError(f"the page has no {pattern}")
    return found[1]


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows = []
    for name, key in ((f"next of {found['steps']} steps", "step_ms"), ("an address that is not there", "nothing_ms")):
        ms = found[key]
        rows.append(f"{name}: {ms['n']}, ms: p50 {ms['p50']}, p95 {ms['p95']}, p99 {ms['p99']}, most {ms['max']}")
    told = f"{found['lint_s']} s of one core, of {LINTED} that lead anywhere: {found['lint_tangled_s']} s"
    rows.append(f"lint of {LINTED} steps: {told}")
    aim = f"p99 at most {found['most_step_ms']} ms, lint at most {found['most_lint_s']} s"
    return [*rows, verdict(found["passed"], aim)]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="One call along 20 steps, and no figure to quote.")
def command(as_json: bool, quick: bool) -> None:
    """The next step of a 150-step script at the desk; lint of 1,000."""
    found = run(QUICK if quick else Plan())
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
