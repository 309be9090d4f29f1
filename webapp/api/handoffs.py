"""Calls: handing leads to the second line, and the closer's side of it."""

from __future__ import annotations

from dialer.desk import closing, handoffs
from webapp.api.room import Ask, call
from webapp.api.shapes import AttemptIn, Done, HandoffIn, HandoffList, HandoffOut, RejectIn, WaitingList, WaitingOut

TAG = "handoff"


@call("POST", "/handoffs", takes=HandoffIn, gives=HandoffOut, tag=TAG, creates=True)
def offer(ask: Ask, body: HandoffIn) -> HandoffOut:
    """Offer the lead of my call: to the longest-ready closer (live) or into the closers' list."""
    ask.needs("desk.use")
    how = handoffs.offer_live if body.live else handoffs.offer_listed
    return HandoffOut.model_validate(how(ask.s, body.attempt_id, ask.user.id, ask.now))


@call("POST", "/handoffs/ask", takes=AttemptIn, gives=Done, tag=TAG)
def ask_group_lead(ask: Ask, body: AttemptIn) -> Done:
    """Ask the group lead to let a lead below the gate through."""
    ask.needs("desk.use")
    handoffs.ask_to_let_through(ask.s, body.attempt_id, ask.user.id, ask.now)
    return Done()


@call("POST", "/handoffs/<int:handoff_id>/cancel", gives=Done, tag=TAG)
def cancel_offer(ask: Ask, handoff_id: int) -> Done:
    """Stop ringing the closer."""
    ask.needs("desk.use")
    handoffs.cancel(ask.s, handoff_id, ask.user.id, ask.now)
    return Done()


@call("POST", "/handoffs/<int:handoff_id>/leave", gives=Done, tag=TAG)
def leave_them(ask: Ask, handoff_id: int) -> Done:
    """Leave contact and closer to it."""
    ask.needs("desk.use")
    handoffs.leave(ask.s, handoff_id, ask.user.id, ask.now)
    return Done()


@call("GET", "/handoffs/results", gives=HandoffList, tag=TAG)
def results(ask: Ask) -> HandoffList:
    """What closers said of my leads and I have not put aside."""
    ask.needs("desk.use")
    found = handoffs.unseen_results(ask.s, ask.user.id)
    return HandoffList(handoffs=[HandoffOut.model_validate(handoff) for handoff, _ in found])


@call("POST", "/handoffs/<int:handoff_id>/seen", gives=Done, tag=TAG)
def read_result(ask: Ask, handoff_id: int) -> Done:
    """I have read it."""
    ask.needs("desk.use")
    handoffs.seen(ask.s, handoff_id, ask.user.id, ask.now)
    return Done()


@call("GET", "/handoffs/waiting", gives=WaitingList, tag=TAG)
def waiting(ask: Ask) -> WaitingList:
    """The closers' list: leads nobody has taken, and mine."""
    ask.needs("desk.use")
    return WaitingList(leads=[WaitingOut.model_validate(lead) for lead in closing.waiting(ask.s, ask.user.id)])


@call("POST", "/handoffs/<int:handoff_id>/take", gives=HandoffOut, tag=TAG)
def take(ask: Ask, handoff_id: int) -> HandoffOut:
    """Take a lead from the list."""
    ask.needs("desk.use")
    return HandoffOut.model_validate(closing.take(ask.s, handoff_id, ask.user.id, ask.now))


@call("POST", "/handoffs/<int:handoff_id>/decline", gives=Done, tag=TAG)
def decline(ask: Ask, handoff_id: int) -> Done:
    """Do not answer this one."""
    ask.needs("desk.use")
    closing.decline(ask.s, handoff_id, ask.user.id, ask.now)
    return Done()


@call("POST", "/handoffs/<int:handoff_id>/accept", gives=HandoffOut, tag=TAG)
def accept(ask: Ask, handoff_id: int) -> HandoffOut:
    """The lead is good."""
    ask.needs("desk.use")
    return HandoffOut.model_validate(closing.accept(ask.s, handoff_id, ask.user.id, ask.now))


@call("POST", "/handoffs/<int:handoff_id>/reject", takes=RejectIn, gives=HandoffOut, tag=TAG)
def reject(ask: Ask, body: RejectIn, handoff_id: int) -> HandoffOut:
    """The lead is not good, for a reason that the operator reads."""
    ask.needs("desk.use")
    settled = closing.reject(ask.s, handoff_id, ask.user.id, body.reason, ask.now, body.code)
    return HandoffOut.model_validate(settled)


@call("POST", "/handoffs/done", gives=Done, tag=TAG)
def done(ask: Ask) -> Done:
    """Through with this call, free for the next lead."""
    ask.needs("desk.use")
    closing.done(ask.s, ask.user.id, ask.now)
    return Done()
