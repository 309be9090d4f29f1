"""What this engine knows of each network, written down for people: in sync, catching up or down, since when, why."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from dialer.engine.turn import Turn
from dialer.providers.base import Down, Up
from dialer.providers.switchboard import every
from dialer.rules.words import LinkState
from dialer.store.outbox import tell
from dialer.store.provider import NetworkLink

FORGOTTEN_AFTER = timedelta(days=1)
"""An engine that said nothing for so long is not coming back under that name."""


def began(t: Turn) -> None:
    """The engine starts: what is up must be learnt before anything is dialled."""
    for one in every(t.provider):
        _is(t, one.name, LinkState.SYNCING)


def resync(t: Turn) -> None:
    """Learn the whole truth once more, after the commit."""
    began(t)
    t.after.append(t.provider.resync)


def heard(t: Turn, event: Up | Down) -> None:
    """A network's link came, or went; the pages are told of our own people's one."""
    up = isinstance(event, Up)
    name = event.network or t.provider.name
    row = _is(t, name, LinkState.UP if up else LinkState.DOWN)
    if isinstance(event, Down):
        row.error, row.error_at = event.reason[:120], t.now
    if name == t.provider.name:
        tell(t.s, t.now, "network", "all", up=up)


def seen(t: Turn) -> None:
    """The engine lives: what it said still holds."""
    t.s.execute(update(NetworkLink).where(NetworkLink.engine == t.engine).values(seen_at=t.now))
    t.s.execute(delete(NetworkLink).where(NetworkLink.seen_at < t.now - FORGOTTEN_AFTER))


def _is(t: Turn, network: str, state: LinkState) -> NetworkLink:
    row = t.s.get(NetworkLink, (t.engine, network))
    if row is None:
        row = NetworkLink(engine=t.engine, network=network, state=state, since_at=t.now)
        t.s.add(row)
    if row.state is not state:
        row.state, row.since_at = state, t.now
    row.seen_at = t.now
    return row
