"""What a column can become, for the selects of the mapping page, and the mapping that the selects say."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from dialer.lists.preview import Preview

FIELDS = {
    "phone": _l("Telephone number"),
    "extension": _l("Extension"),
    "name": _l("Name"),
    "last_name": _l("Last name"),
    "first_name": _l("First name"),
    "middle_name": _l("Patronymic"),
    "company": _l("Company"),
    "email": _l("E-mail"),
    "priority": _l("Priority"),
    "zone": _l("Time zone"),
    "city": _l("City"),
    "region": _l("Region"),
}
SKIP = "skip"
_COLUMN = re.compile(r"^column-(\d{1,3})$")
_FIELD = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


def choices(seen: Preview) -> dict[int, list[tuple[str, Any]]]:
    """For each column: the fields, its own name for scripts, and leaving it out."""
    made = {}
    for column in seen.columns:
        own = [] if column.field in FIELDS or column.field == SKIP else [(column.field, column.field)]
        made[column.number] = [*own, *FIELDS.items(), (SKIP, _l("do not import"))]
    return made


def mapping_of(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """The selects as ``dialer.lists`` takes them: field -> ``#3``. What is no field is left out."""
    mapping: dict[str, list[str]] = {}
    for name, value in form.items():
        column = _COLUMN.match(name)
        if column and _FIELD.match(value):
            mapping.setdefault(value, []).append(f"#{column.group(1)}")
    return mapping
