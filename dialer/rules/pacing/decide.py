"""How many calls to place now: a pure function of what is known, with its own explanation.

Progressive places one call per ready operator: a call that is ringing already has its operator waiting for it.
Predictive places one more while the risk of that call stays under theta (``risk``, ``steering``); what progressive
would place carries no risk and is always placed. Calls that ring for a certain operator count for nobody else.
Step 4 of a call. May import the standard library only.
"""

from __future__ import annotations

from dataclasses import replace

from dialer.rules.pacing.hindrance import Hindrance, facts_of
from dialer.rules.pacing.risk import Risk
from dialer.rules.pacing.snapshot import Decision, Snapshot
from dialer.rules.pacing.steering import at_cap
from dialer.rules.words import Mode

LEARN_DIALS = 20
"""With fewer calls learnt from, predictive dialling is not safe for a team of any size. With more it is, even for one
operator: the cap counts over the legal window, and theta and the hard stop hold it there (docs/pacing.md)."""


def calls_to_place(now: Snapshot) -> Decision:
    """Decide. Where predictive dialling may not run it dials progressively, and says why."""
    if now.mode in (Mode.MANUAL, Mode.PREVIEW):
        why = Hindrance(f"{now.mode.value}: operators dial", "by_hand")
        return Decision(0, why, facts=facts_of(why))
    sure = max(0, now.ready - now.ringing - now.waiting)
    if now.mode is not Mode.PREDICTIVE:
        return _progressive(now, sure)
    if hindrance := _hindrance(now):
        told = _progressive(now, sure, f"predictive runs as progressive ({hindrance}): ")
        return replace(told, facts=facts_of(hindrance))
    return _predictive(now, sure)


def _hindrance(now: Snapshot) -> str:
    """Why a predictive campaign dials progressively just now; empty if it does not."""
    if now.cap <= 0:
        return Hindrance("no abandoned call is allowed", "no_abandon")
    if now.outlook is None or now.outlook.dials < LEARN_DIALS:
        return Hindrance(f"learning from its first {LEARN_DIALS} calls", "learning", calls=LEARN_DIALS)
    if at_cap(now.cap, now.answered, now.abandoned):
        text = f"at its cap of {now.cap:.1%}: {now.abandoned} of {now.answered} answered calls abandoned"
        return Hindrance(text, "at_cap", cap=now.cap, abandoned=now.abandoned, answered=now.answered)
    return ""


def _room(now: Snapshot) -> int:
    return max(0, min(now.max_lines - now.lines, now.tokens))


def _limit(now: Snapshot) -> str:
    return ", limited by " + ("lines" if now.max_lines - now.lines <= now.tokens else "calls per second")


def _progressive(now: Snapshot, sure: int, prefix: str = "") -> Decision:
    place = min(sure, _room(now))
    why = f"{prefix}placed {place}: {now.ready} ready, {now.ringing} ringing, {now.waiting} waiting"
    return Decision(place, why + (_limit(now) if place < sure else ""))


def _predictive(now: Snapshot, sure: int) -> Decision:
    room = _room(now)
    if room == 0:
        return Decision(0, f"placed 0: {now.ready} free, {now.ringing} ringing{_limit(now)}")
    if not now.talking and not now.wrapping and not now.ready:
        return Decision(0, "placed 0: nobody at work")
    risk = Risk(now.outlook, now.ready - now.waiting, now.talking, now.wrapping, now.ages)  # type: ignore[arg-type]
    place, last = under(risk, now.theta, min(sure, room), room)
    soon = round(risk.expected_free())
    why = f"placed {place}: {now.ready} free, {soon} about to be, {now.ringing} ringing"
    if now.waiting:
        why += f", {now.waiting} waiting"
    why += f", risk {last:.1%}" + ("" if place else f" over {now.theta:.1%}")
    return Decision(place, why + (_limit(now) if place == room else ""), last)


def under(risk: Risk, theta: float, low: int, room: int) -> tuple[int, float]:
    """The most calls, at least ``low`` and at most ``room``, of which the last one's risk stays within ``theta``.

    Returns that number and the risk of its last call (of the next call if it is none). The risk rises with each call,
    so the number is found by doubling the step while it fits and halving it afterwards.
    """
    place, last, step, over = low, 0.0, 1, room + 1
    while place + step < over:
        found = risk.of_more(place + step)
        if found <= theta:
            place, last, step = place + step, found, step * 2
        else:
            over, last = place + step, last if place else found
        step = max(1, min(step, (over - place) // 2))
    return place, last
