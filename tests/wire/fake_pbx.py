"""A fake manager interface that knows enough of a PBX for the driver to get in sync with it."""

from __future__ import annotations

from tests.wire.fake_ami import FakeAmi, Session, block


def channel(leg: str, state: int = 6, room: str = "", name: str = "PJSIP/trunk-1", context: str = "") -> list[str]:
    """The lines of one CoreShowChannel about ``leg``."""
    return [
        "Event: CoreShowChannel",
        f"Uniqueid: {leg}",
        f"Channel: {name}",
        f"ChannelState: {state}",
        f"Context: {context or 'warmline-room'}",
        f"Application: {'ConfBridge' if room else 'AppDial2'}",
        f"ApplicationData: {room},warmline_room,warmline_leg" if room else "ApplicationData:",
    ]


class FakeAmiPbx(FakeAmi):
    """``channels`` is what CoreShowChannels lists; ``epoch`` its start-up time; ``contexts`` None: all are there."""

    def __init__(self, **options: object) -> None:
        self.channels: list[list[str]] = []
        self.epoch = "10:00:00"
        self.contexts: set[str] | None = None
        self.during: list[bytes] = []  # said while a listing is under way
        super().__init__(**options)  # type: ignore[arg-type]
        self.handlers |= {
            "CoreStatus": self._status,
            "ShowDialPlan": self._dialplan,
            "CoreShowChannels": self._list,
        }

    def say(self, *lines: str) -> None:
        """Tell an event on the newest connection."""
        self.session.say(block(*lines))

    def _status(self, session: Session, action: dict[str, str]) -> None:
        session.answer(action, "CoreStartupDate: 2026-03-04", f"CoreStartupTime: {self.epoch}")

    def _dialplan(self, session: Session, action: dict[str, str]) -> None:
        if self.contexts is not None and action["Context"] not in self.contexts:
            session.answer(action, f"Message: Did not find context {action['Context']}", response="Error")
            return
        session.answer(action, "EventList: start")
        session.say(block("Event: ListDialplanComplete", "EventList: Complete", f"ActionID: {action['ActionID']}"))

    def _list(self, session: Session, action: dict[str, str]) -> None:
        mine = f"ActionID: {action['ActionID']}"
        session.answer(action, "EventList: start")
        for lines in self.channels:
            session.say(block(*lines, mine))
        for data in self.during:
            session.say(data)
        session.say(block("Event: CoreShowChannelsComplete", "EventList: Complete", mine))
