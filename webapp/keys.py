"""The registry of keyboard shortcuts: the ``?`` sheet and the browser read the same list, so they cannot drift.

A key is named by its place on the keyboard (``KeyP``, ``Digit1``: ``event.code``): it works on a Russian layout too.
``js/keys.js`` looks for an element with ``data-action="NAME"`` and clicks it; if there is none it dispatches the DOM
event ``key:NAME`` on body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Shortcut:
    """``codes`` are pressed one after the other; ``shown`` is what the sheet says; ``room`` empty means everywhere."""

    name: str
    codes: tuple[str, ...]
    shown: str
    label: Any
    room: str = ""
    shift: bool = False


REGISTRY: list[Shortcut] = [
    Shortcut("help", ("Slash",), "?", _l("Show this list of keys"), shift=True),
    Shortcut("search", ("Slash",), "/", _l("Go to the search field")),
    Shortcut("go-home", ("KeyG", "KeyH"), "G H", _l("Go to the first page")),
    Shortcut("go-campaigns", ("KeyG", "KeyC"), "G C", _l("Go to campaigns")),
    Shortcut("go-contacts", ("KeyG", "KeyK"), "G K", _l("Go to contacts")),
    Shortcut("go-recordings", ("KeyG", "KeyR"), "G R", _l("Go to recordings")),
    Shortcut("go-desk", ("KeyG", "KeyD"), "G D", _l("Go to the desk")),
]


def register(*shortcuts: Shortcut) -> None:
    """Add a room's keys. Raises ValueError if a name or a key of the same room is taken."""
    for new in shortcuts:
        for old in REGISTRY:
            same_place = old.room in ("", new.room) or new.room == ""
            if old.name == new.name or (same_place and (old.codes, old.shift) == (new.codes, new.shift)):
                raise ValueError(f"shortcut {new.name} collides with {old.name}")
        REGISTRY.append(new)


def of_room(room: str) -> list[Shortcut]:
    """The keys that work on the pages of this blueprint."""
    return [k for k in REGISTRY if k.room in ("", room)]


def as_json(room: str) -> list[dict[str, Any]]:
    """What the browser gets."""
    return [{"name": k.name, "codes": k.codes, "shift": k.shift} for k in of_room(room)]
