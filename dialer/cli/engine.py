"""``dialer engine``: the loop that dials, and the FastAGI server that the PBX asks."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import click

from agi.server import HookServer
from dialer import collecting, logs, settings
from dialer.engine import crash
from dialer.engine.core import Engine
from dialer.engine.hooks import EngineHooks
from dialer.providers.base import Provider
from dialer.providers.switchboard import Switchboard, every
from dialer.recordings import guard
from dialer.store import Database
from dialer.store.watch import Watch


@click.command()
def command() -> None:
    """Dial the running campaigns (one process; another one stands by for its leases)."""
    config = settings.load()
    logs.configure(config)
    crash.arm(config.crash_at)
    db = Database(config.database_url)
    # Only one process can hold the port, so the name is this engine's alone and the same after a restart: the leases
    # of an engine that died are its own again at once.
    engine = Engine(
        db,
        make_provider(config, db),
        name=f"{socket.gethostname()}:{config.agi_port}",
        may_record=lambda lines: guard.may_record(config, lines).reason,
    )
    for one in every(engine.provider):
        if hasattr(one, "on_inbound"):
            one.on_inbound = partial(engine.inbound, network=one.name)
    hooks = EngineHooks(engine)
    server = HookServer((config.agi_host, config.agi_port), hooks, allow=config.agi_allow)
    server.start()
    threading.Thread(target=_watch, args=(db, engine), name="watch", daemon=True).start()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: engine.stop())
    engine.start()
    collecting.seldom()
    try:
        engine.run()
    finally:
        server.stop()
        engine.close()


def make_provider(config: settings.Settings, db: Database) -> Provider:
    """The telephone network the settings name, or several. Raises SettingsError where those are wanting."""
    home, *others = (NETWORKS[name](config, db) for name in dict.fromkeys((config.provider, *config.also)))
    if others and config.provider == "twilio":
        raise settings.SettingsError(
            "DIALER_ALSO: people's phones must be at the PBX (DIALER_PROVIDER) to add networks"
        )
    return Switchboard(home, others) if others else home


def _pretend(config: settings.Settings, db: Database) -> Provider:
    from dialer.providers.pretend import PretendProvider

    pretend = PretendProvider()
    pretend.run_live()
    return pretend


def _twilio(config: settings.Settings, db: Database) -> Provider:
    from dialer.providers.twilio.config import from_settings
    from dialer.providers.twilio.provider import TwilioProvider

    return TwilioProvider(from_settings(config), db)


def _asterisk(config: settings.Settings, db: Database) -> Provider:
    from dialer.providers.asterisk.provider import AsteriskConfig, AsteriskProvider

    pbx = config.asterisk
    return AsteriskProvider(
        AsteriskConfig(pbx.host, pbx.ami_port, pbx.ami_user, pbx.ami_secret.get_secret_value(), pbx.trunk)
    )


NETWORKS: Mapping[str, Callable[[settings.Settings, Database], Provider]] = {
    "asterisk": _asterisk,
    "pretend": _pretend,
    "twilio": _twilio,
}


def _watch(db: Database, engine: Any) -> None:
    """Wake the engine when another process has committed something."""
    watch = Watch(db)
    while True:
        if watch.wait(5.0):
            engine.wake()
