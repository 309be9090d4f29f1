"""What ``bench fresh`` is compared with: a hopper that is filled once a minute, on a clock of its own.

Every full minute the best contacts are put in, so that twice as many lie there as a minute dials; between, the first
is taken, ``rate`` a second. Whatever changes in the list meanwhile is seen at the next filling, and what lies in the
hopper is dialled whatever was said since: as VICIdial's documentation describes its own, written anew. Standard
library only.
"""

from __future__ import annotations

import random
from collections import deque

MINUTE_S, MINUTES = 60, 40


def delays(rate: float, changes: int, seed: int = 1) -> tuple[list[float], int, int]:
    """Seconds until a contact that became the most urgent is dialled; numbers forbidden; of these, dialled after."""
    dice = random.Random(seed)
    per_minute = round(rate * MINUTE_S)
    urgent: list[int] = []
    next_id = 0
    hopper: deque[tuple[int, int]] = deque()
    asked_at: dict[int, int] = {}
    forbidden: set[int] = set()
    found, dialled_after = list[float](), 0
    moments = {dice.randrange(MINUTE_S, (MINUTES - 5) * MINUTE_S) for _ in range(changes)}
    taken = 0.0
    for second in range(MINUTES * MINUTE_S):
        if second in moments:
            urgent.append(-second)
            asked_at[-second] = second
            if hopper:
                forbidden.add(dice.choice(hopper)[1])
        if second % MINUTE_S == 0:
            for one in urgent:
                hopper.appendleft((1, one))
            urgent.clear()
            while len(hopper) < 2 * per_minute:
                next_id += 1
                hopper.append((0, next_id))
        taken += rate
        while taken >= 1 and hopper:
            taken -= 1
            one = hopper.popleft()[1]
            dialled_after += one in forbidden
            if one in asked_at:
                found.append(second - asked_at[one] + 0.5)
    return found, len(forbidden), dialled_after
