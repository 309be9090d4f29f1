"""Finished scripts in Russian and English, each with its tests beside it (``NAME.calltest``).

Room: scripts. They are examples to copy and change, and what the demonstration dials with.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The names of the scripts here, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.call"))


def path_of(name: str) -> Path:
    """The file of a script. Raises KeyError for a name that is not in :func:`names`."""
    if name not in names():
        raise KeyError(name)
    return FOLDER / f"{name}.call"
