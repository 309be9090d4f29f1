"""Scripts of published versions, read once a process: the database itself keeps a version as it is.

Room: scripting. Only what a reading transaction saw is kept, since a version that was never committed may leave its id
to another. May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.scripting.calls import parsed
from dialer.store.scripts import ScriptVersion
from scripts.errors import ScriptError
from scripts.model import Script

MOST = 256
"""Scripts kept of one database; a busy house follows some dozens."""
_of_database: WeakKeyDictionary[Any, dict[int, Script]] = WeakKeyDictionary()


def script_of(s: Session, version_id: int) -> Script:
    """The script of this version. Raises ScriptError for one that cannot be read."""
    known = _known(s)
    if version_id not in known:
        version = s.get_one(ScriptVersion, version_id)
        return _keep(s, version)
    return known[version_id]


def scripts_of(s: Session, versions: Iterable[int]) -> dict[int, Script]:
    """The scripts of these versions; one that cannot be read is left out."""
    wanted, known = set(versions), _known(s)
    found = {version_id: known[version_id] for version_id in wanted & known.keys()}
    lacking = wanted - found.keys()
    for version in s.scalars(select(ScriptVersion).where(ScriptVersion.id.in_(lacking))) if lacking else ():
        try:
            found[version.id] = _keep(s, version)
        except ScriptError:
            continue  # it could not be read when it was published either: its answers are worth nothing
    return found


def _known(s: Session) -> dict[int, Script]:
    return _of_database.setdefault(s.get_bind().engine.pool, {})


def _keep(s: Session, version: ScriptVersion) -> Script:
    script = parsed(version.hash, version.text)
    if s.get_bind().get_execution_options().get("read_only_begin"):
        known = _known(s)
        if len(known) >= MOST:
            known.clear()
        known[version.id] = script
    return script
