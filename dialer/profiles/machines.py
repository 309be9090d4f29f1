"""How answering machines are told from people, per language (``amd.yaml``). See ``dialer.profiles``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from dialer.errors import BadInput
from dialer.profiles.files import FOLDER, read_yaml

PARAMETERS = (
    "initial_silence",
    "greeting",
    "after_greeting_silence",
    "total_analysis_time",
    "min_word_length",
    "between_words_silence",
    "maximum_number_of_words",
    "silence_threshold",
    "maximum_word_length",
)
"""Of Asterisk's ``AMD()``, in its order."""
FALLBACK = "en"
"""The language whose parameters are used where a language has none."""


@lru_cache
def detection(language: str, folder: Path = FOLDER) -> tuple[int, ...]:
    """The parameters for calls to people who speak ``language``, in the order of PARAMETERS. Raises BadInput."""
    tables = read_yaml(folder / "amd.yaml")
    used = language if language in tables else FALLBACK
    given = tables.get(used)
    if not isinstance(given, dict) or set(given) != set(PARAMETERS):
        raise BadInput(f"amd.yaml: {used} must give {', '.join(PARAMETERS)} and nothing else")
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadInput(f"amd.yaml: {used}: {name} must be a whole number from 1 up")
    return tuple(given[name] for name in PARAMETERS)


@lru_cache
def tuned(folder: Path = FOLDER) -> tuple[str, ...]:
    """The languages that have parameters of their own. Raises BadInput."""
    return tuple(read_yaml(folder / "amd.yaml"))
