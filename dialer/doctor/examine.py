"""Asking every check, in the order in which a newcomer would mend things."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dialer.doctor import machine, mail
from dialer.doctor.asterisk import asterisk
from dialer.doctor.database import database
from dialer.doctor.finding import Finding, fail
from dialer.doctor.ports import ports
from dialer.doctor.twilio import twilio
from dialer.settings import Settings

CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    machine.python,
    machine.zones,
    machine.secret_key,
    machine.public_url,
    machine.demo,
    machine.data_folder,
    machine.open_files,
    machine.assets,
    database,
    ports,
    asterisk,
    twilio,
    machine.recordings_folder,
    mail.mail,
)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, as it is made. A check that breaks is a finding itself."""
    for check in CHECKS:
        try:
            yield from check(settings)
        except Exception as err:  # noqa: BLE001 - the other checks must still be made
            yield fail(check.__name__, f"the check itself broke: {type(err).__name__}", "tell the makers of Warmline")
