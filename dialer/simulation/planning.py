"""When will this list be processed, and how long do operators wait? The answer in hours of work, then as a day.

Each contact is dialled until somebody answers, at most ``tries`` times; the retries come after the rest of the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dialer.errors import BadInput
from dialer.simulation.figures import Part

LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Plan:
    """``work_h`` hours of dialling in all, ended ``at``; operators wait ``wait_s`` for each call."""

    contacts: int
    dials: int
    reached: int
    work_h: float
    at: datetime
    wait_s: float

    def sentence(self, operators: int) -> str:
        """For people."""
        team = "1 operator" if operators == 1 else f"{operators} operators"
        return (
            f"with {team}, this list and this answer rate the base is processed by {self.at:%A %d %B %H:%M} "
            f"({self.work_h:.1f} hours of dialling, {self.reached:,} of {self.contacts:,} reached); "
            f"waiting {self.wait_s:.0f} s per call"
        )


def plan(whole: Part, contacts: int, answer_rate: float, tries: int, start: datetime, day: tuple[time, time]) -> Plan:
    """From the pace of a simulated run. ``day``: working hours, Monday to Friday; ``start``: local, without a zone."""
    if not whole.dials:
        raise BadInput("nothing was dialled in the simulated hours, so no end can be foreseen")
    miss = 1 - answer_rate
    dials = contacts * (tries if miss >= 1 else (1 - miss**tries) / (1 - miss))
    work_h = dials / (whole.dials / (whole.seconds / 3600))
    reached = round(contacts * (1 - miss**tries))
    return Plan(contacts, round(dials), reached, work_h, work_until(start, work_h, day), whole.mean_wait_s)


def work_until(start: datetime, hours: float, day: tuple[time, time]) -> datetime:
    """When so many hours of work are done, working ``day`` from Monday to Friday. Raises BadInput."""
    opens, closes = day
    if closes <= opens:
        raise BadInput("the working day must end after it begins")
    left, at = timedelta(hours=hours), start
    for _ in range(LONGEST_DAYS):
        begin = max(at, at.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0))
        end = at.replace(hour=closes.hour, minute=closes.minute, second=0, microsecond=0)
        if at.weekday() < 5 and begin < end:
            if left <= end - begin:
                return begin + left
            left -= end - begin
        at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    raise BadInput("the list would take more than ten years; more operators or fewer contacts are needed")
