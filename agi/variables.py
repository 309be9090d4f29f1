"""Every channel variable we set or read, in one place; the dialplan template lists the same names.

May import phonenumbers, ``dialer.providers.base``, the id rule of the Asterisk room, and this room.
"""

from __future__ import annotations

import re

import phonenumbers

from agi.channel import SafeAGI
from dialer.providers.asterisk.names import is_ours
from dialer.providers.base import ID_PATTERN, Join, Message, Plan

DO = "WARMLINE_DO"  # out: join | message | leave | hangup
ROOM = "WARMLINE_ROOM"  # out
RECORD = "WARMLINE_RECORD"  # out: 1 | 0
MESSAGE = "WARMLINE_MESSAGE"  # out: name of a sound
RESULT = "WARMLINE_RESULT"  # out: what came of a hook
CONTACT = "WARMLINE_CONTACT"  # out, lookup: opaque id
CAMPAIGN = "WARMLINE_CAMPAIGN"  # out, lookup: opaque id
OWNER = "WARMLINE_OWNER"  # out, lookup: opaque id of the operator who talked to them last
OUTCOME = "WARMLINE_OUTCOME"  # in, outcome: a disposition's code

ERROR = "error"
"""``WARMLINE_RESULT`` when the engine could not be asked."""

SAFE = re.compile(r"[A-Za-z0-9_.:@+-]{0,100}\Z")
"""What may be put into a channel: ids and words, nothing a dialplan could take for an expression (P7)."""
_WRITTEN = re.compile(r"(\+|00)?([1-9][0-9]{6,14})\Z")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


def give(agi: SafeAGI, **values: str) -> None:
    """Set channel variables. Raises ValueError for a value outside :data:`SAFE`, before anything is set."""
    for name, value in values.items():
        if not SAFE.match(value):
            raise ValueError(f"{name} may not be given to a dialplan")
    agi.set_variables(values)


def give_plan(agi: SafeAGI, plan: Plan) -> None:
    """Tell the dialplan what the answered call does now."""
    if isinstance(plan, Join):
        give(agi, **{ROOM: plan.room, RECORD: "1" if plan.record else "0", DO: "join"})
    elif isinstance(plan, Message):
        give(agi, **{MESSAGE: plan.name, DO: "leave" if plan.after_beep else "message"})
    else:
        give(agi, **{DO: "hangup"})


def leg(agi: SafeAGI) -> str:
    """The leg that asks: our own id, or Asterisk's as the dialplan spells it ("." as "-"). Raises ValueError."""
    uniqueid = agi.env.get("agi_uniqueid", "")
    name = uniqueid if is_ours(uniqueid) else re.sub(r"[^a-z0-9-]", "", uniqueid.replace(".", "-"))
    if not ID_PATTERN.match(name):
        raise ValueError("the channel's id is none of ours")
    return name


def written_number(text: str) -> str:
    """E.164 of a number written internationally (``+7916…``, ``007916…``); "" for anything else."""
    match = _WRITTEN.match(text)
    return f"+{match[2]}" if match and match[1] else ""


def shown_number(text: str) -> str:
    """E.164 of a number as trunks show it: also without "+", if that makes a valid number; "" for anything else.

    A guess: a national number can look like another country's. Good enough to recognise a caller, not to decide
    who may be dialled.
    """
    match = _WRITTEN.match(text)
    if match is None or match[1]:
        return written_number(text)
    try:
        valid = phonenumbers.is_valid_number(phonenumbers.parse(f"+{text}"))
    except phonenumbers.NumberParseException:
        valid = False
    return f"+{text}" if valid else ""


OWN = "leg"
"""The argument that means: whoever is called on this leg."""


def asked_about(agi: SafeAGI) -> str:
    """What a hook is asked about, as written: its first argument, else the caller."""
    return agi.argument(1) or agi.env.get("agi_callerid", "")


def asked_code(agi: SafeAGI) -> str:
    """The disposition in :data:`OUTCOME`, "" if it is none."""
    text = agi.get_variable(OUTCOME)
    return text if _CODE.match(text) else ""
