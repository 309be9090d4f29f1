"""What an answered leg does now, as a row of the database and as TwiML.

An announcement is a sound of ours if there is one of its name, else a sentence in its language that Twilio speaks; only
ids of ours and these sentences ever leave (P7).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from dialer.providers.base import ID_PATTERN, Join, Message, Plan, Reject
from dialer.providers.twilio.config import TwilioConfig

SENTENCES = {
    "ru": ("ru-RU", "Извините за беспокойство: сейчас нет свободного сотрудника. Мы перезвоним вам позже."),
    "en": ("en-US", "We are sorry to have disturbed you: nobody is free to speak to you now. We will call back."),
}
"""By the last part of an announcement's name (``sorry-ru``): what is said, in which voice."""
KEYS = {"ru": "Чтобы мы больше не звонили, нажмите 9.", "en": "To be taken off our list, press 9."}
OPTED_OUT = {
    "ru": ("ru-RU", "Ваш номер исключён из списка. Мы больше не будем вам звонить. До свидания."),
    "en": ("en-US", "Your number has been taken off our list. We will not call you again. Goodbye."),
}
KEY_S = 3
"""How long a key may come after the message."""
LEFT = {
    "ru": ("ru-RU", "Здравствуйте! Мы звонили вам и не застали. Перезвоните, пожалуйста, по номеру этого звонка."),
    "en": ("en-US", "Hello! We called you and did not reach you. Please call us back at the number of this call."),
}
"""The same, for what an answering machine is left."""
SOUND = re.compile(r"[a-z0-9-]{1,40}\Z")
KINDS = ("mp3", "wav")
ROOM_EVENTS = "join leave hold end"


def to_row(plan: Plan) -> dict[str, Any]:
    """The plan as JSON."""
    if isinstance(plan, Join):
        return {"do": "join", "room": plan.room, "record": plan.record}
    if isinstance(plan, Message):
        return {"do": "message", "name": plan.name, "after_beep": plan.after_beep}
    return {"do": "reject"}


def from_row(row: dict[str, Any]) -> Plan:
    """The plan again."""
    if row["do"] == "join":
        return Join(row["room"], row["record"])
    return Message(row["name"], row.get("after_beep", False)) if row["do"] == "message" else Reject()


def twiml(config: TwilioConfig, leg: str, plan: Plan) -> str:
    """The document Twilio carries out for ``leg``."""
    if isinstance(plan, Join):
        return join(config, leg, plan.room)
    response = VoiceResponse()
    if isinstance(plan, Message):
        if not plan.after_beep and ID_PATTERN.match(leg):  # a person: the key 9 takes them off every list
            gather = response.gather(
                input="dtmf", num_digits=1, timeout=KEY_S, action=config.url("keys", leg), method="POST"
            )
            _say(config, gather, plan)
        else:
            _say(config, response, plan)
    response.hangup()
    return str(response)


def _say(config: TwilioConfig, response: VoiceResponse | Gather, plan: Message) -> None:
    if sound := sound_of(config, plan.name):
        response.play(config.url("sound", sound.name))
        return
    sentences = LEFT if plan.after_beep else SENTENCES
    language, text = sentences.get(plan.name.rpartition("-")[2], sentences["en"])
    keys = "" if plan.after_beep else KEYS[language[:2]]
    response.say(f"{text} {keys}".strip(), language=language)


def opted_out(config: TwilioConfig, name: str) -> str:
    """The answer to the key 9, in the language of the announcement ``name``."""
    response = VoiceResponse()
    language, text = OPTED_OUT.get(name.rpartition("-")[2], OPTED_OUT["en"])
    if sound := sound_of(config, f"optout-{language[:2]}"):
        response.play(config.url("sound", sound.name))
    else:
        response.say(text, language=language)
    response.hangup()
    return str(response)


def bye() -> str:
    """The call ends."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def sound_of(config: TwilioConfig, name: str) -> Path | None:
    """The file of the announcement called ``name``, if there is one."""
    if config.sounds is None or not SOUND.match(name):
        return None
    return next((file for kind in KINDS if (file := config.sounds / f"{name}.{kind}").is_file()), None)


def sorry() -> str:
    """For a call nobody can say anything about: both languages, and goodbye."""
    response = VoiceResponse()
    for language, text in SENTENCES.values():
        response.say(text, language=language)
    response.hangup()
    return str(response)


def join(config: TwilioConfig, leg: str, room: str, keys: str = "", *, muted: bool = False) -> str:
    """Put ``leg`` into the conference ``room``; ``keys`` are dialled to it before. Raises ValueError for a bad id."""
    if not (ID_PATTERN.match(leg) and ID_PATTERN.match(room)):
        raise ValueError("not an id of ours")
    response = VoiceResponse()
    if keys:
        response.play(digits=keys)
    response.append(_bridge(config, leg, room) if config.bridge else _conference(config, leg, room, muted))
    return str(response)


def _bridge(config: TwilioConfig, leg: str, room: str) -> Dial:
    """To the room at the PBX, by SIP: the room is the user part of the address."""
    kind, _, host = config.bridge.partition(":")
    dial = Dial()
    dial.sip(
        f"{kind}:{room}@{host}",
        username=config.bridge_user or None,
        password=config.bridge_password or None,
        status_callback=config.url("bridge", leg, room),
        status_callback_event="answered completed",
        status_callback_method="POST",
    )
    return dial


def music(leg: str) -> str:
    """Twilio's own music until told otherwise, for a leg on hold whose room is at the PBX."""
    response, dial = VoiceResponse(), Dial()
    dial.conference(f"hold-{leg}", beep="false", start_conference_on_enter=False, end_conference_on_exit=True)
    response.append(dial)
    return str(response)


def _conference(config: TwilioConfig, leg: str, room: str, muted: bool) -> Dial:
    dial = Dial()
    dial.conference(
        room,
        beep="false",
        muted=muted or None,
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        participant_label=leg,
        wait_url="",
        status_callback=config.url("room", room),
        status_callback_event=ROOM_EVENTS,
        status_callback_method="POST",
    )
    return dial
