"""What a script may see of the call, as plain data.

Room: scripts, used by runner and screen. May import the model and the BANT score. The caller gives one mapping:
``contact`` and ``project`` (columns by name), ``operator`` ({"name"}), ``now`` (aware datetime or ISO text),
``timezone`` (IANA name of the called person, "UTC" if left out), ``touch`` (1 for the first call), ``bant`` (preset).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scripts.bant import Preset, Score, preset_of, score
from scripts.errors import ScriptError
from scripts.filters import NoAnswer
from scripts.labels import label_in
from scripts.model import Script
from scripts.told import told

MAX_VALUE = 200
"""Characters of one contact or project value in spoken text; more would be nobody's name."""

_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_PARTS = {
    "ru": (("утро", "Доброе утро"), ("день", "Добрый день"), ("вечер", "Добрый вечер")),
    "en": (("morning", "Good morning"), ("afternoon", "Good afternoon"), ("evening", "Good evening")),
}


@dataclass(frozen=True)
class Context:
    """A caller's mapping, checked and cut to plain data; made by :func:`read_context`."""

    contact: dict[str, Any]
    project: dict[str, Any]
    operator: dict[str, Any]
    now: datetime
    zone: ZoneInfo
    touch: int
    preset: Preset

    @property
    def local(self) -> datetime:
        """Now, where the called person is."""
        return self.now.astimezone(self.zone)


def read_context(given: Mapping[str, Any] | Context, script: Script) -> Context:
    """Check a caller's context; attributes that the script needs and nobody gave are "". Raises ScriptError."""
    if isinstance(given, Context):
        return given
    project = given.get("project") or {}
    return Context(
        contact=_plain(given.get("contact"), script.needs.get("contact", ())),
        project=_plain(project, script.needs.get("project", ())),
        operator=_plain(given.get("operator"), ("name",)),
        now=_instant(given.get("now")),
        zone=_zone(given.get("timezone") or "UTC"),
        touch=given.get("touch") or 1,
        preset=preset_of(given.get("bant") or project.get("bant") or None),
    )


def _plain(values: Any, needed: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(needed, "")
    for name, value in (values or {}).items():
        if isinstance(value, (bool, int, float)):
            found[str(name)] = value
        elif value is not None and not isinstance(value, (dict, list, tuple, set, bytes)):
            found[str(name)] = _HIDDEN.sub(" ", str(value))[:MAX_VALUE].strip()
    return found


def _instant(value: Any) -> datetime:
    try:
        now = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        now = None
    if not isinstance(now, datetime) or now.tzinfo is None:
        raise ScriptError(told("The context has no usable 'now'"), expected=told("an aware instant"), code="context")
    return now.astimezone(UTC)


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ValueError, OSError, LookupError):
        raise ScriptError(
            told("Unknown time zone '%(name)s'", name=str(name)[:40]), expected="Europe/Samara", code="context"
        ) from None


def _expression_value(answer: Mapping[str, Any] | None, field: Any) -> Any:
    """What an expression sees: None not asked, NoAnswer for dk and ref, else the value."""
    if answer is None:
        return None
    if "state" in answer:
        return NoAnswer(answer["state"], field.dk if answer["state"] == "dk" else field.ref)
    return answer["value"]


def score_of(script: Script, answers: Mapping[str, Any], context: Context) -> Score:
    """The BANT score of a call so far."""
    return score(script, answers, context.preset, context.local.date())


def names_for(
    script: Script,
    answers: Mapping[str, Any],
    visits: Mapping[str, int],
    context: Context,
    language: str,
) -> dict[str, Any]:
    """Every name that spoken text and expressions may use, as plain data."""
    hour = context.local.hour
    part, greeting = _PARTS["ru" if language == "ru" else "en"][0 if 4 <= hour < 12 else 1 if 12 <= hour < 18 else 2]
    names = {name: _expression_value(answers.get(name), field) for name, field in script.fields.items()}
    return names | {
        "contact": context.contact,
        "project": context.project,
        "operator": context.operator,
        "touch": context.touch,
        "daypart": part,
        "greeting": greeting,
        "bant": score_of(script, answers, context).as_dict(),
        "visits": defaultdict(int, visits) | {node: visits.get(node, 0) for node in script.by_id},
        "_language": language,
        "_timezone": context.zone.key,
        "_labels": {
            field.id: {option.code: label_in(option.labels, language) for option in field.options}
            for field in script.fields.values()
            if field.options
        },
    }
