"""300 contacts through a SIP peer that is none of ours: one outcome each, equal to what the peer's log says."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer import ledger
from dialer.lab import Lab, LabUnavailable
from dialer.rules.words import AttemptState, Outcome
from dialer.store import Database
from tests.support.postgres import free_port
from tests.support.shift import shift, until

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]
CONTACTS = 300
OPERATORS = 4
SCENARIO = Path(__file__).parents[1] / "support" / "sipp_peer.xml"
BY_ANSWER = {
    "200": Outcome.ANSWERED,
    "486": Outcome.BUSY,
    "404": Outcome.BAD_NUMBER,
    "503": Outcome.CONGESTION,
    "603": Outcome.REJECTED,
    "480": Outcome.NO_ANSWER,  # after it rang: nobody picked up
}
"""What our books must say where the peer's log has this final answer."""


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """SIPp on a free port; yields the port and the file with a line for each INVITE."""
    program = shutil.which("sipp")
    if program is None:
        pytest.skip("SIPp is not installed (Debian's package is called sip-tester)")
    port, log = free_port(), tmp_path / "peer.log"
    words = [program, "-sf", str(SCENARIO), "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(port), "-nostdin"]
    with (tmp_path / "sipp.out").open("wb") as out:
        process = subprocess.Popen(
            [*words, "-trace_logs", "-log_file", str(log)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=tmp_path,
        )
    yield port, log
    process.kill()
    process.wait()


def invites(log: Path) -> Counter[str]:
    """How often the peer was asked to ring each number; SIPp writes its log as calls arrive."""
    return Counter("+" + number for number in re.findall(r"INVITE (\d+)", log.read_text() if log.exists() else ""))


def finals(log: Path) -> list[tuple[str, Outcome]]:
    """What the peer says came of each call: number and outcome, one a call."""
    found = re.findall(r"FINAL (\d+) (\d{3})", log.read_text() if log.exists() else "")
    return sorted(("+" + number, BY_ANSWER[code]) for number, code in found)


def test_three_hundred_contacts_end_as_the_peer_says(lite: Database, peer: tuple[int, Path], tmp_path: Path) -> None:
    port, log = peer
    lab = Lab(tmp_path / "lab", trunk=f"sip:127.0.0.1:{port}", fastagi=f"127.0.0.1:{free_port()}", operators=OPERATORS)
    try:
        lab.up()
    except LabUnavailable as err:
        pytest.skip(str(err))
    try:
        dial_all(lite, lab, tmp_path, log)
    finally:
        lab.down(wipe=True)


def dial_all(db: Database, lab: Lab, home: Path, log: Path) -> None:
    numbers = [f"+7916600{n:04d}" for n in range(CONTACTS)]
    with shift(db, lab, home, operators=OPERATORS, calls_per_second=20.0, record=False) as made:
        for number in numbers:
            made.world.contact(number)
        made.start_engine()
        users = [made.connect(n) for n in range(OPERATORS)]

        def done() -> bool:
            for user_id in users:
                made.work(user_id, talk_s=0.1)
            return len(made.world.attempts()) >= CONTACTS and made.open_attempts() == 0

        until(done, 240, made.log)
        attempts = made.world.attempts()
        assert Counter(a.to_number for a in attempts) == Counter(numbers)
        with db.read() as s:
            for attempt in attempts:
                moves = ledger.journal(s, attempt.id)
                assert sum(m.new is AttemptState.ENDED for m in moves if m.old is not m.new) == 1
        made.stop_engine()
    until(lambda: sum(invites(log).values()) >= CONTACTS and len(finals(log)) >= CONTACTS, 10)
    assert invites(log) == Counter(numbers)
    assert sorted((a.to_number, a.outcome) for a in attempts) == finals(log)
    assert {outcome for _, outcome in finals(log)} == set(BY_ANSWER.values())
