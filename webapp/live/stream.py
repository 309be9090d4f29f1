"""``GET /live``: the outbox as server-sent events, for one logged-in person.

``id:`` is the outbox id, so a browser that reconnects sends ``Last-Event-ID`` and gets what it missed, or ``resync``
when that is too much or no longer kept. What a person may hear is looked at again every few seconds: a stream ends soon
after its person was logged out everywhere or lost their rights. May import ``dialer`` and flask.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Flask, Response, current_app, request
from flask.sansio.blueprints import BlueprintSetupState
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from dialer import clock
from dialer.people import may
from dialer.store import Database
from dialer.store.messages import Outbox
from dialer.store.people import User
from dialer.store.projects import Campaign, CampaignMember
from webapp.guards import signed_in
from webapp.live.hub import Client, Hub, Line

HEARTBEAT_S = 15.0
"""Shorter than the idle limit of common proxies (30 to 60 s)."""
LOOK_S = 1.0
"""How often a stream looks whether the process is going down."""
RIGHTS_S = 10.0
RETRY_MS = 2_000
REPLAY_MAX = 500
LATE = timedelta(seconds=10)
"""A line this young may have been committed after later ones: it is replayed again rather than lost."""

blueprint = Blueprint("live", __name__)


@blueprint.record_once
def _install(state: BlueprintSetupState) -> None:
    state.app.extensions["live"] = Hub(state.app.extensions["warmline"]["db"])


def hub_of(app: Flask) -> Hub:
    """The hub of this process. A server that forks sets its ``alive`` in each worker; tests call its ``stop``."""
    return app.extensions["live"]


@blueprint.get("/live")
@signed_in
def live() -> Response:
    """All that this person may hear. ``?last=`` stands for ``Last-Event-ID`` when there is none."""
    hub = hub_of(current_app)
    user_id, epoch = current_user.id, current_user.user.session_epoch
    last_id = request.headers.get("Last-Event-ID", request.args.get("last", ""))
    lines = _events(hub, user_id, epoch, int(last_id) if last_id.isdigit() else None)
    response = Response(lines, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _events(hub: Hub, user_id: int, epoch: int, last_id: int | None) -> Iterator[str]:
    with hub.db.read() as s:
        audiences = audiences_of(s, user_id, epoch)
    if audiences is None:
        return
    client = hub.join(audiences)
    try:
        yield f"retry: {RETRY_MS}\n\n"
        sent, text = _replay(hub.db, audiences, last_id)
        yield text
        yield from _follow(hub, client, user_id, epoch, sent)
    finally:
        hub.leave(client)


def _follow(hub: Hub, client: Client, user_id: int, epoch: int, sent: set[int]) -> Iterator[str]:
    beat = looked = time.monotonic()
    while hub.running:
        lines, resync = client.take(LOOK_S)
        now = time.monotonic()
        text = _event("resync", {}) if resync else "".join(_text(line) for line in lines if line.id not in sent)
        if not text and now - beat > HEARTBEAT_S:
            text = ": still here\n\n"
        if text:
            beat = now
            yield text
        if now - looked > RIGHTS_S:
            looked = now
            with hub.db.read() as s:
                audiences = audiences_of(s, user_id, epoch)
            if audiences is None:
                yield _event("goodbye", {})
                return
            client.audiences = audiences


def audiences_of(s: Session, user_id: int, epoch: int) -> frozenset[str] | None:
    """What this person may hear now; None if they are not logged in any more.

    Their own lines, those for all, and those of the campaigns they work in or may see.
    """
    user = s.scalar(select(User).where(User.id == user_id).options(selectinload(User.holdings)))
    if user is None or not user.active or user.session_epoch != epoch:
        return None
    member = select(CampaignMember.campaign_id).where(CampaignMember.user_id == user_id)
    campaigns = set(s.scalars(member))
    campaigns |= {c.id for c in s.scalars(select(Campaign)) if may(s, user, "campaign.see", c)}
    return frozenset({"all", f"user:{user_id}", *(f"campaign:{i}" for i in campaigns)})


def _replay(db: Database, audiences: frozenset[str], last_id: int | None) -> tuple[set[int], str]:
    """What came after ``last_id``: (ids sent, text). A line may come twice, but none is left out."""
    if last_id is None:
        return set(), ""
    with db.read() as s:
        oldest = s.scalar(select(func.min(Outbox.id)))
        young = (Outbox.id > last_id - REPLAY_MAX) & (Outbox.at > clock.now() - LATE)
        wanted = select(Outbox).where((Outbox.id > last_id) | young, Outbox.audience.in_(audiences))
        rows = list(s.scalars(wanted.order_by(Outbox.id).limit(REPLAY_MAX + 1)))
    if len(rows) > REPLAY_MAX or oldest is None or oldest > last_id + 1:
        return set(), _event("resync", {})
    lines = [Line(row.id, row.topic, row.audience, row.payload) for row in rows]
    return {line.id for line in lines}, "".join(_text(line) for line in lines)


def _text(line: Line) -> str:
    return f"id: {line.id}\n" + _event(line.topic, line.payload)


def _event(name: str, payload: dict[str, object]) -> str:
    return f"data: {json.dumps({**payload, 'topic': name}, separators=(',', ':'))}\n\n"
