"""The doctor against a real Asterisk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dialer.doctor import endpoints
from dialer.doctor.asterisk import asterisk
from dialer.doctor.finding import Level
from dialer.lab import LabStatus
from dialer.providers.asterisk.manager import SafeManager
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
        (Level.OK, "PJSIP"),
    ]


def test_endpoints_that_differ_from_the_template_are_named_with_both_values(
    status: LabStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = endpoints.template()
    assert ours["trunk"]["rtp_timeout"] == "30" and ours["browser"]["context"] == "warmline-desk"
    changed = {**ours, "trunk": {**ours["trunk"], "context": "elsewhere", "rtp_timeout": "7"}}
    monkeypatch.setattr(endpoints, "template", lambda: changed)
    with manager(status) as ami:
        found = list(endpoints.compare(ami.request, "trunk", ["sip-op-1", "op-1", "nobody-9"]))
    assert [(f.level, f.saw.split(",")[0]) for f in found] == [
        (Level.WARN, "no endpoint for a phone of ours: nobody-9"),
        (Level.FAIL, "trunk has context = warmline-inbound"),
        (Level.WARN, "trunk has rtp_timeout = 30"),
    ]


def test_a_trunk_that_is_not_there_is_told(status: LabStatus) -> None:
    with manager(status) as ami:
        (found,) = endpoints.compare(ami.request, "carrier-b", [])
    assert found.level is Level.FAIL and "carrier-b" in found.saw


@contextmanager
def manager(status: LabStatus) -> Iterator[SafeManager]:
    ami = SafeManager(reply_s=5)
    ami.connect("127.0.0.1", status.ami_port, timeout_s=5)
    try:
        ami.login(status.ami_user, status.ami_secret, events="off")
        yield ami
    finally:
        ami.close()


def test_a_wrong_secret_is_told_without_telling_it(status: LabStatus) -> None:
    pbx = Asterisk(ami_port=status.ami_port, ami_user=status.ami_user, ami_secret="quite-wrong")  # type: ignore[arg-type]
    (found,) = asterisk(Settings(provider="asterisk", asterisk=pbx))
    assert found.level is Level.FAIL and "quite-wrong" not in repr(found)
