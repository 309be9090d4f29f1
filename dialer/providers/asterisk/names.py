"""The names we share with the dialplan, and which ids are whose.

The dialplan itself is the template ``agi/dialplan/extensions.conf.j2``; its first lines list the variables.
May import ``dialer.providers.base`` and the standard library only.
"""

from __future__ import annotations

import re

from dialer.providers.base import ID_PATTERN

ANSWERED = "warmline-answered"
OPERATOR = "warmline-operator"
INBOUND = "warmline-inbound"
ROOM = "warmline-room"
HOLD = "warmline-hold"
LISTEN = "warmline-listen"
WHISPER = "warmline-whisper"
DO = "warmline-do"
CONTEXTS = (ANSWERED, OPERATOR, INBOUND, ROOM, HOLD, DO)
"""Contexts without which nothing may be dialled: an answered call would have nowhere to go."""

AMD = "WARMLINE_AMD"
"""Given to a customer's channel: let the dialplan listen for a machine before it asks, with these parameters."""

LISTENER_ON = "WARMLINE_LISTENER=1"
"""Given to a supervisor's channel: it hears its room and is not heard there."""

E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
"""ITU-T E.164: at most 15 digits, no leading zero."""
ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
"""What a trunk or a phone may be called: nothing that means something in a dial string."""
KEYS = re.compile(r"[0-9*#]{1,32}\Z")

_INBOUND_GOES = (INBOUND, DO, ROOM, HOLD)
# Stricter than ID_PATTERN: another program's ChannelId such as "agent-007" is no leg of ours to hang up.
_OURS = re.compile(r"[aocs][a-z0-9]{7,63}\Z")
_ASTERISKS = re.compile(r"(?:[A-Za-z0-9_-]+-)?[0-9]{9,12}\.[0-9]{1,10}\Z")


def is_ours(uniqueid: str) -> bool:
    """Whether a channel's Uniqueid is an id that we gave it (attempt, operator's or closer's leg)."""
    return _OURS.match(uniqueid) is not None


def leg_of(uniqueid: str, context: str = "") -> str:
    """The leg that a channel is, or "" if it is none of ours.

    A call that comes in has an id made by Asterisk (``1763761234.12``, or with a system name before it); in our
    contexts its leg is the same id as the dialplan spells it: "." as "-", other characters left out.
    """
    if is_ours(uniqueid):
        return uniqueid
    if context in _INBOUND_GOES and _ASTERISKS.match(uniqueid):
        leg = re.sub(r"[^a-z0-9-]", "", uniqueid.replace(".", "-"))
        return leg if ID_PATTERN.match(leg) else ""
    return ""
