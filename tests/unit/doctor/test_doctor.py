"""The doctor sees what is wrong, and says how to mend it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dialer import settings as settings_module
from dialer.cli.doctor import command
from dialer.doctor import database, dialplan, examine, machine, ports
from dialer.doctor.asterisk import asterisk, judge_rights
from dialer.doctor.finding import Finding, Level
from dialer.settings import Asterisk, Settings
from dialer.store import Database, schema

KEY = "0123456789abcdef0123456789abcdef"


def level(check: Callable[[Settings], Iterator[Finding]], **values: Any) -> list[str]:
    found = list(check(Settings(**values)))
    assert all(bool(f.mend) == (f.level is not Level.OK) for f in found)
    return [f.level.value for f in found]


@pytest.mark.parametrize(("key", "says"), [(KEY, "ok"), ("", "fail"), (KEY[:31], "fail"), ("password" * 4, "fail")])
def test_a_key_must_be_long_and_drawn_at_random(key: str, says: str) -> None:
    assert level(machine.secret_key, secret_key=key) == [says]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://calls.example.com", "ok"),
        ("http://127.0.0.1:8080", "ok"),
        ("http://localhost", "ok"),
        ("http://calls.example.com", "fail"),
        ("http://127.0.0.1.example.com", "fail"),
    ],
)
def test_the_public_address_is_https_or_this_machine(url: str, says: str) -> None:
    assert level(machine.public_url, public_url=url) == [says]


def test_the_demo_must_not_show_its_logins_to_others() -> None:
    assert level(machine.demo, demo=True, web_host="0.0.0.0") == ["fail"]
    assert level(machine.demo, demo=True) == level(machine.demo, web_host="0.0.0.0") == []


def test_a_data_folder_that_is_not_there_yet_is_fine_and_is_not_made(tmp_path: Path) -> None:
    assert level(machine.data_folder, data=tmp_path / "a" / "b") == ["ok"] and not (tmp_path / "a").exists()


def test_a_file_in_the_place_of_the_data_folder_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert level(machine.data_folder, data=tmp_path / "file") == ["fail"]


def test_too_few_open_files_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.resource, "getrlimit", lambda _what: (256, 256))
    assert level(machine.open_files) == ["warn"]


def test_absent_time_zones_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.zoneinfo, "available_timezones", lambda: {"Europe/Moscow"})
    assert level(machine.zones) == ["fail"]


def test_absent_browser_assets_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "ASSETS", ("no-such-file.js",))
    assert level(machine.assets) == ["fail"]


def test_a_port_is_free_or_answers_or_cannot_be_taken() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        number = server.getsockname()[1]
        assert ports.port("web", "127.0.0.1", number, "X").level is Level.FAIL
        server.listen()
        assert "answers" in ports.port("web", "127.0.0.1", number, "X").saw
    assert "free" in ports.port("web", "127.0.0.1", number, "X").saw


def test_recordings_of_a_pbx_need_a_folder(tmp_path: Path) -> None:
    assert level(machine.recordings_folder) == []
    assert level(machine.recordings_folder, provider="asterisk") == ["fail"]
    assert level(machine.recordings_folder, provider="asterisk", asterisk=Asterisk(recordings=tmp_path)) == ["ok"]
    gone = Asterisk(recordings=tmp_path / "gone")
    assert level(machine.recordings_folder, provider="asterisk", asterisk=gone) == ["fail"]


# --- the database ---------------------------------------------------------------------------------------------------


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert level(database.database, database_url=f"sqlite:///{tmp_path / 'x.db'}") == ["fail"]
    assert list(tmp_path.iterdir()) == []


def test_a_database_behind_its_tables_and_one_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    db = Database(url)
    db.engine.connect().close()
    assert level(database.database, database_url=url) == ["fail", "ok"]
    schema.upgrade(db)
    db.close()
    assert level(database.database, database_url=url) == ["ok", "ok", "ok"]


def test_orphan_recordings_are_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    db = Database(url)
    schema.upgrade(db)
    db.close()
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "attempt-1-rx.wav").write_bytes(b"x")
    pbx = Asterisk(recordings=tmp_path / "raw")
    assert level(database.database, database_url=url, asterisk=pbx) == ["ok", "ok", "warn"]


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "postgresql://x@127.0.0.1:1/x"])
def test_a_database_that_cannot_be_used_is_a_failure(url: str) -> None:
    assert level(database.database, database_url=url) == ["fail"]


def test_the_file_system_of_a_path_is_that_of_its_nearest_mount() -> None:
    table = "a / ext4 rw 0 0\nb /srv/data nfs4 rw 0 0\nc /srv/my\\040disk xfs rw 0 0\n"
    assert database.file_system(Path("/srv/data/db/x.db"), table) == "nfs4"
    assert database.file_system(Path("/srv/database/x.db"), table) == "ext4"
    assert database.file_system(Path("/srv/my disk/x.db"), table) == "xfs"


# --- the PBX --------------------------------------------------------------------------------------------------------

COMMANDS = {
    "Response": "Success",
    "Originate": "Originate a call.  (Priv: originate,all)",
    "Redirect": "Redirect (transfer) a call.  (Priv: call,all)",
    "Hangup": "Hangup channel.  (Priv: system,call,all)",
    "ConfbridgeMute": "Mute.  (Priv: call,all)",
    "CoreShowChannels": "List.  (Priv: system,reporting,all)",
    "CoreStatus": "Show.  (Priv: system,reporting,all)",
    "MixMonitorMute": "Mute.  (Priv: system,call,all)",
    "Ping": "Keepalive command.  (Priv: <none>)",
}


def test_exactly_the_rights_needed_are_fine() -> None:
    assert judge_rights(COMMANDS).level is Level.OK


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Command", "Execute Asterisk CLI Command.  (Priv: command,all)", "command"),
        ("GetConfig", "Retrieve configuration.  (Priv: system,config,all)", "config, system"),
        ("UserEvent", "Send an arbitrary event.  (Priv: user,all)", "user"),
    ],
)
def test_wider_rights_are_refused(name: str, text: str, told: str) -> None:
    found = judge_rights({**COMMANDS, name: text})
    assert found.level is Level.FAIL and found.saw.endswith(told)


def test_absent_rights_are_told() -> None:
    found = judge_rights({k: v for k, v in COMMANDS.items() if k != "Originate"})
    assert found.level is Level.FAIL and "Originate" in found.saw


def test_no_pbx_is_asked_where_none_is_used() -> None:
    assert level(asterisk) == []


def test_a_pbx_that_is_not_there_is_a_failure_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        pbx = Asterisk(ami_port=taken.getsockname()[1], ami_secret="quite-secret")  # type: ignore[arg-type]
        (found,) = asterisk(Settings(provider="asterisk", asterisk=pbx))
    assert found.level is Level.FAIL and "quite-secret" not in repr(found)


TEMPLATE = """
[general]
static = yes
[globals]
X = {{ y }}
; a comment
[one]
exten => s,1,Set(A=${FILTER(a-z,${B})})
 same => n(label),Wait({{ wait }})
; in between
 same => n,AMD()
exten => T,1,Hangup
[warmline-hooks]
exten => s,1,Anything()
"""
LOADED = {
    ("one", "s", 1): "Set(A=${FILTER(a-z,${B})})",
    ("one", "s", 2): "Wait(7)",
    ("one", "s", 3): "AMD()",
    ("one", "T", 1): "Hangup()",
}


def test_a_dialplan_as_in_the_template_is_fine() -> None:
    assert dialplan.judge(dialplan.expected(TEMPLATE), LOADED).level is Level.OK


@pytest.mark.parametrize(
    ("line", "step"),
    [
        (("one", "s", 1), "Set(A=${B})"),
        (("one", "s", 3), "AMD(x)"),
        (("one", "s", 3), "AMD() and more"),
        (("one", "s", 4), "System(reboot)"),
        (("one", "x", 1), "Hangup()"),
        (("one", "T", 1), None),
    ],
)
def test_every_difference_of_the_dialplan_is_told(line: tuple[str, str, int], step: str | None) -> None:
    loaded = {**LOADED, line: step} if step else {k: v for k, v in LOADED.items() if k != line}
    found = dialplan.judge(dialplan.expected(TEMPLATE), loaded)  # type: ignore[arg-type]
    assert found.level is Level.FAIL and found.saw.endswith(",".join(map(str, line)))


def test_our_own_template_is_understood_whole() -> None:
    text = dialplan.template()
    wanted = dialplan.expected(text)
    examples = text[text.index("[warmline-hooks]") :]
    steps = [n for n in text.splitlines() if n.strip().startswith(("exten", "same"))]
    assert len(wanted) == len(steps) - sum(n.strip().startswith(("exten", "same")) for n in examples.splitlines())


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_ends_with_1_on_a_failure_and_0_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def bad(_settings: Settings) -> Iterator[Finding]:
        yield Finding(Level.FAIL, "x", "is broken", "mend it")

    def good(_settings: Settings) -> Iterator[Finding]:
        yield Finding(Level.WARN, "y", "is so so", "look at it")

    def breaks(_settings: Settings) -> Iterator[Finding]:
        raise ZeroDivisionError
        yield

    settings_module.load.cache_clear()
    for checks, code in (((good,), 0), ((good, bad), 1), ((breaks, good), 1)):
        monkeypatch.setattr(examine, "CHECKS", checks)
        plain, as_json = CliRunner().invoke(command), CliRunner().invoke(command, ["--json"])
        assert (plain.exit_code, as_json.exit_code) == (code, code)
        assert {row["check"] for row in json.loads(as_json.output)} >= {"y"}
        assert "-> look at it" in plain.output
