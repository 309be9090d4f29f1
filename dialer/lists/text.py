"""Cleaning what people typed into cells, and making names of headings. Standard library only.

Kept as typed: ``<script>``, ``${…}``, ``{{…}}`` and the like are text, and stay text; whoever shows them escapes them.
Removed: control characters, NUL, characters that turn the writing direction round and those that take no room.
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_NOT_WORD = re.compile(r"[^0-9a-zа-я]+")
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_SAFE_QUOTE = re.compile(r"^'(?=[=+\-@])")
NAME_LENGTH = 40
"""Longest field name; scripts read names of this shape: a letter, then letters, digits and ``_``."""

_LATIN = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True))
_LATIN |= {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}


def clean(value: str) -> str:
    """``value`` on one line, without hidden characters, runs of spaces or the apostrophe of a formula-safe export."""
    # The plain case must be quick: strip returns the very same string if there was nothing to strip.
    if value.isprintable() and "  " not in value and value.strip(" '") is value:
        return value
    shown = "".join(
        " " if c in "\r\n\t\u2028\u2029" else c
        for c in value
        if c in "\r\n\t" or unicodedata.category(c) not in _HIDDEN
    )
    return _SAFE_QUOTE.sub("", _SPACES.sub(" ", shown).strip())


def words(heading: str) -> str:
    """A heading for comparing: lower case, ``ё`` as ``е``, one space between words: ``Моб. тел.`` -> ``моб тел``."""
    return _NOT_WORD.sub(" ", clean(heading).lower().replace("ё", "е")).strip()


def field_name(heading: str) -> str:
    """A name for a further column: ``Кол-во складов`` -> ``kol_vo_skladov``; ``""`` if nothing is left.

    Latin letters and digits, at most 40, beginning with a letter.
    """
    latin = "".join(_LATIN.get(c, c) for c in clean(heading).lower())
    name = _NOT_NAME.sub("_", latin).strip("_")
    if name and not name[0].isalpha():
        name = "c_" + name
    return name[:NAME_LENGTH].rstrip("_")
