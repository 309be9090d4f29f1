"""The lab's two processes: they come, they may be killed, and they leave nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from dialer.cli.lab import group
from dialer.errors import BadInput
from dialer.lab import Lab, LabUnavailable, image
from dialer.lab.wire import Ami, AmiError

pytestmark = pytest.mark.lab


def asterisks(lab_folder: str) -> list[int]:
    """Pids of processes whose command line names this lab."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if lab_folder.encode() in path.read_bytes() and b"asterisk" in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def layout_of(home: Path) -> str:
    """The lab's folder as its processes name it."""
    return json.loads((home / "lab.json").read_text())["inside"]


def test_two_labs_run_side_by_side_and_leave_nothing(lab: Lab, tmp_path: Path) -> None:
    second = Lab(tmp_path, operators=1, closers=0)
    status = second.up()
    try:
        assert status.alive and lab.status().alive
        assert [p.name for p in status.phones] == ["op-1", "sip-op-1"]
        assert status.phone("op-1").password != lab.status().phone("op-1").password
        assert stat.S_IMODE((tmp_path / "lab.json").stat().st_mode) == 0o600
        folder = layout_of(tmp_path)
        assert sorted(asterisks(folder)) == sorted(status.pids.values())
        with pytest.raises(BadInput, match="already running"):
            Lab(tmp_path).up()
    finally:
        second.down(wipe=True)
    assert asterisks(folder) == []
    assert not status.recordings.exists()
    assert lab.status().alive
    with socket.socket() as probe:
        probe.bind((status.ami_host, status.ami_port))


def test_a_killed_pbx_comes_back_with_the_same_ports(tmp_path: Path, lab: Lab) -> None:
    own = Lab(tmp_path, operators=1, closers=0)
    status = own.up()
    try:
        own.kill("pbx")
        assert own.status().running == {"pbx": False, "network": True}
        with pytest.raises(AmiError):
            Ami(status.ami_port, status.ami_user, status.ami_secret)
        own.start("pbx")
        with Ami(status.ami_port, status.ami_user, status.ami_secret) as ami:
            assert ami.action("CoreStatus")["Response"] == "Success"
    finally:
        own.down(wipe=True)


def test_up_ends_the_half_that_survived_first(tmp_path: Path, lab: Lab) -> None:
    own = Lab(tmp_path, operators=1, closers=0)
    old = own.up()
    own.kill("pbx")
    try:
        new = Lab(tmp_path, operators=1, closers=0).up()
        assert sorted(asterisks(layout_of(tmp_path))) == sorted(new.pids.values())
        assert old.pids["network"] not in new.pids.values()
    finally:
        Lab(tmp_path).down(wipe=True)


def test_up_clears_away_what_a_vanished_lab_left_in_the_root(tmp_path: Path, lab: Lab) -> None:
    root = image.obtain().root
    if root is None:
        pytest.skip("the machine's own Asterisk is used: there is no root")
    left, kept = root / "srv/warmline/test-vanished", root / "srv/warmline/test-kept"
    for folder, home in ((left, tmp_path / "gone"), (kept, tmp_path)):
        folder.mkdir(parents=True)
        (folder / "home").write_text(str(home))
    own = Lab(tmp_path / "own", operators=1, closers=0)
    try:
        own.up()
        assert not left.exists() and kept.exists()
    finally:
        own.down(wipe=True)
        shutil.rmtree(kept)


def test_a_lab_with_a_foreign_trunk_has_no_calls_to_tell(tmp_path: Path) -> None:
    state = {"trunk": ["127.0.0.1", 5060], "base": str(tmp_path)}
    (tmp_path / "lab.json").write_text(json.dumps(state))
    with pytest.raises(BadInput, match="no telephone network of its own"):
        Lab(tmp_path).network_calls()


def test_down_leaves_a_stranger_with_the_same_pid_alone(tmp_path: Path, lab: Lab) -> None:
    own = Lab(tmp_path, operators=1, closers=0)
    own.up()
    own.down()
    state = json.loads((tmp_path / "lab.json").read_text())
    state["pids"] = {"pbx": os.getpid(), "network": os.getpid()}
    (tmp_path / "lab.json").write_text(json.dumps(state))
    assert not own.status().alive
    own.down(wipe=True)  # would end this very test if it did not look whose pid it is


def test_a_foreign_trunk_gets_the_calls(tmp_path: Path, lab: Lab) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        peer.settimeout(10)
        own = Lab(tmp_path, trunk=f"sip:127.0.0.1:{peer.getsockname()[1]}", operators=1, closers=0)
        status = own.up()
        try:
            assert list(status.running) == ["pbx"]
            with Ami(status.ami_port, status.ami_user, status.ami_secret) as ami:
                ami.action("Originate", Channel="PJSIP/79165550000@trunk", ChannelId="a-foreign", Async="true",
                           Context="warmline-answered", Exten="s", Priority="1", Timeout="3000")  # fmt: skip
                assert peer.recv(4096).startswith(b"INVITE sip:79165550000@127.0.0.1")
        finally:
            own.down(wipe=True)


def test_the_command_tells_everything_as_json(lab: Lab) -> None:
    done = CliRunner().invoke(group, ["status", "--home", str(lab.home), "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and told["alive"] and told["ami_secret"] and told["ws_url"].startswith("ws://127.0.0.1:")


def test_no_log_of_the_pbx_holds_a_warning_after_the_start(tmp_path: Path, lab: Lab) -> None:
    own = Lab(tmp_path, operators=1, closers=0)
    status = own.up()
    own.down()
    for log in status.logs.values():
        bad = [line for line in log.read_text().splitlines() if "WARNING" in line or "ERROR" in line]
        assert bad == []
    own.down(wipe=True)


def test_without_root_and_asterisk_the_reason_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIALER_LAB_ROOT", str(tmp_path / "none"))
    monkeypatch.setattr(image.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(image.shutil, "which", lambda *_, **__: None)
    with pytest.raises(LabUnavailable, match="needs root") as caught:
        image.obtain()
    assert "\n" not in str(caught.value)


def test_a_trunk_that_is_no_address_is_refused() -> None:
    with pytest.raises(BadInput, match="sip:HOST:PORT"):
        Lab("/nowhere", trunk="sip:peer\nexten=>x:5060")
