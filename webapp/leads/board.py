"""Views: the closers' board with its clocks; taking, judging, giving away, letting through."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.desk import closing, contract
from dialer.leads import board as cards
from dialer.leads import figures, gate
from dialer.people import may
from dialer.people.rights import people_of, scope
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff
from dialer.store.projects import Campaign
from webapp.data import database, reading, writing
from webapp.guards import check, needs
from webapp.identity import me
from webapp.language import chosen
from webapp.leads.room import back, blueprint, campaigns, is_closer
from webapp.problems import NotThere

FIGURES_FOR = timedelta(days=30)


@blueprint.get("/second-line")
@needs("lead.board")
def board() -> str:
    """The board."""
    return render_template("leads/board.html", **_shown())


@blueprint.get("/second-line/live")
@needs("lead.board")
def board_live() -> str:
    """Its inner part, fetched anew when something happens."""
    return render_template("leads/board_live.html", **_shown())


def _shown() -> dict[str, object]:
    at, closer_id = now(), me().id if is_closer() else None
    with reading() as s:
        seen = campaigns(s, "lead.board")
        reach = None if closer_id else scope(s, me(), "lead.board")
        waiting = cards.waiting(s, seen, at, closer_id, reach)
        judged = cards.judged(s, seen, at, closer_id, reach)
        leading = [] if closer_id else _leading(s, seen)
        return {
            "at": at,
            "closer": closer_id is not None,
            "waiting": waiting,
            "judged": judged,
            "asking": gate.waiting(s, leading, scope=scope(s, me(), "lead.let_through")),
            "leading": set(leading),
            "closers": cards.closers(s, set(leading)),
            "verdicts": figures.verdicts(s, seen, at - FIGURES_FOR),
            "lang": chosen(),
            "late": sum(card.late for card in waiting),
            "hearable": _hearable(s, [c.attempt_id for c in [*waiting, *judged]]),
        }


def _leading(s: Session, seen: list[int]) -> list[int]:
    """The campaigns in which this person may give leads away: the whole of them, or of their team's."""
    rows = [s.get_one(Campaign, campaign_id) for campaign_id in seen]
    reached = {p: people_of(s, me(), "lead.assign", p) for p in {row.project_id for row in rows}}
    return [row.id for row in rows if reached[row.project_id] != frozenset()]


def _hearable(s: Session, attempts: list[str]) -> set[str]:
    """Those calls whose recording this person may hear."""
    rows = {a: s.get(Attempt, a) for a in attempts}
    return {a for a, row in rows.items() if row is not None and may(s, me(), "recording.listen", row)}


@blueprint.post("/second-line/<int:handoff_id>/take")
@needs("desk.use")
def take(handoff_id: int) -> Response:
    """From now on it is mine."""
    with writing() as s:
        closing.take(s, handoff_id, me().id, now())
    return back("leads.board")


@blueprint.post("/second-line/<int:handoff_id>/accept")
@needs("desk.use")
def accept(handoff_id: int) -> Response:
    """A good lead."""
    with writing() as s:
        closing.accept(s, handoff_id, me().id, now())
    return back("leads.board")


@blueprint.post("/second-line/<int:handoff_id>/reject")
@needs("desk.use")
def reject(handoff_id: int) -> Response:
    """Not a good lead, and why."""
    with writing() as s:
        form = request.form
        closing.reject(s, handoff_id, me().id, form.get("reason", ""), now(), form.get("code", ""))
    return back("leads.board")


@blueprint.post("/second-line/<int:handoff_id>/assign")
@needs("lead.assign")
def assign(handoff_id: int) -> Response:
    """Give it to a closer, or back to the list. Raises Refusal(forbidden) outside of one's own projects."""
    with reading() as s:
        row = s.get(Handoff, handoff_id)
    if row is None:
        raise NotThere
    check(database(), "lead.assign", row)
    with writing() as s:
        cards.assign(s, handoff_id, request.form.get("closer", type=int), me().id, now())
    return back("leads.board")


@blueprint.post("/second-line/gate/<attempt_id>")
@needs("lead.let_through", Attempt, "attempt_id")
def decide(attempt_id: str) -> Response:
    """Let a lead below the gate over, or keep it; with a reason."""
    reason, let = request.form.get("reason", ""), request.form.get("let") == "1"
    with writing() as s:
        if let:
            contract.let_through(s, attempt_id, reason, me().id, now())
        else:
            contract.turn_down(s, attempt_id, reason, me().id, now())
    return back("leads.board")
