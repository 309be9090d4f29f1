"""The PBX: does it let us in, with exactly the rights we need, and does it have our dialplan?

AMI can do nearly anything to a PBX (reliability notes: ``write=system`` or ``command`` is a shell). Which write rights
a user holds shows in ``ListCommands``: it lists what this user may ask for, each with the rights that open it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from dialer.doctor import dialplan, endpoints
from dialer.doctor.finding import Finding, fail, ok, warn
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.people import User

ALLOWED = frozenset({"originate", "call", "reporting"})
NEEDED = ("Originate", "Redirect", "Hangup", "ConfbridgeMute", "CoreShowChannels", "CoreStatus", "MixMonitorMute")
PATIENCE_S = 5.0
_RIGHTS = re.compile(r"\(Priv: (?P<rights>[^)]*)\)\s*$")


def asterisk(settings: Settings) -> Iterator[Finding]:
    """Log in, look, log off. Nothing for installations that do not use Asterisk."""
    if settings.provider != "asterisk":
        return
    # pyst2 is imported by the provider's own room only, and only where there is a PBX.
    from dialer.providers.asterisk.manager import SafeManager

    pbx, where = settings.asterisk, f"{settings.asterisk.host}:{settings.asterisk.ami_port}"
    manager = SafeManager(reply_s=PATIENCE_S)
    try:
        manager.connect(pbx.host, pbx.ami_port, timeout_s=PATIENCE_S)
        manager.login(pbx.ami_user, pbx.ami_secret.get_secret_value(), events="off")
        yield ok("AMI", f"{where} lets {pbx.ami_user} in")
        commands = manager.request({"Action": "ListCommands"}).headers
        yield judge_rights(commands)
        if "ShowDialPlan" in commands:
            yield from dialplan.compare(manager.request, settings.agi_port)
        yield from endpoints.compare(manager.request, pbx.trunk, _phones(settings))
    except Exception as err:  # noqa: BLE001 - the doctor reports whatever it was and goes on
        yield fail("AMI", f"{where}: {type(err).__name__}: {err}", "check host, port, user, secret and manager.conf")
    finally:
        manager.close()


def _phones(settings: Settings) -> list[str]:
    """The endpoints our people are said to have; none where the database is not ready (its own check says so)."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return []
    db = Database(settings.database_url)
    try:
        with db.read() as s:
            names = s.scalars(select(User.endpoint).where(User.active, User.endpoint != "").order_by(User.id)).all()
    except SQLAlchemyError:
        return []
    finally:
        db.close()
    return [name for name in names if not name.startswith("+")]


def judge_rights(commands: Mapping[str, str]) -> Finding:
    """From command -> description ``… (Priv: call,all)``: what is wanting, and what is too much."""
    absent = [name for name in NEEDED if name not in commands]
    if absent:
        return fail("AMI rights", f"{absent[0]} is not allowed", "write=originate,call,reporting in manager.conf")
    wide: set[str] = set()
    for text in commands.values():
        match = _RIGHTS.search(text)
        rights = set(match["rights"].split(",")) - {"all", "<none>"} if match else set()
        if rights and not rights & ALLOWED:
            wide |= rights
    if wide:
        return fail(
            "AMI rights",
            f"wider than needed: {', '.join(sorted(wide))}",
            "leave only write=originate,call,reporting and read=call,user,cdr,reporting in manager.conf",
        )
    if not any(_RIGHTS.search(text) for text in commands.values()):
        return warn("AMI rights", "this Asterisk does not tell them", "look at manager.conf yourself")
    return ok("AMI rights", "originate, call, reporting and no more")
