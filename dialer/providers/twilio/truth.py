"""Asking Twilio what is up now: at the start, after a lost link, and about calls that have been silent too long.

Three lists (queued, ringing, in progress) tell every live call at once; they are read in the order in which a call
moves, so that none slips between two of them. May be called from any thread; it changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dialer.providers.base import ProviderError
from dialer.providers.twilio.client import Clients, Gone, asking

PAGE = 1000
RECENT = 20
SLACK = timedelta(seconds=3)
"""Twilio tells whole seconds, and its clock is not ours."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One call in one conference."""

    room: str
    conference: str
    leg: str
    held: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """``calls``: SID -> status of every call that is up; ``seats``: SID -> where it sits."""

    calls: dict[str, str] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)


def live_calls(clients: Clients) -> dict[str, str]:
    """SID -> status. Raises ProviderError, Unknown."""
    found: dict[str, str] = {}
    for status in ("queued", "ringing", "in-progress"):
        for call in asking(lambda status=status: clients.mine.calls.list(status=status, page_size=PAGE)):  # type: ignore[misc]
            found[call.sid or ""] = status
    return found


def seats(clients: Clients) -> dict[str, Seat]:
    """Who sits in which conference. Raises ProviderError, Unknown."""
    found: dict[str, Seat] = {}
    for room in asking(lambda: clients.mine.conferences.list(status="in-progress", page_size=PAGE)):
        try:
            sitting = asking(lambda room=room: clients.mine.conferences(room.sid).participants.list(page_size=PAGE))  # type: ignore[misc]
        except Gone:
            continue
        for one in sitting:
            seat = Seat(room.friendly_name or "", room.sid or "", one.label or "", bool(one.hold))
            found[one.call_sid or ""] = seat
    return found


def child_of(clients: Clients, sid: str) -> str:
    """The call that bridges ``sid`` to the PBX now, empty if there is none. Raises ProviderError, Unknown."""
    found = asking(lambda: clients.mine.calls.list(parent_call_sid=sid, status="in-progress", limit=1, page_size=1))
    return found[0].sid or "" if found else ""


def read(clients: Clients) -> Truth:
    """Everything that is up. Raises ProviderError, Unknown."""
    return Truth(live_calls(clients), seats(clients))


def status_of(clients: Clients, sid: str) -> str:
    """The status of one call; ``failed`` for one that Twilio does not know. Raises ProviderError, Unknown."""
    try:
        return str(asking(lambda: clients.mine.calls(sid).fetch()).status)
    except Gone:
        return "failed"


def candidates(clients: Clients, to: str, caller: str, since_at: datetime) -> list[str]:
    """SIDs of calls to ``to`` made since then: one of them may be ours. Raises ProviderError, Unknown."""
    calls = asking(lambda: clients.mine.calls.list(to=to, limit=RECENT, page_size=RECENT))
    return [
        call.sid or ""
        for call in calls
        if call.date_created is not None
        and call.date_created >= since_at - SLACK
        and call.direction == "outbound-api"
        and caller in ("", call._from)
    ]


def beat(clients: Clients) -> None:
    """Whether Twilio answers at all. Raises ProviderError, Unknown."""
    account = asking(lambda: clients.mine.api.v2010.accounts(clients.mine.account_sid).fetch())
    if account.status not in ("active", None):
        raise ProviderError(f"the Twilio account is {account.status}")
