"""Sentences that remember how they were made, so that a door can say them in another language.

Room: scripts, used wherever something is refused or found. May import the standard library only. A sentence is written
in English where it is found, ``told("There is no step '%(name)s'", name=…)``: the template is the key for translators
(``babel.cfg`` gathers it), the values are data; a value may be a sentence of its own.
"""

from __future__ import annotations

from typing import Any


class Told(str):
    """An English sentence; ``template`` is what it was made from (``%(name)s`` places), ``values`` what was put in."""

    template: str
    values: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """``template`` and ``values`` as plain data; a value that is a sentence is such a pair itself."""
        values = {name: v.as_dict() if isinstance(v, Told) else v for name, v in self.values.items()}
        return {"template": self.template, "values": values}


def told(template: str, **values: Any) -> Told:
    """The sentence that ``template`` makes with ``values``."""
    sentence = Told(template % values if values else template)
    sentence.template, sentence.values = template, values
    return sentence


def expecting(message: str, expected: str) -> str:
    """What is wrong, with what would have been right if that is known."""
    return told("%(message)s; expected %(expected)s", message=message, expected=expected) if expected else message
