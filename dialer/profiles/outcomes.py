"""Loading dispositions and retry plans from this folder. See ``dialer.profiles``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from dialer.errors import BadInput
from dialer.profiles.files import FOLDER, read_yaml
from dialer.rules.dispositions import Disposition, read
from dialer.rules.retry import Plan
from dialer.rules.retry_text import read_plan


@lru_cache
def dispositions(folder: Path = FOLDER) -> dict[str, Disposition]:
    """Every disposition by code, in the order of the file. Raises BadInput."""
    try:
        return read(read_yaml(folder / "dispositions.yaml"))
    except ValueError as err:
        raise BadInput(f"dispositions.yaml: {err}") from err


@lru_cache
def retry_plans(folder: Path = FOLDER) -> dict[str, Plan]:
    """Every retry plan by name. Raises BadInput."""
    known = dispositions(folder)
    try:
        return {name: read_plan(name, data, known) for name, data in read_yaml(folder / "retry_plans.yaml").items()}
    except ValueError as err:
        raise BadInput(f"retry_plans.yaml: {err}") from err


def retry_plan(name: str) -> Plan:
    """The retry plan called ``name``. Raises BadInput if there is none."""
    plans = retry_plans()
    if name not in plans:
        raise BadInput(f"there is no retry plan named {name}; there are {', '.join(plans)}")
    return plans[name]
