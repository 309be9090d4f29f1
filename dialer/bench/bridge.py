"""``dialer bench bridge``: from a contact's answer until both hear each other, beyond what the PBX alone takes.

The whole way is the product's: Asterisk asks by FastAGI, the engine reserves the longest-idle operator, the leg joins
that operator's room. The PBX alone is a leg originated straight into a room where a phone sits already: same phones,
same rooms, same rate, no FastAGI and no engine. Both sides send a tone; the clock runs from the 200 OK that the bench's
own party sends until the later of the two hears the other. PBX, whole, PBX, in one run.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from dialer.bench import floor
from dialer.bench.figures import machine, spread, verdict
from dialer.bench.floor import Floor, until
from dialer.bench.peer import Party, Peer, user_is_number
from dialer.bench.postgres import free_port
from dialer.lab import Lab
from dialer.lab.status import LabStatus
from dialer.lab.wire import Ami
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.people import User

MOST_BEYOND_MS = 250.0
TALK_S = 1.5
FIRST_NUMBER = 79_170_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Operators, calls a second, and seconds of each part."""

    operators: int = 40
    rate: float = 10.0
    alone_s: float = 15.0
    whole_s: float = 40.0


QUICK = Plan(operators=4, rate=1.0, alone_s=4.0, whole_s=6.0)


def run(plan: Plan) -> dict[str, Any]:
    """Measure. Raises LabUnavailable where there is no Asterisk."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder:
        home = Path(folder)
        first = _alone(home / "a", plan)
        whole = _whole(home / "b", plan)
        second = _alone(home / "c", plan)
    return _result(plan, before, first + second, whole)


def _result(plan: Plan, before: dict[str, Any], alone: list[float], whole: list[float]) -> dict[str, Any]:
    ours, theirs = spread(whole), spread(alone)
    beyond = round(ours["p99"] - theirs["p99"], 1)
    return {
        "machine": before,
        "operators": plan.operators,
        "rate": plan.rate,
        "alone_ms": theirs,
        "whole_ms": ours,
        "beyond_p50_ms": round(ours["p50"] - theirs["p50"], 1),
        "beyond_p99_ms": beyond,
        "most_beyond_ms": MOST_BEYOND_MS,
        "passed": bool(whole) and bool(alone) and beyond <= MOST_BEYOND_MS,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows = []
    for name, key in (("PBX alone", "alone_ms"), ("whole way", "whole_ms")):
        ms = found[key]
        rows.append(
            f"{name}   {ms['n']} calls, both hear after (ms): p50 {ms['p50']}, p95 {ms['p95']}, p99 {ms['p99']}"
        )
    beyond = f"p50 {found['beyond_p50_ms']}, p99 {found['beyond_p99_ms']}"
    return [
        f"{found['operators']} operators, {found['rate']} calls/s",
        *rows,
        verdict(found["passed"], f"beyond the PBX (ms): {beyond} (aim: p99 at most {found['most_beyond_ms']})"),
    ]


@contextmanager
def _lab(home: Path, plan: Plan) -> Iterator[tuple[LabStatus, Peer, list[str]]]:
    """A lab whose trunk and phones all end at one peer, registered and loud."""
    home.mkdir()
    port = free_port()
    lab = Lab(home / "lab", trunk=f"sip:127.0.0.1:{port}", fastagi=f"127.0.0.1:{free_port()}", operators=plan.operators)
    status = lab.up()
    peer = Peer((status.sip_host, status.sip_port), loud=True, talk_s=TALK_S, port=port)
    try:
        names = [f"sip-op-{n + 1}" for n in range(plan.operators)]
        peer.register({name: status.phone(name).password for name in names})
        yield status, peer, names
    finally:
        peer.close()
        lab.down(wipe=True)


def _alone(home: Path, plan: Plan) -> list[float]:
    """Milliseconds until both hear, for legs that the PBX puts straight into a room."""
    with _lab(home, plan) as (status, peer, names), _ami(status) as ami:
        rooms = [f"rbench{n:04d}" for n in range(plan.operators)]
        for name, room in zip(names, rooms, strict=True):
            _originate(ami, f"PJSIP/{name}", f"obench{room}", room)
        until(lambda: len(_up(peer)) == plan.operators, 20.0, "the phones did not come up")
        time.sleep(1.0)
        made = 0
        end = time.monotonic() + plan.alone_s
        due = time.monotonic()
        while time.monotonic() < end:
            time.sleep(max(0.0, due - time.monotonic()))
            due += 1 / plan.rate
            _originate(ami, f"PJSIP/{FIRST_NUMBER + made}@trunk", f"abench{made:06d}", rooms[made % len(rooms)])
            made += 1
        time.sleep(TALK_S + 1.0)
        phones = {f"{FIRST_NUMBER + n}": names[n % len(names)] for n in range(made)}
        return heard_ms(peer, phones)


@contextmanager
def _ami(status: LabStatus) -> Iterator[Ami]:
    with Ami(status.ami_port, status.ami_user, status.ami_secret) as ami:
        yield ami


def _originate(ami: Ami, channel: str, leg: str, room: str) -> None:
    ami.action(
        "Originate",
        Channel=channel,
        ChannelId=leg,
        Context="warmline-room",
        Exten=room,
        Priority="1",
        Async="true",
        Timeout="20000",
        CallerID="<+74950001122>",
    )
    ami.events.clear()


def _up(peer: Peer) -> list[Party]:
    return [party for party in list(peer.parties.values()) if party.answered_at]


def _whole(home: Path, plan: Plan) -> list[float]:
    """Milliseconds until both hear, for calls that go the product's whole way; recorded, as they are by default."""
    with _lab(home, plan) as (status, peer, _):
        db = Database(f"sqlite:///{home}/bench.db")
        made = floor.make(
            db, contacts=5_000, operators=plan.operators, calls_per_second=0.001, max_lines=200, ring_s=20
        )
        engine = floor.start_engine(db, status, home)
        try:
            made.sit_down()
            until(made.all_ready, 60.0, "the operators' phones did not come up")
            time.sleep(1.0)
            _work(made, plan)
            return heard_ms(peer, _phones_of(db))
        finally:
            engine.terminate()
            engine.wait(20)
            db.close()


def _work(made: Floor, plan: Plan) -> None:
    made.set_campaign(calls_per_second=plan.rate)
    end = time.monotonic() + plan.whole_s
    while time.monotonic() < end:
        if not made.save_wrap_ups():
            time.sleep(0.01)
    made.set_campaign(calls_per_second=0.001)
    time.sleep(TALK_S + 1.0)


def _phones_of(db: Database) -> dict[str, str]:
    """Number called (without the plus) -> the phone of the operator who had the call."""
    with db.read() as s:
        query = select(Attempt.to_number, User.endpoint).join(User, User.id == Attempt.operator_id)
        return {number.lstrip("+"): endpoint for number, endpoint in s.execute(query).all()}


def heard_ms(peer: Peer, phone_of: dict[str, str]) -> list[float]:
    """For each contact that heard and was heard: milliseconds from its 200 OK to the later of the two."""
    phones = {party.user: party.heard for party in list(peer.parties.values()) if not user_is_number(party.user)}
    found = []
    for contact in [party for party in peer.done if user_is_number(party.user)]:
        begins = [at for at in phones.get(phone_of.get(contact.user.lstrip("+"), ""), []) if at >= contact.answered_at]
        if contact.heard and begins:
            found.append((max(contact.heard[0], begins[0]) - contact.answered_at) * 1000)
    return found


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="A few operators, a few seconds, and no figure to quote.")
def command(as_json: bool, quick: bool) -> None:
    """From a contact's answer until both hear each other."""
    found = run(QUICK if quick else Plan())
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
