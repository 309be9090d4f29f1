"""Short texts in several languages: ``Да / Yes``.

Room: scripts, used by the parser. May import the model only.
"""

from __future__ import annotations

from scripts.model import Labels


def split_labels(text: str, languages: tuple[str, ...]) -> Labels:
    """Return {language: text} of a label whose languages are parted by " / ".

    A part that is missing is left out (lint reports it); a label without a parting in a script of several languages
    holds for the first only, unless it has no letters ("1-2", "24/7"), which read the same everywhere.
    """
    if len(languages) == 1:
        return {languages[0]: text.strip()}
    parts = [part.strip() for part in text.split(" / ", len(languages) - 1)]
    if len(parts) == 1 and not any(char.isalpha() for char in text):
        return dict.fromkeys(languages, parts[0])
    return {language: part for language, part in zip(languages, parts, strict=False) if part}


def label_in(labels: Labels, language: str, otherwise: str = "") -> str:
    """The text in ``language``, else in any language there is, else ``otherwise``."""
    return labels.get(language) or next(iter(labels.values()), otherwise)
