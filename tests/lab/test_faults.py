"""What breaks in real life, on a real Asterisk: a dead PBX, a locked database, a phone torn out, a hostile list."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from dialer import clock
from dialer.desk import session
from dialer.lab import Lab
from dialer.lists.importing import import_file
from dialer.rules.words import AttemptState, OperatorState, Outcome
from dialer.store import Database
from tests.lab.sip_phone import SipPhone
from tests.lab.test_engine_on_asterisk import rung, work_until_idle
from tests.support import world as worlds
from tests.support.shift import shift, until
from tests.support.tap import Tap

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]


def test_a_pbx_killed_with_live_calls_ends_them_once_and_is_dialled_through_again(
    lite: Database, lab: Lab, tmp_path: Path
) -> None:
    with shift(lite, lab, tmp_path, operators=2) as made:
        first = [worlds.number("talk"), worlds.number("talk")]
        for number in first:
            made.world.contact(number)
        made.start_engine()
        users = [made.connect(0), made.connect(1)]
        until(lambda: all(made.state(u) is OperatorState.TALKING for u in users), 20, made.log)
        until(lambda: all(a.state is AttemptState.CONNECTED for a in made.world.attempts()), 10, made.log)
        lab.kill("pbx")
        lab.start("pbx")
        until(lambda: all(made.state(u) is not OperatorState.TALKING for u in users), 30, made.log)
        second = worlds.number("early")
        made.world.contact(second)
        until(lambda: back_to_work(made, users) and len(made.world.attempts()) >= 3, 110, made.log)
        work_until_idle(made, users, 3)
        assert rung(lab, {*first, second}) == Counter({first[0]: 1, first[1]: 1, second: 1})


def back_to_work(made, users: list[int]) -> bool:  # type: ignore[no-untyped-def]
    """Save what the crash left open and sit down again, as operators would."""
    for user_id in users:
        made.work(user_id)
        if made.state(user_id) is OperatorState.OFFLINE:
            with made.db.write() as s:
                session.connect(s, user_id, made.world.campaign_id, clock.now())
    return True


def test_a_database_locked_for_ten_seconds_loses_nothing(lite: Database, lab: Lab, tmp_path: Path) -> None:
    with shift(lite, lab, tmp_path, operators=1) as made:
        numbers = [worlds.number("brief"), worlds.number("busy"), worlds.number("early")]
        for number in numbers:
            made.world.contact(number)
        made.start_engine()
        ana = made.connect(0)
        until(lambda: made.state(ana) is OperatorState.TALKING, 20, made.log)
        locked = threading.Event()

        def lock() -> None:
            other = sqlite3.connect(lite.engine.url.database or "", isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            locked.set()
            time.sleep(10)
            other.execute("ROLLBACK")
            other.close()

        holder = threading.Thread(target=lock)
        holder.start()
        locked.wait(5)
        holder.join()
        work_until_idle(made, [ana], len(numbers))
        assert {a.outcome for a in made.world.attempts()} == {Outcome.ANSWERED, Outcome.BUSY}
        assert rung(lab, set(numbers)) == Counter(dict.fromkeys(numbers, 1))
        assert made.engine is not None and made.engine.poll() is None


def test_a_phone_torn_out_in_mid_call_comes_back_into_the_call(lite: Database, lab: Lab, tmp_path: Path) -> None:
    with shift(lite, lab, tmp_path, operators=1) as made:
        made.world.contact(worlds.number("talk"))
        made.start_engine()
        ana = made.connect(0)
        until(lambda: made.state(ana) is OperatorState.TALKING and made.phones[0].heard() > 300, 20, made.log)
        made.phones[0].__exit__(None, None, None)  # no BYE: as a browser that is killed
        row = made.world.session(ana)
        # The PBX notices the dead phone by its missing RTP; the desk's page asks for a new call when it is back.
        with lab_ami(lab) as ami:
            ami.action("Hangup", Channel=row.leg)
        until(lambda: not made.world.session(ana).leg_up, 15, made.log)
        with SipPhone("sip-op-1", made.status.phone("sip-op-1").password, made.status.sip_port) as phone:
            with made.db.write() as s:
                session.reconnect_phone(s, ana, clock.now())
            until(lambda: made.world.session(ana).leg_up and phone.heard() > 300, 20, made.log)
            assert made.world.attempts()[0].state is AttemptState.CONNECTED
            work_until_idle(made, [ana], 1)


def lab_ami(lab: Lab):  # type: ignore[no-untyped-def]
    from dialer.lab.wire import Ami

    found = lab.status()
    return Ami(found.ami_port, found.ami_user, found.ami_secret)


HOSTILE = (
    ('"Bob\r\nAction: Command\r\nCommand: core stop now"', "talk"),
    ("Ivan,EVIL=1,CHANNEL(accountcode)=fraud", "busy"),
    ("${SHELL(id)}$[1+1]", "early"),
    ("<script>alert(1)</script>", "rejected"),
    ("{{7*7}}{% for x in y %}", "unreachable"),
    ("N" * 10_000, "early"),
    ("status will follow", "early"),
    ("\u202eevil", "busy"),
)
BAD_NUMBERS = ("123&PJSIP/x", "1@evil", "+7916/5550001", "79165550001;x", "${EXTEN}", "+7,1")


def test_hostile_contacts_reach_the_pbx_as_nothing_but_ids_and_numbers(
    lite: Database, lab: Lab, tmp_path: Path
) -> None:
    found = lab.status()
    tap = Tap((found.ami_host, found.ami_port))
    with shift(lite, lab, tmp_path, operators=1) as made:
        numbers = [worlds.number(behaviour) for _, behaviour in HOSTILE]
        rows = [
            f'"{name.strip(chr(34)).replace(chr(34), chr(34) * 2)}",{n}'
            for (name, _), n in zip(HOSTILE, numbers, strict=True)
        ]
        rows += [f'Evil,"{number}"' for number in BAD_NUMBERS]
        path = tmp_path / "hostile.csv"
        path.write_bytes("\r\n".join(["name,phone", *rows]).encode())
        result = import_file(lite, path, made.world.campaign_id, data=tmp_path)
        assert result.rows == len(rows) == result.accepted + result.merged + result.rejected
        assert result.rejected >= len(BAD_NUMBERS)
        made.start_engine(ASTERISK__AMI_PORT=str(tap.port))
        ana = made.connect(0)
        work_until_idle(made, [ana], result.accepted)
        said = bytes(tap.said).decode()
        assert "Action: Originate" in said
        for poison in ("Command", "EVIL", "SHELL", "script", "7*7", "NNNN", "follow", "\u202e", "Evil", "&", "Ivan"):
            assert poison not in said, poison
        assert lab.status().alive
    tap.close()
