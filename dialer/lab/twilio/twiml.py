"""Reading the TwiML we are answered with: the subset that Warmline uses, anything else is refused aloud.

Standard library only; the documents come from ourselves, and one that declares entities is refused unread.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

SAY_CHARACTERS_S = 40.0
"""Characters spoken in a second: faster than a voice, so that tests need not wait."""
LEAST_S = 0.3
LANGUAGES = frozenset({"ru-RU", "en-US", "en-GB", "de-DE", "fr-FR", "es-ES"})
ALLOWED = {
    "Response": frozenset[str](),
    "Dial": frozenset({"timeLimit"}),
    "Conference": frozenset(
        {
            "beep", "startConferenceOnEnter", "endConferenceOnExit", "participantLabel", "statusCallback",
            "statusCallbackEvent", "statusCallbackMethod", "waitUrl", "waitMethod", "muted", "coach",
        }
    ),
    "Sip": frozenset({"username", "password", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"}),
    "Say": frozenset({"language", "voice", "loop"}),
    "Play": frozenset({"digits", "loop"}),
    "Gather": frozenset({"input", "numDigits", "timeout", "action", "method"}),
    "Pause": frozenset({"length"}),
    "Hangup": frozenset[str](),
    "Reject": frozenset({"reason"}),
}  # fmt: skip
CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
EVENTS = frozenset({"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"})


class BadTwiml(Exception):
    """What Twilio would log as an error of the document."""


@dataclass(frozen=True, slots=True)
class Step:
    """``verb`` in lower case; ``text`` is what is said or played or the conference's name."""

    verb: str
    text: str = ""
    seconds: float = 0.0
    options: dict[str, str] = field(default_factory=dict)
    inner: tuple[Step, ...] = ()


def parse(document: str) -> list[Step]:
    """The steps of a document. Raises BadTwiml for whatever is not in the subset."""
    if "<!" in document.replace("<!--", ""):
        raise BadTwiml("a document type is not TwiML")
    try:
        root = ET.fromstring(document)  # noqa: S314 - no entities: see above
    except ET.ParseError as err:
        raise BadTwiml(f"not XML: {err}") from err
    if root.tag != "Response":
        raise BadTwiml(f"the root is {root.tag}")
    return [_step(element) for element in root]


def _check(element: ET.Element) -> None:
    allowed = ALLOWED.get(element.tag)
    if allowed is None:
        raise BadTwiml(f"{element.tag} is not in the subset")
    for name in element.attrib:
        if name not in allowed:
            raise BadTwiml(f"{element.tag} has no {name}")


def _step(element: ET.Element) -> Step:
    _check(element)
    if element.tag == "Dial":
        return _dial(element)
    if element.tag == "Gather":
        return _gather(element)
    text = (element.text or "").strip()
    if element.tag == "Say":
        if element.get("language", "en-US") not in LANGUAGES:
            raise BadTwiml("unknown language")
        return Step("say", text, max(LEAST_S, len(text) / SAY_CHARACTERS_S))
    if element.tag == "Play":
        return Step("digits" if element.get("digits") else "play", element.get("digits", text), 1.0)
    if element.tag == "Pause":
        return Step("pause", seconds=float(element.get("length", "1")))
    return Step("hangup")


def _gather(element: ET.Element) -> Step:
    if any(child.tag not in ("Say", "Play", "Pause") for child in element):
        raise BadTwiml("Gather holds what is said while a key is waited for")
    if element.get("input") != "dtmf" or element.get("numDigits") != "1" or not element.get("action"):
        raise BadTwiml("Gather takes one key here, and tells an action")
    inner = tuple(_step(child) for child in element)
    return Step("gather", seconds=float(element.get("timeout", "5")), options=dict(element.attrib), inner=inner)


def _dial(element: ET.Element) -> Step:
    if len(element) != 1 or element[0].tag not in ("Conference", "Sip"):
        raise BadTwiml("Dial holds one Conference or one Sip here")
    noun = element[0]
    _check(noun)
    name = (noun.text or "").strip()
    if not name or (noun.tag == "Sip" and not name.startswith(("sip:", "sips:"))):
        raise BadTwiml(f"a {noun.tag} needs a name")
    unknown = set(noun.get("statusCallbackEvent", "").split()) - (EVENTS if noun.tag == "Conference" else CALL_EVENTS)
    if unknown:
        raise BadTwiml(f"unknown {noun.tag.lower()} event {min(unknown)}")
    return Step(noun.tag.lower(), name, options=dict(noun.attrib))
