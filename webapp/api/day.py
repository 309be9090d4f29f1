"""Calls: one's own calls of the day: listed, called again, put right."""

from __future__ import annotations

from datetime import timedelta

from dialer.desk import by_hand, choosing, correcting, my_day
from dialer.errors import Refusal
from webapp.api.day_shapes import ByHandIn, ChoiceList, ChoiceOut, ChoicesQuery, CorrectIn, DayOut, DayQuery
from webapp.api.room import Ask, call
from webapp.api.shapes import Done
from webapp.layout.filters import masked

TAG = "day"


@call("GET", "/day", asks=DayQuery, gives=DayOut, tag=TAG)
def my_calls(ask: Ask, query: DayQuery) -> DayOut:
    """My talks of the day, newest first, at most 50, and the sums over all of them."""
    ask.needs("desk.use")
    since = query.since if query.since and query.since.tzinfo else ask.now - timedelta(hours=24)
    return DayOut.model_validate(my_day.of(ask.s, ask.user.id, since, ask.now))


@call("POST", "/day/<attempt_id>/correct", takes=CorrectIn, gives=Done, tag=TAG)
def correct(ask: Ask, body: CorrectIn, attempt_id: str) -> Done:
    """Put another outcome in the place of the one I saved; what followed from that one is taken back."""
    ask.needs("desk.use")
    if body.callback_at is not None and body.callback_at.tzinfo is None:
        raise Refusal("callback_needs_time")
    owner = ask.user.id if body.callback_mine else None
    correcting.correct(
        ask.s, attempt_id, ask.user.id, body.disposition, ask.now, callback_at=body.callback_at, callback_owner=owner
    )
    return Done()


@call("GET", "/call/choices", asks=ChoicesQuery, gives=ChoiceList, tag="call")
def choices(ask: Ask, query: ChoicesQuery) -> ChoiceList:
    """Contacts of the manual campaign I sit in, at most 20, to choose whom to call; 409 ``not_manual`` elsewhere."""
    ask.needs("desk.use")
    found = choosing.find(ask.s, ask.user.id, query.text, ask.now)
    return ChoiceList(
        contacts=[
            ChoiceOut(
                contact_id=one.id, name=one.name, company=one.company, state=one.state,
                number=masked(one.numbers[0].number) if one.numbers else "", disposition=one.disposition or "",
            )
            for one in found
        ]
    )  # fmt: skip


@call("POST", "/call/by-hand", takes=ByHandIn, gives=Done, tag="call")
def call_by_hand(ask: Ask, body: ByHandIn) -> Done:
    """Dial a contact of mine now, from ready or from a pause; 409 ``may_not_dial`` names the rule that refuses."""
    ask.needs("desk.use")
    by_hand.ask(ask.s, ask.user.id, body.contact_id, ask.now)
    return Done()
