"""What a row adds to a contact that is there already: it fills empty places and adds numbers; it overwrites nothing.

Pure; may import our ``zones``.
"""

from __future__ import annotations

from dialer.lists import zones
from dialer.lists.dialling_plan import Number
from dialer.lists.rows import Draft


def merge(into: Draft, draft: Draft, new_numbers: list[Number]) -> None:
    """Fill up ``into`` from ``draft``; ``new_numbers`` are those of its numbers that no contact of the campaign has."""
    for place in ("name", "company", "email"):
        if not getattr(into, place) and (value := getattr(draft, place)):
            setattr(into, place, value)
            into.changed = True
    for name, value in draft.fields.items():
        if not into.fields.get(name):
            into.fields[name] = value
            into.changed = True
    for number in new_numbers:
        into.numbers.append(number)
        into.zones = zones.widened(into.zones, number)
        into.changed = True
