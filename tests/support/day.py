"""A day's work by robots: they know nothing but the API, and their phones are real SIP phones.

What a robot does next is dealt out in turn from one pack, so that a day holds every kind of ending, whoever gets it.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from dialer import clock
from tests.lab.sip_phone import SipPhone

LOOK_S = 0.15
GOOD = {"state": {"stock": 1}, "plans": {"budget": 400_000, "role": 1}}
"""Answers by step that make a lead by the standard terms; the date is added."""
ENDS = (
    "live", "refused_hard", "booked", "gone", "listed", "no_need", "live", "callback", "booked", "info_sent",
    "cancelled",
)  # fmt: skip
"""What operators make of the calls they get, in turn."""
CLOSER_DOES = ("answer", "decline", "busy", "breaks", "lets it ring", "answer", "answer", "answer", "answer")
"""What closers do when they are rung, in turn."""


@dataclass
class Robot:
    """Somebody who works by the API. ``errors`` are answers that no robot should get."""

    app: Flask
    token: str
    phone: SipPhone
    name: str
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._client = self.app.test_client()

    def ask(self, method: str, path: str, body: Any = None, *, may: tuple[str, ...] = ()) -> Any:
        """One call; a refusal comes back as its word, and is noted unless it ``may`` happen."""
        head = {"Authorization": f"Bearer {self.token}"}
        answer = self._client.open(f"/api/v1{path}", method=method, json=body, headers=head)
        if answer.status_code < 300:
            return answer.get_json()
        word = (answer.get_json(silent=True) or {}).get("error", str(answer.status_code))
        if word not in may:
            self.errors.append(f"{self.name}: {method} {path}: {answer.status_code} {answer.text[:200]}")
        return word

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "/session")
        return found

    def hang_up(self) -> None:
        self.ask("POST", "/call/hang-up", may=("call_over", "no_call"))


GONE = ("call_over", "no_call", "no_live_call", "not_now", "not_your_call", "already_saved", "script_moved")
"""What may be answered to somebody whose contact hung up a moment ago."""


@dataclass
class Operator(Robot):
    """First line: talks by the script, hands over, books, writes what came of it."""

    pack: Any = None
    outcomes: Counter[str] = field(default_factory=Counter)
    handed: dict[str, str] = field(default_factory=dict)
    _disposition: dict[str, str] = field(default_factory=dict)

    def step(self) -> None:
        now = self.state()
        attempt = now["attempt_id"]
        if now["state"] == "talking" and attempt and attempt not in self._disposition:
            self._disposition[attempt] = self._talk(attempt, next(self.pack))
            self.hang_up()
        elif now["state"] == "wrap_up" and attempt:
            self._save(attempt, self._disposition.get(attempt, "hung_up_intro"))

    def _save(self, attempt: str, disposition: str) -> None:
        body = {"attempt_id": attempt, "disposition": disposition, "note": "by a robot"}
        if disposition == "callback":
            n = next(_minutes)
            body |= {"callback_at": (clock.now() + timedelta(days=1, minutes=15 * n)).isoformat()}
        if isinstance(self.ask("POST", "/call/dispose", body, may=(*GONE, "call_not_over")), dict):
            self.outcomes[disposition] += 1

    def _talk(self, attempt: str, end: str) -> str:
        if end in ("refused_hard", "no_need", "callback", "info_sent"):
            return end
        if not self._qualify(attempt):
            return "hung_up_intro"
        if end == "listed":
            return "lead_warm"
        if end == "booked":
            return "appointment" if self._book(attempt) else "lead_warm"
        return self._hand_over(attempt, end)

    def _qualify(self, attempt: str) -> bool:
        """Walk the script to its goal; False if the contact hung up on the way."""
        start = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
        call = self.ask("GET", "/call", may=GONE)
        if not isinstance(call, dict):
            return False
        revision = call["script"]["revision"]
        moves = [("dm", {}), ("yes", {}), ("next", GOOD["state"]), ("next", {**GOOD["plans"], "start_by": start})]
        for code, values in moves:
            body = {"attempt_id": attempt, "revision": revision, "code": code, "values": values}
            moved = self.ask("POST", "/call/script/choose", body, may=GONE)
            if not isinstance(moved, dict):
                return False
            assert not moved["errors"], moved
            revision = moved["revision"]
        return True

    def _book(self, attempt: str) -> bool:
        """Take the first free time that nobody else takes meanwhile."""
        for _ in range(20):
            found = self.ask("GET", f"/appointments/slots?attempt_id={attempt}&limit=3", may=GONE)
            if not isinstance(found, dict) or not found["slots"]:
                return False
            wanted = {"attempt_id": attempt, **{k: found["slots"][0][k] for k in ("closer_id", "starts_at")}}
            kept = self.ask("POST", "/appointments", wanted, may=("slot_taken", "already_booked"))
            if isinstance(kept, dict):
                return isinstance(self.ask("POST", f"/appointments/{kept['id']}/book", {}), dict)
        return False

    def _hand_over(self, attempt: str, then: str) -> str:
        """Live, if a closer is there; a time instead, if none is. Whatever fails leaves the lead to the list."""
        made = self.ask("POST", "/handoffs", {"attempt_id": attempt}, may=("no_closer_ready", *GONE))
        if made == "no_closer_ready":
            return "appointment" if self._book(attempt) else "lead_warm"
        if not isinstance(made, dict):
            return "lead_hot"
        if then == "cancelled":
            self.ask("POST", f"/handoffs/{made['id']}/cancel", may=("handoff_gone",))
        elif then == "gone":
            self.hang_up()  # the line to the contact breaks while the closer is being rung
        end = time.monotonic() + 40
        while time.monotonic() < end:
            call = self.ask("GET", "/call", may=GONE)
            handoff = call["handoff"] if isinstance(call, dict) else None
            if handoff is None or handoff["state"] in ("failed", "accepted", "rejected"):
                if handoff is not None:
                    self.handed[attempt] = handoff["reason"] or handoff["state"]
                break
            if handoff["state"] == "joined":
                self.handed[attempt] = "joined"
                time.sleep(0.5)  # the introduction, all three in the room
                self.ask("POST", f"/handoffs/{made['id']}/leave", may=("handoff_gone", "not_now"))
                self._until_over(attempt)
                break
            time.sleep(LOOK_S)
        return "lead_hot"

    def _until_over(self, attempt: str) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            now = self.state()
            if now["state"] != "talking" or now["attempt_id"] != attempt:
                return
            time.sleep(LOOK_S)


_minutes = itertools.count()


@dataclass
class Closer(Robot):
    """Second line: picks up or does not, judges what it got, works the list off."""

    pack: Any = None
    did: Counter[str] = field(default_factory=Counter)
    _decided: set[str] = field(default_factory=set)

    def step(self) -> None:
        now = self.state()
        attempt = now["attempt_id"]
        if now["state"] == "dialling" and attempt:
            self._rung(attempt)
        elif now["state"] == "talking":
            time.sleep(1.5)
            self.hang_up()
        elif now["state"] == "wrap_up":
            self._judge_call()
        elif now["state"] == "ready":
            self._work_list()

    def _rung(self, attempt: str) -> None:
        if attempt in self._decided or not self.phone.ringing:
            return
        self._decided.add(attempt)
        does = next(self.pack)
        self.did[does] += 1
        if does == "answer":
            self.phone.answer()
        elif does == "busy":
            self.phone.refuse()
        elif does == "breaks":
            self.phone.refuse("503 Service Unavailable")
        elif does == "decline":
            call = self.ask("GET", "/call", may=GONE)
            if isinstance(call, dict) and call["handoff"]:
                self.ask("POST", f"/handoffs/{call['handoff']['id']}/decline", may=("handoff_gone",))

    def _judge_call(self) -> None:
        call = self.ask("GET", "/call", may=GONE)
        if isinstance(call, dict) and call["handoff"] and call["handoff"]["state"] == "joined":
            self._judge(call["handoff"]["id"])
        self.ask("POST", "/handoffs/done", may=GONE)

    def _work_list(self) -> None:
        found = self.ask("GET", "/handoffs/waiting")
        for lead in found["leads"][:1]:
            if isinstance(self.ask("POST", f"/handoffs/{lead['handoff_id']}/take", may=("handoff_gone",)), dict):
                self._judge(lead["handoff_id"])

    def _judge(self, handoff_id: int) -> None:
        if handoff_id % 3:
            self.ask("POST", f"/handoffs/{handoff_id}/accept", may=("handoff_gone",))
        else:
            self.ask("POST", f"/handoffs/{handoff_id}/reject", {"reason": "no budget this year"}, may=("handoff_gone",))


def keep_at_it(robots: list[Any], over: Callable[[], bool], seconds: float) -> None:
    """Let every robot work in a thread of its own until ``over()``, or for so long at most."""
    stop = threading.Event()

    def work(robot: Any) -> None:
        while not stop.is_set():
            try:
                robot.step()
            except Exception as error:  # noqa: BLE001 - told by the test, with the robot's name
                robot.errors.append(f"{robot.name}: {error!r}")
            time.sleep(LOOK_S)

    threads = [threading.Thread(target=work, args=(robot,), daemon=True) for robot in robots]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    while not over() and time.monotonic() < end:
        time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join(45)
