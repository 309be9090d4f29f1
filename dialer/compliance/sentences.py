"""Each rule's verdict as one sentence, in Russian and English (P6).

The doors show ``code + values`` in their own way if they like; these sentences serve the command line and the API.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dialer.compliance.phrases import COUNTED, PERIODS, PHRASES, PREFIX_WHY, STATES
from dialer.rules.localtime import UnknownZone, zone
from dialer.rules.verdicts import Verdict

LANGUAGES = ("en", "ru")


def sentence(verdict: Verdict, language: str, zones: tuple[str, ...] = ()) -> str:
    """What ``verdict`` says, with its values; ``zones`` are the callee's, for the time of the next moment."""
    family = _family(verdict.rule)
    mood = _mood(verdict)
    phrases = PHRASES["other"] | PHRASES.get(family, {})
    text = phrases[mood][language].format_map(_values(verdict, language))
    return text if verdict.ok else text + _until(verdict.until, language, zones)


def _family(rule: str) -> str:
    return next((family for family in ("cap", "list") if rule.startswith(f"{family}_")), rule)


def _mood(verdict: Verdict) -> str:
    if verdict.ok:
        return "ok"
    if verdict.detail.get("unchecked"):
        return "unchecked"
    return "missing" if "age_d" in verdict.detail and verdict.detail["age_d"] is None else "no"


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "-"


def _values(verdict: Verdict, language: str) -> _Values:
    values = _Values({"rule": verdict.rule, **verdict.detail})
    if "state" in values:
        values["state"] = STATES.get(values["state"], {}).get(language, values["state"])
    if "per" in values:
        values["per"] = PERIODS.get(values["per"], {}).get(language, values["per"])
        values["of"] = COUNTED[values["of"]][language]
    if "why" in values:
        values["why"] = PREFIX_WHY[values["why"]][language].format_map(_Values(verdict.detail))
    if "seconds" in values:
        values["span"] = span(values["seconds"], language)
    for name in ("zones", "allowed"):
        values[name] = ", ".join(values.get(name) or ()) or "-"
    values["clocks"] = ", ".join(f"{clock[11:16]} {name}" for name, clock in (values.get("local") or {}).items())
    values["windows"] = "; ".join(f"{text} ({source})" for source, text in (values.get("windows") or {}).items())
    return values


def span(seconds: float, language: str) -> str:
    """``7 d``, ``3 h``, ``20 min`` or ``45 s``: the largest unit that fits evenly."""
    units = {"en": ("d", "h", "min", "s"), "ru": ("дн.", "ч", "мин", "с")}[language]
    for size, unit in zip((86400, 3600, 60), units, strict=False):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:g} {units[-1]}"


def _until(until: datetime | None, language: str, zones: tuple[str, ...]) -> str:
    if until is None:
        return ""
    return {"en": "; from {}", "ru": "; можно с {}"}[language].format(moment(until, language, zones))


def moment(at: datetime, language: str, zones: tuple[str, ...] = ()) -> str:
    """An instant on the callee's clock (the first zone's), else in UTC."""
    name = _known(zones)
    local = at.astimezone(zone(name) if name else UTC)
    pattern = {"en": "%Y-%m-%d %H:%M", "ru": "%d.%m.%Y %H:%M"}[language]
    return f"{local.strftime(pattern)} {name or 'UTC'}"


def _known(zones: tuple[str, ...]) -> str:
    try:
        return zone(zones[0]).key if zones else ""
    except UnknownZone:
        return ""
