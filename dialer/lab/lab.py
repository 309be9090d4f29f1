"""The lab: a PBX of ours and a telephone network behind it, two Asterisk processes on loopback.

``up`` writes ``lab.json`` into the lab's home; whoever opens the same home later sees, steers and ends the same pair.
Several labs with homes of their own run side by side. May import the rest of ``dialer.lab``.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.errors import BadInput
from dialer.lab import calllog, config, image, layout
from dialer.lab.instance import Instance
from dialer.lab.layout import Which
from dialer.lab.status import LabStatus
from dialer.lab.wire import Ami, AmiError

READY_S = 20.0


class Lab:
    """One lab. Nothing happens before :meth:`up`; with a ``lab.json`` in ``home`` it is the lab that wrote it."""

    def __init__(
        self,
        home: Path | str,
        *,
        trunk: str | None = None,
        fastagi: str = "127.0.0.1:4573",
        operators: int = 5,
        closers: int = 2,
        progress: image.Say = image.say,
    ) -> None:
        self.home = Path(home).expanduser().resolve()
        self.trunk = _peer(trunk) if trunk else None
        self.fastagi = fastagi
        self.people = {"op": operators, "cl": closers}
        self._say = progress
        self._made: dict[Which, Instance] = {}

    def up(self) -> LabStatus:
        """Start both instances and wait until they answer. Raises LabUnavailable, or BadInput if one is up here."""
        found = image.obtain(self._say)
        self.home.mkdir(parents=True, exist_ok=True)
        with _turn():
            if self._state_file.exists():
                if self.status().alive:
                    raise BadInput(f"a lab is already running in {self.home}; end it with: dialer lab down")
                self.down()  # one half may have survived the other
            _sweep(found)
            state = layout.new_state(self.home, found, self.trunk, self.fastagi, self.people)
            self._lay(found, state)
            for which in layout.instances(state):
                state["pids"][which] = self._instance(which).start()
                self._save(state)
        try:
            for which in layout.instances(state):
                self._await(which, state)
        except BaseException:
            self.down()
            raise
        return self.status()

    def down(self, *, wipe: bool = False) -> None:
        """End what :meth:`up` started. Recordings and the call log stay, unless ``wipe``. Twice is no error."""
        if not self._state_file.exists():
            return
        state = self._state()
        started = [(self._instance(which), pid) for which, pid in state["pids"].items()]
        for instance, pid in started:
            instance.ask_to_end(pid)
        for instance, pid in started:
            instance.await_end(pid)
        state["pids"] = {}
        self._save(state)
        if wipe:
            shutil.rmtree(state["base"], ignore_errors=True)
            self._state_file.unlink()

    def status(self) -> LabStatus:
        """Return ports, endpoints, passwords and paths. Raises BadInput where no lab was ever started."""
        state = self._state()
        alive: dict[str, bool] = {w: self._instance(w).alive(state["pids"].get(w, 0)) for w in layout.instances(state)}
        return LabStatus.of(state, alive)

    def kill(self, which: Which) -> None:
        """End one instance as a crash would (kill -9): no BYE, no goodbye on AMI."""
        state = self._state()
        self._instance(which).kill(state["pids"][which])

    def start(self, which: Which) -> None:
        """Start an instance that was killed again, with the ports and passwords it had."""
        state = self._state()
        if self._instance(which).alive(state["pids"].get(which, 0)):
            raise BadInput(f"the lab's {which} is running already")
        state["pids"][which] = self._instance(which).start()
        self._save(state)
        self._await(which, state)

    def network_calls(self) -> list[calllog.NetworkCall]:
        """Return every call that reached the lab's telephone network, oldest first, as the network wrote it down."""
        return calllog.read(layout.call_log(self._state()))

    def ring_in(self, from_number: str, to: str) -> None:
        """Make the network call ``to`` (a caller id of ours) as ``from_number``; whoever answers hears a voice."""
        state = self._state()
        layout.call_log(state)  # there must be a network of ours
        digits, caller = to.lstrip("+"), from_number.lstrip("+")
        if not (digits.isdecimal() and caller.isdecimal()):
            raise BadInput("ring_in takes two telephone numbers")
        language = "ru" if caller.startswith("7") else "en"
        with self._ami("network", state) as ami:
            answer = ami.action(
                "Originate",
                Channel=f"PJSIP/{digits}@pbx",
                Context="rings-in",
                Exten="s",
                Priority="1",
                CallerID=f"<+{caller}>",
                Timeout="60000",
                Async="true",
                Variable=f"RING_VOICE={state['voices']}/{language}-1",
            )
        if answer.get("Response") != "Success":
            raise AmiError(f"the network would not call: {answer.get('Message', '')}")

    # --- below: what the above is made of ---

    @property
    def _state_file(self) -> Path:
        return self.home / "lab.json"

    def _state(self) -> layout.State:
        try:
            return json.loads(self._state_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BadInput(f"no lab in {self.home}; start one with: dialer lab up") from None

    def _save(self, state: layout.State) -> None:
        fresh = self._state_file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state, indent=1), encoding="utf-8")
        fresh.replace(self._state_file)

    def _lay(self, found: image.Image, state: layout.State) -> None:
        """Write folders and configuration; recordings of an earlier run stay, its call log does not."""
        base = Path(state["base"])
        base.mkdir(parents=True, exist_ok=True, mode=0o700)
        (base / "home").write_text(str(self.home), encoding="utf-8")
        shutil.rmtree(base / "network", ignore_errors=True)
        for which in layout.instances(state):
            made = Instance(found, base / which, f"{state['inside']}/{which}")
            made.write(layout.files(state, found, which))
            self._made[which] = made

    def _instance(self, which: Which) -> Instance:
        if which not in self._made:
            state = self._state()
            found = image.obtain(self._say)
            self._made[which] = Instance(found, Path(state["base"]) / which, f"{state['inside']}/{which}")
        return self._made[which]

    def _ami(self, which: Which, state: layout.State) -> Ami:
        """Open the network's AMI, or the PBX's as one who may only look on."""
        user, secret = (config.WATCHER_USER, "watcher") if which == "pbx" else (state["ami_user"], which)
        return Ami(state["ports"][f"{which}_ami"], user, state["secrets"][secret])

    def _await(self, which: Which, state: layout.State) -> None:
        """Wait until the instance has loaded everything. Raises LabUnavailable with the end of its log."""
        deadline = time.monotonic() + READY_S
        instance = self._instance(which)
        while time.monotonic() < deadline and instance.alive(state["pids"][which]):
            try:
                with self._ami(which, state) as ami:
                    ami.wait_for("FullyBooted", timeout_s=max(0.1, deadline - time.monotonic()))
                    return
            except AmiError:
                time.sleep(0.05)
        raise image.LabUnavailable(f"the lab's {which} did not start: {instance.errors()}")


def _peer(trunk: str) -> tuple[str, int]:
    """Split ``sip:HOST:PORT`` (or HOST:PORT, or HOST). Raises BadInput."""
    host, _, port = trunk.removeprefix("sip:").partition(":")
    if not host.replace(".", "").replace("-", "").isalnum() or not (port or "5060").isdecimal():
        raise BadInput(f"a trunk is written sip:HOST:PORT, not {trunk!r}")
    return host, int(port or 5060)


@contextmanager
def _turn() -> Iterator[None]:
    """One lab at a time chooses its ports and starts."""
    path = image.cache_folder().parent / "lab.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(found: image.Image) -> None:
    """Remove what is left in the root of labs whose home is gone and whose processes are too."""
    if found.root is None:
        return
    for note in (found.root / "srv/warmline").glob("*/home"):
        running = any(f"/srv/warmline/{note.parent.name}/" in text for text in _command_lines())
        if not running and not Path(note.read_text(encoding="utf-8")).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def _command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it ended while we looked
