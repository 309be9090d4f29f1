"""The doctor against a real Asterisk."""

from __future__ import annotations

import pytest

from dialer.doctor.asterisk import asterisk
from dialer.doctor.finding import Level
from dialer.lab import LabStatus
from dialer.settings import Asterisk, Settings

pytestmark = pytest.mark.lab


def test_the_doctor_finds_rights_and_dialplan_of_the_lab_in_order(status: LabStatus) -> None:
    pbx = Asterisk(ami_port=status.ami_port, ami_user=status.ami_user, ami_secret=status.ami_secret)  # type: ignore[arg-type]
    port = int(status.fastagi.rsplit(":", 1)[1])
    findings = list(asterisk(Settings(provider="asterisk", agi_port=port, asterisk=pbx)))
    assert [(f.level, f.check) for f in findings] == [
        (Level.OK, "AMI"),
        (Level.OK, "AMI rights"),
        (Level.OK, "dialplan"),
    ]


def test_a_wrong_secret_is_told_without_telling_it(status: LabStatus) -> None:
    pbx = Asterisk(ami_port=status.ami_port, ami_user=status.ami_user, ami_secret="quite-wrong")  # type: ignore[arg-type]
    (found,) = asterisk(Settings(provider="asterisk", asterisk=pbx))
    assert found.level is Level.FAIL and "quite-wrong" not in repr(found)
