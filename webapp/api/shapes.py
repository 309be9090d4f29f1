"""What goes over the wire: sessions, contacts, calls, handoffs, callbacks. Instants have an offset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from webapp.api.script_shapes import ScriptOut


class Shape(BaseModel):
    """A thing that is given; made from objects by attribute."""

    model_config = ConfigDict(from_attributes=True)


class Taken(BaseModel):
    """A thing that is taken: what is not known here is a mistake, not to be passed over."""

    model_config = ConfigDict(extra="forbid")


class Done(Shape):
    """It was done, or asked of the engine; the change is told by the session and the call."""

    ok: bool = True


class SessionOut(Shape):
    """What the person of the token is doing now."""

    user_id: int
    state: str
    since_at: datetime
    line: int
    campaign_id: int | None
    attempt_id: str | None
    reason: str
    pause_after: str
    leg_up: bool
    muted: bool
    wrap_until_at: datetime | None


class ConnectIn(Taken):
    campaign_id: int


class PauseIn(Taken):
    reason: str


class KeysIn(Taken):
    keys: str = Field(min_length=1, max_length=32, pattern=r"^[0-9*#]+$")


class ReasonIn(Taken):
    reason: str = Field(max_length=300)


class DisposeIn(Taken):
    attempt_id: str
    disposition: str
    note: str = Field(default="", max_length=5000)
    callback_at: datetime | None = None
    callback_mine: bool = True
    callback_team: bool = False
    """My team keeps it; wins over ``callback_mine``."""


class NumberOut(Shape):
    """``number`` is masked unless it was asked for in full by somebody with the right to."""

    number: str
    extension: str
    bad: bool
    current: bool = False


class TouchOut(Shape):
    at: datetime
    outcome: str | None
    disposition: str | None
    operator: str
    talk_s: int


class NoteOut(Shape):
    at: datetime
    author: str
    text: str


class CardOut(Shape):
    """The contact as the desk shows it. ``zones`` and ``local_time`` say where it is."""

    id: int
    name: str
    company: str
    email: str
    fields: dict[str, str]
    numbers: list[NumberOut]
    zones: list[str]
    local_time: datetime
    tries: int
    touches: list[TouchOut]
    notes: list[NoteOut]
    do_not_call: str | None
    callback_at: datetime | None


class HandoffOut(Shape):
    id: int
    attempt_id: str
    lead_id: int
    live: bool
    state: str
    reason: str
    closer_id: int | None
    operator_id: int | None
    offered_at: datetime
    settled_at: datetime | None


class CallOut(Shape):
    """The call on the desk: contact, script and what has been written down so far.

    ``lacks`` is what the lead is short of for the second line while ``may_hand_over`` is false.
    """

    attempt_id: str
    state: str
    on_hold: bool
    placed_at: datetime
    connected_at: datetime | None
    ended_at: datetime | None
    disposition: str | None
    contact: CardOut
    script: ScriptOut | None
    bant: dict[str, int | None]
    handoff: HandoffOut | None
    may_hand_over: bool
    lacks: str
    draft: dict[str, str]


class HandoffIn(Taken):
    attempt_id: str
    live: bool = True


class AttemptIn(Taken):
    attempt_id: str


class RejectIn(Taken):
    """``code`` for the figures of the script; only ``other`` cannot do without words."""

    reason: str = Field(default="", max_length=300)
    code: str = "other"


class WaitingOut(Shape):
    handoff_id: int
    lead_id: int
    contact_id: int
    attempt_id: str
    name: str
    company: str
    operator: str
    temperature: str
    bant: str
    offered_at: datetime
    mine: bool


class WaitingList(Shape):
    leads: list[WaitingOut]


class HandoffList(Shape):
    handoffs: list[HandoffOut]


class CallbackOut(Shape):
    id: int
    contact_id: int
    campaign_id: int
    name: str
    company: str
    due_at: datetime
    mine: bool
    note: str


class CallbackList(Shape):
    waiting: int
    due: int
    callbacks: list[CallbackOut]


class ContactOut(Shape):
    id: int
    campaign_id: int
    state: str
    name: str
    company: str
    email: str
    priority: int
    tries: int
    disposition: str | None
    numbers: list[NumberOut]


class ContactPage(Shape):
    contacts: list[ContactOut]
    after: int | None


class ContactQuery(Taken):
    q: str = Field(default="", max_length=200)
    campaign_id: int | None = None
    state: str | None = None
    after: int | None = None


class NewContactIn(Taken):
    campaign_id: int
    numbers: list[str] = Field(min_length=1, max_length=10)
    name: str = Field(default="", max_length=200)
    company: str = Field(default="", max_length=300)
    email: str = Field(default="", max_length=254)
    zone: str = Field(default="", max_length=60)
    city: str = Field(default="", max_length=100)
    priority: int = Field(default=0, ge=-1000, le=1000)
    fields: dict[str, str] = Field(default_factory=dict, max_length=100)


class CardIn(Taken):
    name: str | None = Field(default=None, max_length=200)
    company: str | None = Field(default=None, max_length=300)
    email: str | None = Field(default=None, max_length=254)


class NoteIn(Taken):
    text: str = Field(min_length=1, max_length=5000)


class BatchIn(Taken):
    contacts: list[NewContactIn] = Field(min_length=1, max_length=500)


class BatchLine(Shape):
    """``error`` and ``message`` say why this one was not taken; the others are."""

    id: int | None
    error: str = ""
    message: str = ""


class BatchOut(Shape):
    """One line for each contact given, in their order."""

    lines: list[BatchLine]


class FullQuery(Taken):
    full: bool = False


class WhyOut(Shape):
    """Rule by rule why a contact is or is not dialled, and when it next may be."""

    contact: int
    campaign: int
    state: str
    may_dial: bool
    code: str
    next_at: datetime | None
    text: str
    rules: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    """The newest refusals in the journal: when, by which rule, on which values, under which profile versions."""
