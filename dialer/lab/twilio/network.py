"""The calls of the stand-in: placed, ringing, answered, told what to do by TwiML, ended; and what it saw of each.

``calls`` is never forgotten: it is the log that judges whether anybody was dialled twice. Everything happens under
one lock; webhooks leave through ``mail``. Standard library and this room only.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from dialer.lab.twilio import speech
from dialer.lab.twilio.callees import DETECTION_S, callee_of, detected
from dialer.lab.twilio.faults import Faults
from dialer.lab.twilio.mail import Mail
from dialer.lab.twilio.state import FINAL, Call, Params, Room, sid
from dialer.lab.twilio.twiml import BadTwiml, Step, parse

BUFFER_S = 0.0
"""Twilio may add 5 s to a ring time-out; here it does not, so that tests need not wait."""


PICKED_UP_S = 0.1


class Network:
    """``account`` and ``token`` are the account's; ``errors`` is what Twilio's debugger would show."""

    def __init__(self, account: str, token: str, faults: Faults) -> None:
        self.account = account
        self.faults = faults
        self.mail = Mail(token, faults)
        self.lock = threading.RLock()
        self.calls: dict[str, Call] = {}
        self.rooms: dict[str, Room] = {}
        self.recordings: dict[str, Any] = {}
        self.errors: list[str] = []

    # -- calls -------------------------------------------------------------------------------------------------------
    def place(self, params: Params) -> Call:
        """POST Calls: the call waits in the queue for a moment, then it is dialled."""
        call = Call(sid("CA"), params["To"][0], params["From"][0], params)
        with self.lock:
            self.calls[call.sid] = call
        self.mail.later(0.02, lambda: self._dial(call))
        return call

    def ring_in(self, url: str, caller: str, called: str) -> Call:
        """Somebody rings one of the account's numbers, whose voice webhook is ``url``."""
        call = Call(sid("CA"), called, caller, {}, direction="inbound", status="ringing")
        with self.lock:
            self.calls[call.sid] = call
            self.mail.ask(url, self.form(call), lambda status, body: self.obey(call, call.turn, status, body))
        return call

    def _dial(self, call: Call) -> None:
        with self.lock:
            if call.status != "queued":
                return
            if self.faults.stuck:
                self.mail.later(0.1, lambda: self._dial(call))
                return
            callee = callee_of(call.to)
            ring_s = float(call.one("Timeout") or 60) + BUFFER_S
            self._tell(call, "initiated", "initiated")
            if callee.rings:
                self.mail.later(0.05, lambda: self._ring(call))
            if callee.after_s >= ring_s:
                self.mail.later(ring_s, lambda: self.end(call, "no-answer", 487, "network"))
            elif callee.status:
                self.mail.later(callee.after_s, lambda: self.end(call, callee.status, callee.sip, "callee"))
            else:
                self.mail.later(callee.after_s, lambda: self._pick_up(call))

    def _ring(self, call: Call) -> None:
        with self.lock:
            if call.status == "queued":
                call.status = "ringing"
                self._tell(call, "ringing", "ringing")

    def _pick_up(self, call: Call) -> None:
        with self.lock:
            if call.status in FINAL:
                return
            callee = callee_of(call.to)
            call.status, call.answered_s = "in-progress", time.time()
            self._tell(call, "answered", "in-progress")
            if callee.talk_s is not None:
                self.mail.later(callee.talk_s, lambda: self.end(call, "completed", 200, "callee"))
            if (mode := call.one("MachineDetection")) and call.to.startswith("+"):
                wait_s, word = detected(callee, mode, float(call.one("MachineDetectionTimeout") or DETECTION_S))
                self.mail.later(wait_s, lambda: self._detected(call, word, wait_s))
            if call.one("Url"):
                turn = call.turn
                form = self.form(call)
                self.mail.ask(call.one("Url"), form, lambda status, body: self.obey(call, turn, status, body))
            elif call.one("Twiml"):
                self.run(call, call.one("Twiml"))

    def _detected(self, call: Call, heard: str, after_s: float) -> None:
        with self.lock:
            if call.status == "in-progress":
                form = {"CallSid": call.sid, "AccountSid": self.account, "AnsweredBy": heard}
                form["MachineDetectionDuration"] = str(int(after_s * 1000))
                self.mail.callback(call.one("AsyncAmdStatusCallback"), form)

    def end(self, call: Call, status: str, sip: int, by: str) -> None:
        """The call is over."""
        with self.lock:
            if call.status in FINAL:
                return
            call.status, call.sip, call.ended_s, call.ended_by = status, sip, time.time(), by
            call.turn += 1
            self._leave(call)
            self._tell(call, "completed", status)
            if call.parent and call.parent.child is call:
                call.parent.child = None
                self.step(call.parent, call.parent.turn)
            for recording in self.recordings.values():
                if recording["call"] is call:
                    self.finish_recording(recording)

    def finish_recording(self, recording: dict[str, Any]) -> None:
        """Told when the call is over, as Twilio does a little later."""
        if recording["status"] == "completed":
            return
        recording["status"], recording["ended_s"] = "completed", time.time()
        form = {
            "AccountSid": self.account,
            "CallSid": recording["call"].sid,
            "RecordingSid": recording["sid"],
            "RecordingStatus": "completed",
            # A false address, as an attacker would send it: nobody may fetch what a webhook names.
            "RecordingUrl": "http://127.0.0.1:9/never",
            "RecordingChannels": "2",
        }
        if recording["url"]:
            self.mail.callback(recording["url"], form)

    # -- TwiML -------------------------------------------------------------------------------------------------------
    def obey(self, call: Call, turn: int, status: int, body: str) -> None:
        """The TwiML came; without it the fallback is asked, and without that the caller hears Twilio's own apology."""
        if status == 200:
            with self.lock:
                if call.turn == turn:
                    if call.direction == "inbound" and call.status == "ringing":
                        call.status, call.answered_s = "in-progress", time.time()
                    self.run(call, body)
            return
        self.errors.append(f"11200: {status} for the TwiML of {call.sid}")
        fallback = call.one("FallbackUrl")
        if fallback and not call.heard:
            call.heard.append("fallback")
            self.mail.ask(fallback, self.form(call), lambda s, b: self.obey(call, turn, s, b))
        else:
            self.end(call, "completed", 200, "error")

    def run(self, call: Call, document: str) -> None:
        """Throw away what the call was doing and do what the document says."""
        with self.lock:
            if call.status != "in-progress":
                return
            call.turn += 1
            call.keys_to = ""
            self._leave(call)
            try:
                call.steps = parse(document)
            except BadTwiml as err:
                self.errors.append(f"12100: {err}")
                self.end(call, "completed", 200, "error")
                return
            self.step(call, call.turn)

    def step(self, call: Call, turn: int) -> None:
        with self.lock:
            if call.turn != turn or call.status != "in-progress":
                return
            if not call.steps:
                self.end(call, "completed", 200, "us")
                return
            step = call.steps.pop(0)
            if step.verb == "conference":
                self._join(call, step)
            elif step.verb == "sip":
                self._bridge(call, step)
            elif step.verb == "hangup":
                self.end(call, "completed", 200, "us")
            elif step.verb == "gather":
                speech.gather(self, call, step, turn)
            elif step.verb in ("gathered", "pause"):
                call.keys_to = "" if step.verb == "gathered" else call.keys_to
                self.mail.later(step.seconds if step.verb == "pause" else 0.0, lambda: self.step(call, turn))
            else:
                speech.say(self, call, step, turn)

    # -- conferences -------------------------------------------------------------------------------------------------
    def _join(self, call: Call, step: Step) -> None:
        room = next((r for r in self.rooms.values() if r.name == step.text and r.status != "completed"), None)
        if room is None:
            events = frozenset(step.options.get("statusCallbackEvent", "").split())
            room = Room(sid("CF"), step.text, step.options.get("statusCallback", ""), events)
            self.rooms[room.sid] = room
        room.calls.append(call)
        call.room, call.label = room, step.options.get("participantLabel", "")
        call.hold, call.muted = False, step.options.get("muted") == "true"
        call.rooms.append(room.name)
        self.tell_room(room, "join", "participant-join", call)

    def _bridge(self, call: Call, step: Step) -> None:
        """A child call to a SIP address, which picks up by itself; when it ends, its parent goes on."""
        name = {"statusCallback": "StatusCallback", "statusCallbackEvent": "StatusCallbackEvent"}
        given = {wire: step.options.get(xml, "").split() for xml, wire in name.items()}
        child = Call(sid("CA"), step.text, call.from_, given, direction="outbound-dial", parent=call)
        self.calls[child.sid] = call.child = child
        call.rooms.append(step.text)
        self.mail.later(PICKED_UP_S, lambda: self._pick_up(child))

    def _leave(self, call: Call) -> None:
        child, call.child = call.child, None
        if child is not None:
            self.end(child, "completed", 200, "us")
        room, call.room = call.room, None
        if room is None:
            return
        room.calls.remove(call)
        self.tell_room(room, "leave", "participant-leave", call)
        if not room.calls:
            room.status = "completed"
            self.tell_room(room, "end", "conference-end", call)

    def tell_room(self, room: Room, event: str, told: str, call: Call) -> None:
        """One conference webhook, if it was asked for."""
        if event not in room.events or not room.url:
            return
        room.seq += 1
        form = {
            "AccountSid": self.account,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "StatusCallbackEvent": told,
            "SequenceNumber": str(room.seq),
            "Timestamp": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()),
        }
        if event != "end":
            form |= {
                "CallSid": call.sid,
                "Muted": str(call.muted).lower(),
                "Hold": str(call.hold).lower(),
                "Coaching": "false",
                "StartConferenceOnEnter": "true",
                "EndConferenceOnExit": "false",
            }
            form |= {"ParticipantLabel": call.label} if call.label else {}
        self.mail.callback(room.url, form)

    # -- webhooks ----------------------------------------------------------------------------------------------------
    def form(self, call: Call) -> dict[str, str]:
        return {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "CallStatus": call.status,
            "Direction": call.direction,
            "From": call.from_,
            "To": call.to,
            "Caller": call.from_,
            "Called": call.to,
        } | ({"ParentCallSid": call.parent.sid} if call.parent else {})

    def _tell(self, call: Call, event: str, status: str) -> None:
        seq, call.seq = call.seq, call.seq + 1
        if not call.one("StatusCallback") or event not in call.params.get("StatusCallbackEvent", ["completed"]):
            return
        form = self.form(call) | {
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(seq),
            "Timestamp": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()),
        }
        if event == "completed":
            lasted = int(call.ended_s - call.answered_s) if call.answered_s else 0
            form |= {"SipResponseCode": str(call.sip), "CallDuration": str(lasted), "Duration": "1"}
        self.mail.callback(call.one("StatusCallback"), form)
