"""Which encoding a text file is in. Russian files are the common case, so they are decided by Russian letters.

UTF-8 and UTF-16 prove themselves. For one-byte encodings, charset-normalizer proposes, but on a few short names it
takes KOI8-R for Windows-1251 and the reverse; so where the text can be Russian, the decoding that reads most like
Russian wins. May import charset-normalizer.
"""

from __future__ import annotations

import codecs
from itertools import pairwise

from charset_normalizer import from_bytes

RUSSIAN = ("cp1251", "koi8_r", "cp866", "mac_cyrillic")
"""In the order of how common they are: the first of equals is taken."""
LIKE_RUSSIAN = 3.0
"""Mean of the letters' frequencies, in percent; Russian prose has about 5.9, a wrong decoding under 2."""
UTF8_SHARE = 0.9
"""A file with at least this share of good UTF-8 lines is UTF-8 with some broken rows."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Frequencies of Russian letters in percent, rounded; ё counts as е.
_FREQUENCY = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            11, 8.5, 8, 7.4, 6.7, 6.3, 5.5, 4.7, 4.5, 4.3, 3.5, 3.2, 3, 2.8, 2.6, 2, 1.9, 1.7,
            1.7, 1.6, 1.6, 1.5, 1.2, 1, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3, 0.1, 0.5,
        ),
        strict=True,
    )
)  # fmt: skip
_NEUTRAL = frozenset("«»№–—…\u00a0°“”„’")


def by_mark(start: bytes) -> str | None:
    """The encoding that the first bytes of a file prove: a byte order mark, or the zeros of UTF-16."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    even, odd = start[0::2], start[1::2]
    if _are_high_bytes(odd) and not _are_high_bytes(even):
        return "utf-16-le"
    return "utf-16-be" if _are_high_bytes(even) and not _are_high_bytes(odd) else None


def _are_high_bytes(half: bytes) -> bool:
    """True for the upper halves of UTF-16 characters: 0 for Latin letters and digits, 4 for Cyrillic letters."""
    zeros = half.count(0)
    return zeros > 0.02 * len(half) and zeros + half.count(4) > 0.9 * len(half)


def of_lines(lines: list[bytes]) -> str:
    """The encoding of the lines of a file that hold something beyond ASCII and are not all good UTF-8."""
    good = sum(_is_utf8(line) for line in lines)
    if good >= UTF8_SHARE * len(lines):
        return "utf-8"
    sample = b"\n".join(lines)
    scores = {name: _russian(sample, name) for name in RUSSIAN}
    russian = max(RUSSIAN, key=lambda name: scores[name])
    if scores[russian] >= LIKE_RUSSIAN:
        return russian
    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _russian(sample: bytes, encoding: str) -> float:
    """How Russian the sample reads: mean frequency of its letters, with a fine for lower case before upper case."""
    text = [c for c in sample.decode(encoding, errors="replace") if not c.isascii() or c.isspace()]
    letters = [c for c in text if not c.isascii() and c not in _NEUTRAL]
    if not letters:
        return 0.0
    turns = sum(a.islower() and b.isupper() for a, b in pairwise(text))
    return sum(_FREQUENCY.get(c.lower(), -5.0) for c in letters) / len(letters) - 5.0 * turns / len(letters)
