"""Between the campaign form and ``Campaign.rules``: hours per weekday, prefixes, caps, profiles.

Keys that the form does not show are kept as they are, so that a campaign written by hand loses nothing by an edit.
"""

from __future__ import annotations

from typing import Any

from dialer.rules.hours_text import read_week, write_windows
from webapp.manager.forms import CLOSED, DAYS, CampaignForm, prefix_list, windows

CAPS = {
    "number_day": ("number", "day"),
    "number_30d": ("number", "30d"),
    "contact_day": ("contact", "day"),
    "contact_lifetime": ("contact", "lifetime"),
}


SHOWN = ("profiles", "calls", "hours", "prefixes", "min_gap_s")
"""Keys that the form shows besides the caps, and so replaces."""


def fill(form: CampaignForm, rules: dict[str, Any]) -> None:
    """Show the rules in the form."""
    calls = rules.get("calls") or {}
    form.profiles.data = rules.get("profiles") or ([] if calls else ["standard"])
    form.seller.data, form.callees.data = calls.get("seller", ""), " ".join(calls.get("callees") or [])
    form.kind.data, form.party.data = calls.get("kind", "ad"), calls.get("party", "consumer")
    form.prefixes.data = " ".join(rules.get("prefixes") or [])
    for name, (of, per) in CAPS.items():
        form[name].data = (rules.get("caps") or {}).get(of, {}).get(per)
    gap = rules.get("min_gap_s")
    form.min_gap_m.data = int(gap // 60) if gap else None
    if rules.get("hours"):
        week, _ = read_week(rules["hours"])
        for (day, _name), found in zip(DAYS, week, strict=True):
            form[f"hours_{day}"].data = write_windows(found) if found else ""


def read(form: CampaignForm, rules: dict[str, Any]) -> dict[str, Any]:
    """The rules as the form says, on top of those the campaign has. Whether they can be used is asked elsewhere."""
    new = {key: value for key, value in rules.items() if key not in SHOWN}
    if form.profiles.data:
        new["profiles"] = list(form.profiles.data)
    if hours := _hours(form, rules):
        new["hours"] = hours
    new["calls"] = _calls(form)
    new["prefixes"] = prefix_list(form.prefixes.data or "")
    if form.min_gap_m.data:
        new["min_gap_s"] = form.min_gap_m.data * 60
    new["caps"] = _caps(form, rules.get("caps") or {})
    return {key: value for key, value in new.items() if value}


def _calls(form: CampaignForm) -> dict[str, Any]:
    """Whom the campaign calls, from where, with what; nothing if no place is named."""
    if not form.callees.data:
        return {}
    told = {"callees": prefix_list(form.callees.data), "kind": form.kind.data, "party": form.party.data}
    return {**told, "seller": form.seller.data} if form.seller.data else told


def _hours(form: CampaignForm, rules: dict[str, Any]) -> dict[str, Any]:
    """Empty everywhere: the profiles' hours alone. Empty on some days: closed on those."""
    if not any(form[f"hours_{day}"].data for day, _ in DAYS):
        return {}
    told = {day: windows(form[f"hours_{day}"].data or "") or CLOSED for day, _ in DAYS}
    kept = {key: value for key, value in (rules.get("hours") or {}).items() if key in ("holiday", "zone")}
    return {**told, **kept}


def _caps(form: CampaignForm, caps: dict[str, Any]) -> dict[str, Any]:
    new = {of: dict(limits) for of, limits in caps.items()}
    for name, (of, per) in CAPS.items():
        if form[name].data:
            new.setdefault(of, {})[per] = form[name].data
        else:
            new.get(of, {}).pop(per, None)
    return {of: limits for of, limits in new.items() if limits}
