"""Where a change is, in the person's language: "step offer, answer mail" as ``scripts.diff`` writes it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

KINDS: dict[str, Any] = {
    "added": _l("added"),
    "removed": _l("removed"),
    "reworded": _l("reworded"),
    "rerouted": _l("leads elsewhere"),
    "changed": _l("changed"),
}
TONES = {"added": "good", "removed": "bad", "reworded": "info", "rerouted": "busy", "changed": "calm"}
WORDS: dict[str, Any] = {
    "step": _l("step"),
    "field": _l("field"),
    "answer": _l("answer"),
    "question": _l("question"),
    "option": _l("option"),
    "branches": _l("branches"),
    "head": _l("head"),
    "title": _l("title"),
    "note": _l("note"),
    "points": _l("points"),
    "label": _l("label"),
    "languages": _l("languages"),
    "kind": _l("kind"),
    "start": _l("first step"),
    "type": _l("type"),
}


def change_place(what: str) -> str:
    """The place in words; names of steps and fields stay as they are written."""
    return ", ".join(_part(part) for part in what.split(", "))


def _part(part: str) -> str:
    word, _, rest = part.partition(" ")
    return f"{WORDS.get(word, word)} {rest}".strip()


def kind_label(kind: str) -> str:
    """What happened there."""
    return str(KINDS.get(kind, kind))
