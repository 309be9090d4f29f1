"""Where a line of the normal form stands in the text as it was typed.

Room: scripts, used by the editor: lint speaks of normalised lines (runs of empty ones are one), a writer sees typed
ones. May import the standard library only.
"""

from __future__ import annotations


def typed_lines(text: str) -> list[int]:
    """The typed line (from 1) of each line of ``scripts.text.normalise(text)``; index 0 is normalised line 1."""
    found: list[int] = []
    empty_before = True  # empty lines at the beginning are dropped
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        empty = not line.rstrip()
        if not (empty and empty_before):
            found.append(number)
        empty_before = empty
    return found


def typed_line(lines: list[int], normalised: int) -> int:
    """The typed line of a normalised one; the nearest there is for a line beyond the end, 1 for none."""
    return lines[min(max(normalised, 1), len(lines)) - 1] if lines else 1
