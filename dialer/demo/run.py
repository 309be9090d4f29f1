"""Start the demo, show where it is, keep it running, end all of it."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from dialer import clock, settings
from dialer.demo import people, seed
from dialer.lab import Lab, LabUnavailable
from dialer.lab.twilio import StandIn
from dialer.lab.twilio.server import ACCOUNT
from dialer.store import Database, schema
from dialer.supervisor import PARTS, supervise

WEB_PORT = 8080
MAIL = "mail"
"""Folder of the demo's home that takes what would be sent by e-mail."""
Say = Callable[[str], None]


def run(home: Path, provider: str | None, say: Say) -> None:
    """Everything from an empty folder to Ctrl-C. ``provider`` None: Asterisk where it can be had, else pretend."""
    home.mkdir(parents=True, exist_ok=True)
    agi_port = _free_port()
    lab = _lab(home, agi_port, provider, say) if provider in (None, "asterisk") else None
    twilio = StandIn().start() if provider == "twilio" else None
    try:
        _environment(home, lab, agi_port)
        if twilio is not None:
            _twilio(twilio, say)
        made = _fresh_database(home, lab, say)
        _logins_for_the_page(home, made)
        supervise(list(PARTS), _once_up(lambda: _greet(made, say, lab is not None)))
    finally:
        if lab is not None:
            lab.down()
        if twilio is not None:
            twilio.stop()
        say("Everything that the demo started has ended.")


def _lab(home: Path, agi_port: int, provider: str | None, say: Say) -> Lab | None:
    lab = Lab(home / "lab", fastagi=f"127.0.0.1:{agi_port}", operators=4, closers=1)
    lab.down()
    try:
        say("Starting the Asterisk pair: a PBX, and a telephone network behind it …")
        lab.up()
    except LabUnavailable as err:
        if provider == "asterisk":
            raise
        say(f"No Asterisk here ({err}): the demo runs on the pretend network, without sound.")
        return None
    return lab


def _twilio(stand_in: StandIn, say: Say) -> None:
    """Let the processes we start take the stand-in for Twilio."""
    say(f"A stand-in of Twilio's side runs at {stand_in.base_url} (what it saw: {stand_in.base_url}/log); no sound.")
    values = {
        "PROVIDER": "twilio",
        "TWILIO__ACCOUNT_SID": ACCOUNT,
        "TWILIO__AUTH_TOKEN": stand_in.token,
        "TWILIO__BASE_URL": stand_in.base_url,
        "TWILIO__CALLER_ID": "+74950001122",
        "TWILIO__CALLS_PER_SECOND": "5",
    }
    os.environ.update({settings.PREFIX + name: value for name, value in values.items()})
    settings.load.cache_clear()


def _environment(home: Path, lab: Lab | None, agi_port: int) -> None:
    """Tell the processes we start, by the same settings that an installation uses."""
    values = {
        "DATABASE_URL": f"sqlite:///{home / 'warmline.db'}",
        "DATA": str(home),
        "SECRET_KEY": secrets.token_hex(32),
        "WEB_PORT": str(_port_or_free(WEB_PORT)),
        "AGI_PORT": str(agi_port),
        "PROVIDER": "asterisk" if lab else "pretend",
        "DEMO": "1",
        "LOG_LEVEL": "WARNING",
        "LOG_JSON": "0",
        "MAIL__FOLDER": str(home / MAIL),
    }
    values["PUBLIC_URL"] = f"http://127.0.0.1:{values['WEB_PORT']}"
    if lab is not None:
        found = lab.status()
        values |= {
            "ASTERISK__AMI_PORT": str(found.ami_port),
            "ASTERISK__AMI_USER": found.ami_user,
            "ASTERISK__AMI_SECRET": found.ami_secret,
            "ASTERISK__TRUNK": found.trunk,
            "ASTERISK__RECORDINGS": str(found.recordings),
            "ASTERISK__WS_URL": found.ws_url,
            "ASTERISK__SIP_DOMAIN": "127.0.0.1",
        }
    os.environ.update({settings.PREFIX + name: value for name, value in values.items()})
    settings.load.cache_clear()


def _fresh_database(home: Path, lab: Lab | None, say: Say) -> seed.Demo:
    say("Making the demo's database, people and contact list …")
    for stale in home.glob("warmline.db*"):
        stale.unlink()
    db = Database(settings.load().database_url)
    schema.upgrade(db)
    phones = {p.name: p.password for p in lab.status().phones} if lab else {}
    try:
        return seed.seed(db, home, clock.now(), phones)
    finally:
        db.close()


def _logins_for_the_page(home: Path, made: seed.Demo) -> None:
    """The login page of the demo lists them; nobody but the owner of the folder can read the file."""
    rows = [
        {"login": p.login, "password": made.passwords[p.login], "name": p.name, "duty": p.duty.value}
        for p in people.CAST
    ]
    path = home / "demo-logins.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def _once_up(greet: Callable[[], None]) -> Callable[[], None]:
    """The address is told when somebody answers there: who clicks on it at once must not be refused."""
    told = False

    def look() -> None:
        nonlocal told
        if not told and _answers(settings.load().web_port):
            told = True
            greet()

    return look


def _answers(port: int) -> bool:
    with socket.socket() as s:
        s.settimeout(0.2)
        return s.connect_ex(("127.0.0.1", port)) == 0


def _greet(made: seed.Demo, say: Say, sound: bool) -> None:
    duties = {person.login: person.duty.value.replace("_", " ") for person in people.CAST}
    order = [*people.SHOWN, *(p.login for p in people.CAST if p.login not in people.SHOWN)]
    say("")
    say(f"  Warmline runs at {settings.load().public_url}")
    say("")
    for login in order:
        say(f"    {duties[login]:<16} {login:<8} {made.passwords[login]}")
    say("")
    if sound:
        say("  Log in as the operator, allow the microphone, press Ready: a call comes within seconds.")
    say(f"  Letters and invitations are written into {settings.load().mail.folder}; none is sent.")
    say("  Ctrl-C ends everything.")
    say("")


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _port_or_free(wanted: int) -> int:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", wanted))
        except OSError:
            return _free_port()
    return wanted
