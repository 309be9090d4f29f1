"""For any sequence of times, zones, jumps of clocks, imports, refusals and crashes: the promises of the design hold.

The network's own log is the judge: it is read against a model of what was forbidden when, kept by this test in plain
Python and not by the code that is tested.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dialer.campaigns import editing
from dialer.compliance import suppression
from dialer.desk import session, wrap_up
from dialer.errors import Refusal
from dialer.rules.words import CampaignState, ContactState, OperatorState
from dialer.store.projects import Campaign
from tests.conftest import make_database
from tests.support import world as worlds

ZONES = ("Europe/Moscow", "Asia/Vladivostok", "America/New_York", "Asia/Kolkata", "Asia/Vladivostok|Europe/Moscow")
OPEN, SHUT = 8, 21
DAY_CAP = 2
RULES = {
    "profiles": ["none"],
    "prefixes": ["+7"],
    "hours": {"all": "08:00-21:00"},
    "caps": {"number": {"day": DAY_CAP}},
}
STARTS = (
    datetime(2026, 3, 4, 9, tzinfo=UTC),
    datetime(2026, 3, 8, 5, 30, tzinfo=UTC),  # New York's clocks go forward in an hour and a half
    datetime(2026, 11, 1, 4, 30, tzinfo=UTC),  # and back
    datetime(2026, 12, 31, 16, 50, tzinfo=UTC),
)
BEHAVIOURS = ("talk", "brief", "busy", "noanswer", "unallocated")


class Promises(RuleBasedStateMachine):
    """A call centre of two operators, and everything that can happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = make_database("sqlite", Path(self.folder.name), None)  # type: ignore[arg-type]
        self.world = worlds.make(self.db, rules=RULES, retry_plan="brisk", wrap_up_s=5)
        self.zones: dict[str, str] = {}
        self.stopped: dict[str, datetime] = {}
        self.paused: list[tuple[datetime, datetime | None]] = []
        self.seen = 0

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: datetime) -> None:
        self.world.now = start
        self.world.engine = self.world.new_engine()
        self.world.start()

    @rule(zone=st.sampled_from(ZONES), behaviour=st.sampled_from(BEHAVIOURS))
    def a_contact_arrives(self, zone: str, behaviour: str) -> None:
        number = worlds.number(behaviour)
        self.world.contact(number, zones=zone)
        self.zones[number] = zone

    @rule(which=st.integers(0, 1))
    def an_operator_comes(self, which: int) -> None:
        with self.db.write() as s:
            row = session.get(s, self.world.users[which], self.world.now)
            if row.state is OperatorState.OFFLINE:
                session.connect(s, self.world.users[which], self.world.campaign_id, self.world.now)
        self.world.settle()

    @rule(seconds=st.sampled_from((1, 5, 20)))
    def seconds_pass(self, seconds: int) -> None:
        self.world.run(seconds, 0.5)

    @rule(minutes=st.sampled_from((1, 7, 61, 60 * 5, 60 * 13)))
    def much_time_passes(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)
        self.world.settle()

    @precondition(lambda self: self.zones)
    @rule(data=st.data(), prefix=st.booleans())
    def somebody_asks_to_be_left_alone(self, data: Any, prefix: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.zones)))
        entry = number[:-2] if prefix else number
        with self.db.write() as s:
            suppression.add(s, entry, self.world.now, prefix=prefix)
        for one in self.zones:
            if one.startswith(entry):
                self.stopped.setdefault(one, self.world.now)

    @rule()
    def the_campaign_is_paused_or_goes_on(self) -> None:
        with self.db.write() as s:
            campaign = s.get_one(Campaign, self.world.campaign_id)
            running = campaign.state is CampaignState.RUNNING
            campaign.state = CampaignState.PAUSED if running else CampaignState.RUNNING
            editing.changed(s, campaign, self.world.now)
        if running:
            self.paused.append((self.world.now, None))
        else:
            self.paused[-1] = (self.paused[-1][0], self.world.now)

    @rule()
    def the_engine_dies_and_another_takes_over(self) -> None:
        self.world.now += timedelta(seconds=31)  # the dead one's lease runs out
        self.world.engine = self.world.new_engine(f"engine-{self.world.now.timestamp()}")
        self.world.start()

    @rule(which=st.integers(0, 1), disposition=st.sampled_from(("refused_hard", "refused_soft", "dnc", "no_need")))
    def an_operator_ends_a_call(self, which: int, disposition: str) -> None:
        with self.db.read() as s:
            row = session.get(s, self.world.users[which], self.world.now)
            attempt = row.attempt_id
        if attempt is None or row.state not in (OperatorState.TALKING, OperatorState.WRAP_UP):
            return
        number = next(a.to_number for a in self.world.attempts() if a.id == attempt)
        try:
            with self.db.write() as s:
                wrap_up.save(s, attempt, self.world.users[which], disposition, self.world.now)
        except Refusal:
            return
        if disposition == "dnc":
            self.stopped.setdefault(number, self.world.now)
        self.world.settle()

    @invariant()
    def no_call_was_one_too_many(self) -> None:
        log = self.world.provider.log
        for place in range(self.seen, len(log)):
            self._judge(log[place], log[:place])
        self.seen = len(log)
        legs = [entry["leg"] for entry in log]
        assert len(legs) == len(set(legs)), "an attempt was dialled twice (P1)"

    def _judge(self, entry: dict[str, Any], before: list[dict[str, Any]]) -> None:
        number, at = str(entry["number"]), entry["at"]
        assert isinstance(at, datetime)
        for name in self.zones[number].split("|"):
            wall = at.astimezone(ZoneInfo(name))
            assert OPEN <= wall.hour < SHUT, f"dialled at {wall} (P2)"
            today = [
                e for e in before if e["number"] == number and e["at"].astimezone(ZoneInfo(name)).date() == wall.date()
            ]
            assert len(today) < DAY_CAP, "over the cap of a day (P2)"
        assert number not in self.stopped or at < self.stopped[number], "dialled after a request to stop (P2)"
        assert not any(begin <= at and (end is None or at < end) for begin, end in self.paused), "dialled on a pause"
        known = {attempt.id: attempt for attempt in self.world.attempts()}
        assert known[str(entry["leg"])].sent_at is not None, "dialled before it was written down (P1)"

    @invariant()
    def nobody_is_lost_between_states(self) -> None:
        """A claimed contact has a call, or is being wrapped up; nobody stays claimed for ever."""
        with self.db.read() as s:
            busy = {session.get(s, user, self.world.now).attempt_id for user in self.world.users}
        open_ones = {a.contact_id for a in self.world.attempts() if a.closed_at is None or a.id in busy}
        for attempt in self.world.attempts():
            if self.world.get(attempt.contact_id).state is ContactState.CLAIMED:
                assert attempt.contact_id in open_ones

    def teardown(self) -> None:
        self.db.close()
        self.folder.cleanup()


@pytest.mark.filterwarnings("ignore")
def test_no_promise_is_broken_whatever_happens() -> None:
    run_state_machine_as_test(
        Promises,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
