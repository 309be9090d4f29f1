"""The demo shows appointments in the states that a day brings, and their invitations lie in its folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dialer.demo import seed
from dialer.mail import sending
from dialer.rules.words import AppointmentState
from dialer.settings import Mail
from dialer.store import Database
from dialer.store.appointments import Appointment
from tests.conftest import NOON
from tests.support.mailbox import calendar_of
from tests.support.postbox import letters_in


@pytest.mark.parametrize("days", [0, 4])  # a Wednesday, and a Sunday
def test_one_took_place_and_others_are_to_come(lite: Database, tmp_path: Path, days: int) -> None:
    now = NOON + timedelta(days=days)
    seed.seed(lite, tmp_path, now)
    with lite.read() as s:
        found = list(s.scalars(select(Appointment).order_by(Appointment.starts_at)))
    assert [row.state for row in found] == [
        AppointmentState.HELD, AppointmentState.BOOKED, AppointmentState.BOOKED, AppointmentState.CONFIRMED
    ]  # fmt: skip
    assert found[0].ends_at < now < found[1].starts_at and len({row.starts_at.date() for row in found}) == 4
    sending.send_due(lite, Mail(folder=tmp_path / "mail"), now)
    assert {str(calendar_of(one)[0]["METHOD"]) for one in letters_in(tmp_path / "mail")} == {"REQUEST"}
    assert len(letters_in(tmp_path / "mail")) == 4
