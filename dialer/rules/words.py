"""The fixed words of the trade: every enumeration that code, screen and database share.

Rule 1: a value here is what the database holds, so renaming one is a migration.
Rule 2: contact state, attempt state and operator state are three separate things (docs/design.md, words).
May import the standard library only.
"""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How a campaign decides when to place the next call."""

    MANUAL = "manual"
    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    PREDICTIVE = "predictive"


class Outcome(StrEnum):
    """What became of one attempt on the network: the same set for every provider.

    ``unknown`` means that nobody can say whether the phone rang; it is never retried by itself (P1).
    ``cancelled`` means that we hung up before an answer; ``failed`` that our side could not place the call.
    """

    ANSWERED = "answered"
    MACHINE = "machine"
    FAX = "fax"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    BAD_NUMBER = "bad_number"
    CONGESTION = "congestion"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Amd(StrEnum):
    """What answering machine detection heard."""

    HUMAN = "human"
    MACHINE = "machine"
    FAX = "fax"
    UNSURE = "unsure"


class ContactState(StrEnum):
    """Where a contact stands.

    ``ready`` may be claimed now; ``waiting`` has a ``due_at`` to come; ``claimed`` is being dialled or talked to;
    ``held`` was refused by a rule and waits for it; ``closed`` is worked through; ``suppressed`` must not be dialled.
    """

    READY = "ready"
    WAITING = "waiting"
    CLAIMED = "claimed"
    HELD = "held"
    CLOSED = "closed"
    SUPPRESSED = "suppressed"


class Band(StrEnum):
    """Why a contact is dialled next. :data:`BAND_ORDER` gives the order in which a claim takes them."""

    CALLBACK = "callback"
    RETRY = "retry"
    FRESH = "fresh"


BAND_ORDER = {Band.CALLBACK: 0, Band.RETRY: 1, Band.FRESH: 2}


class AttemptState(StrEnum):
    """One originate to one number; the table of moves is in ``attempt_states``."""

    PLACED = "placed"
    SENT = "sent"
    RINGING = "ringing"
    ANSWERED = "answered"
    CONNECTED = "connected"
    MESSAGED = "messaged"
    ENDED = "ended"
    CLOSED = "closed"


class OperatorState(StrEnum):
    """What an operator (or closer) is doing; the table of moves is in ``operator_states``."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    PAUSED = "paused"
    READY = "ready"
    PREVIEWING = "previewing"
    DIALLING = "dialling"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class LinkState(StrEnum):
    """How an engine stands with a network. ``syncing``: it learns what is up before it dials."""

    SYNCING = "syncing"
    UP = "up"
    DOWN = "down"


class CampaignState(StrEnum):
    """Whether a campaign dials. ``paused`` lets calls end; ``stopped`` hung them up."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class Duty(StrEnum):
    """What a person does here; one person may hold several duties."""

    OPERATOR = "operator"
    CLOSER = "closer"
    GROUP_LEAD = "group_lead"
    SUPERVISOR = "supervisor"
    SCRIPT_WRITER = "script_writer"
    BASE_ADMIN = "base_admin"
    PROJECT_MANAGER = "project_manager"
    CLIENT_VIEWER = "client_viewer"
    SYSTEM_ADMIN = "system_admin"


class HandoffState(StrEnum):
    """A lead on its way to a closer."""

    OFFERED = "offered"
    RINGING = "ringing"
    JOINED = "joined"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"


class Stage(StrEnum):
    """How far a contact has come on its way to a contract; the table of moves is in ``funnel``.

    ``later_pool`` is not ready yet and waits for its date; ``lost`` will not become anything.
    """

    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    HANDED_OFF = "handed_off"
    APPOINTMENT = "appointment"
    PROPOSAL = "proposal"
    WON = "won"
    LOST = "lost"
    LATER_POOL = "later_pool"


class AppointmentState(StrEnum):
    """A meeting of a contact with a closer; the table of moves is in ``appointment_states``.

    ``hold`` keeps a time for ten minutes while it is agreed on; ``held`` took place; ``moved`` has a new time that
    nobody has confirmed yet; ``disputed``: the client says that it was none.
    """

    HOLD = "hold"
    LAPSED = "lapsed"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    MOVED = "moved"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"


AGREED_ON = tuple(s for s in AppointmentState if s not in (AppointmentState.HOLD, AppointmentState.LAPSED))
"""A meeting that two people once agreed on, whatever came of it."""


class RecordingState(StrEnum):
    """Promise P5: every recording is accounted for."""

    EXPECTED = "expected"
    OK = "ok"
    PARTIAL = "partial"
    MISSING = "missing"
