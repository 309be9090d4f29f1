"""Telephone lines for tests of pages: networks in every state, routes with numbers that rest, and calls under way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.rules.words import AttemptState, ContactState, Duty, LinkState, Mode
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import Listening
from dialer.store.people import Holding, User
from dialer.store.projects import Campaign
from dialer.store.provider import NetworkLink, NumberRest, RouteHealth
from tests.support.web import Side

ROUTES: list[dict[str, Any]] = [
    {"network": "asterisk", "trunk": "trunk-a", "caller_ids": ["+74951112201", "+74951112202"], "daily_cap": 300},
    {"network": "asterisk", "trunk": "trunk-b", "caller_ids": []},
    {"network": "twilio", "trunk": "", "caller_ids": ["+12025550100"], "least_answer_rate": 0.05, "rest_h": 72},
]


def fill(db: Database, side: Side, listener: int | None = None) -> None:
    """Put them there; ``listener`` whispers in the first of two calls."""
    with db.write() as s:
        s.get_one(Campaign, side.campaign).routes = ROUTES
        _networks(s)
        calls = [_call(s, side, n, name) for n, name in enumerate(("Анна Белова", "Константин Преображенский-Волков"))]
        if listener is not None:
            at = {"user_id": listener, "attempt_id": calls[0], "since_at": now()}
            s.add(Listening(**at, leg="s" + "0" * 12, up=True, voice="whisper"))


def _networks(s: Session) -> None:
    at, before = now(), now() - timedelta(minutes=7)
    one, other = ({"engine": f"dialer-{n}:4573", "seen_at": seen} for n, seen in ((1, at), (2, before)))
    soon = at + timedelta(minutes=4)
    closed, refused = "the PBX closed the connection", "20003: Authentication Error - invalid username"
    s.add_all(
        [
            NetworkLink(**one, network="asterisk", state=LinkState.SYNCING, since_at=at, error=closed, error_at=before),
            NetworkLink(**one, network="twilio", state=LinkState.DOWN, since_at=before, error=refused, error_at=before),
            NetworkLink(**one, network="pretend", state=LinkState.UP, since_at=before - timedelta(days=3)),
            NetworkLink(**other, network="asterisk", state=LinkState.UP, since_at=before),
            RouteHealth(name="asterisk:trunk-a", errors=2, reason="congestion", at=before),
            RouteHealth(name="twilio", errors=3, reason="20429: Too Many Requests", at=at, resting_until=soon),
            NumberRest(
                number="+74951112202", until_at=at + timedelta(hours=60), reason="answered 1 of 64 calls", at=before
            ),
        ]
    )


def _call(s: Session, side: Side, n: int, name: str) -> str:
    user = User(login=f"line{n}", name=name, password_hash="", language="en", active=True, created_at=now())
    s.add(user)
    s.flush()
    s.add(Holding(user_id=user.id, duty=Duty.OPERATOR, project_id=side.project))
    like = s.get_one(Contact, side.contact)
    contact = Contact(
        campaign_id=side.campaign, state=ContactState.CLAIMED, zone_set_id=like.zone_set_id, created_at=now()
    )
    contact.numbers.append(ContactNumber(campaign_id=side.campaign, number=f"+7916123459{n}"))
    s.add(contact)
    s.flush()
    since = now() - timedelta(minutes=2 + 70 * n)
    attempt = Attempt(
        id=f"aline{n}0000000000", campaign_id=side.campaign, contact_id=contact.id, number_id=contact.numbers[0].id,
        to_number=contact.numbers[0].number, caller_id="+74951112201", provider="asterisk", trunk="trunk-a",
        mode=Mode.PROGRESSIVE, state=AttemptState.CONNECTED, operator_id=user.id, room=f"rline{n}000000",
        placed_at=since, sent_at=since, answered_at=since, connected_at=since,
    )  # fmt: skip
    s.add(attempt)
    s.flush()
    return attempt.id
