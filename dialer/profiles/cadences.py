"""Loading the ready-made cadences from this folder. See ``dialer.profiles``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dialer.errors import BadInput
from dialer.profiles.files import FOLDER, LANGUAGES, read_yaml

PARTS = {"title", "steps", "stop", "letters"}


@dataclass(frozen=True)
class ReadyLetter:
    """A letter that a cadence names, in one language."""

    name: str
    subject: str
    body: str


@dataclass(frozen=True)
class ReadyCadence:
    """``text``: the cadence as a campaign keeps it, by language; ``letters``: what it names, by language."""

    name: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    letters: Mapping[str, tuple[ReadyLetter, ...]]


@lru_cache
def cadences(folder: Path = FOLDER) -> dict[str, ReadyCadence]:
    """Every ready-made cadence by name, in the order of the file. Raises BadInput."""
    data = read_yaml(folder / "cadences.yaml")
    try:
        return {name: _cadence(name, given) for name, given in data.items()}
    except (KeyError, TypeError, AttributeError) as err:
        raise BadInput(f"cadences.yaml: a cadence has {', '.join(sorted(PARTS))}, in en and ru ({err})") from err


def _cadence(name: str, given: Mapping[str, Any]) -> ReadyCadence:
    if set(given) != PARTS:
        raise BadInput(f"cadences.yaml: {name} needs {', '.join(sorted(PARTS))} and nothing else")
    letters = {key: {code: _letter(one, code) for code in LANGUAGES} for key, one in given["letters"].items()}
    named = {step["email"] for step in given["steps"] if "email" in step}
    if named != set(letters):
        raise BadInput(f"cadences.yaml: {name} names {sorted(named)} and has {sorted(letters)}")
    return ReadyCadence(
        name,
        {code: str(given["title"][code]) for code in LANGUAGES},
        {code: _text(given, {key: of[code].name for key, of in letters.items()}) for code in LANGUAGES},
        {code: tuple(of[code] for of in letters.values()) for code in LANGUAGES},
    )


def _letter(given: Mapping[str, Any], code: str) -> ReadyLetter:
    return ReadyLetter(str(given["name"][code]), str(given["subject"][code]), str(given["body"][code]).strip())


def _text(given: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The cadence as people write it, each step on its line."""
    steps = [step | ({"email": names[step["email"]]} if "email" in step else {}) for step in given["steps"]]
    lines = [f"  - {_flow(step)}" for step in steps]
    return "\n".join(["steps:", *lines, f"stop: {_flow(given['stop'])}"])


def _flow(data: Any) -> str:
    return str(yaml.safe_dump(data, default_flow_style=True, allow_unicode=True, sort_keys=False, width=200)).strip()
