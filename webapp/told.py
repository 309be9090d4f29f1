"""Sentences of the scripts room in the person's language (``scripts.told``; the catalogue holds their templates)."""

from __future__ import annotations

from flask_babel import gettext

from scripts.told import Told


def in_words(sentence: str) -> str:
    """The sentence in the person's language, its parts too; what is no such sentence stays as it is."""
    if not isinstance(sentence, Told):
        return str(sentence)
    values = {name: in_words(v) if isinstance(v, str) else v for name, v in sentence.values.items()}
    return gettext(sentence.template, **values)


def of_error(error: Exception) -> str:
    """What an error tells the person: its sentence, which ``str(error)`` would give in English only."""
    return in_words(error.args[0]) if error.args else ""
