"""What pacing said, in the page's language, made anew from the figures that the engine kept beside its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from dialer.compliance.sentences import sentence
from dialer.rules.verdicts import Verdict
from dialer.rules.words import CampaignState
from dialer.store.compliance import PacingWord
from webapp.language import chosen
from webapp.words import label

HINDRANCES = {
    "sync": _l("Nothing is placed: the network is not reached."),
    "clock_before": _l(
        "Nothing is placed: the clock stands before the newest attempt in the database. Set the clock right."
    ),
    "clock_jumped": _l(
        "Nothing is placed: the clock jumped by %(seconds)s s. Set it right, or restart the engine if it is right now."
    ),
    "room": _l("Nothing is placed: there is no room for recordings (%(reason)s)."),
    "rule": _l("Nothing is placed: %(rule)s."),
    "rules": _l("Nothing is placed: the campaign's rules cannot be used (%(error)s)."),
    "state": _l("Nothing is placed: the campaign is in the state “%(state)s”."),
    "failed": _l("Nothing is placed: it failed, the engine's log says why."),
    "error": _l("Nothing is placed: %(error)s."),
    "route": _l("Nothing is placed: no way out may be used now (%(routes)s)."),
    "by_hand": _l("Operators dial by themselves."),
    "no_abandon": _l("Dials as progressive: the rules allow no abandoned call."),
    "learning": _l("Dials as progressive until it has learnt from %(calls)s calls."),
    "at_cap": _l(
        "Dials as progressive: %(abandoned)s of %(answered)s answered calls were abandoned, at most %(cap)s may be."
    ),
}
ROOMS = {
    "no_folder": _l("the folder is missing"),
    "not_writable": _l("the folder cannot be written to"),
    "disk_low": _l("the disk is nearly full"),
    "minutes_low": _l("half an hour on every line would not fit"),
    "files_low": _l("the disk takes no more files"),
}


def said(word: PacingWord) -> str:
    """The word in the page's language; empty for what has no figures, which is shown as the engine wrote it."""
    if "shown" in word.facts:
        return _("%(n)s contacts shown to operators", n=word.placed)
    parts = [hindrance(word.facts.get("no") or {}), counts(word), short(word)]
    return " ".join(part for part in parts if part)


def hindrance(told: Mapping[str, Any]) -> str:
    """Why nothing is placed, or predictive dialling runs as progressive; empty if nothing hinders."""
    text = HINDRANCES.get(told.get("code", ""))
    return text % _values(told) if text is not None else ""


def _values(told: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(told)
    if "state" in values:
        values["state"] = label(CampaignState(values["state"]))
    if "reason" in values:
        values["reason"] = ROOMS.get(values["reason"], values["reason"])
    if "rule" in values:
        values["rule"] = sentence(Verdict(values["rule"], False, None, values["detail"]), chosen())
    if "cap" in values:
        values["cap"] = f"{values['cap']:.1%}"
    values["routes"] = ", ".join(values.get("routes", ()))
    return values


def counts(word: PacingWord) -> str:
    """How many were placed, for whom, and at which risk; empty if the engine did not count."""
    facts = word.facts
    if "ready" not in facts or facts.get("no", {}).get("code") == "by_hand":
        return ""
    told = _(
        "%(placed)s placed: %(ready)s free, %(ringing)s ringing, %(waiting)s waiting",
        placed=word.placed,
        ready=facts["ready"],
        ringing=facts.get("ringing", 0),
        waiting=facts.get("waiting", 0),
    )
    if facts.get("theta"):
        risk, theta = f"{facts.get('risk', 0):.1%}", f"{facts['theta']:.1%}"
        told += " · " + _("risk %(risk)s, at most %(theta)s", risk=risk, theta=theta)
    return told


def short(word: PacingWord) -> str:
    """That the list gave fewer contacts than pacing would have placed."""
    missing = word.facts.get("short")
    return "· " + _("for %(n)s more no contact may be dialled now", n=missing) if missing else ""
