"""Views: the list of recordings, the player, and the sound itself by exact id (range requests, audited)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, send_file
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.people import audit
from dialer.people.rights import scope
from dialer.profiles import dispositions
from dialer.recordings import names
from dialer.recordings.access import open_recording
from dialer.reports import recording_search
from dialer.rules.words import Duty
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact
from dialer.store.people import Audit, Holding, User
from dialer.store.projects import Campaign
from webapp.data import reading, settings, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import zone_info
from webapp.recordings import texts
from webapp.recordings.texts import SPEEDS

blueprint = Blueprint("recordings", __name__, template_folder="templates")
SAME_LISTENING = timedelta(minutes=10)
"""A player asks for a sound in several ranges: within this time they are one listening in the audit."""

__all__ = ["blueprint", "texts"]


@blueprint.get("/recordings")
@needs("recording.list")
def index() -> str:
    """The list, filtered."""
    asked = request.args
    page = max(1, asked.get("page", 1, type=int))
    with reading() as s:
        allowed = scope(s, me(), "recording.list")
        rows, more = recording_search.search(s, allowed, _wanted(), page)
        campaigns = _campaigns(s, allowed.projects, [g for g, _people in allowed.groups])
        operators = _operators(s)
    kept = {name: value for name, value in asked.items() if name != "page" and value}
    return render_template(
        "recordings/index.html",
        rows=rows,
        more=more,
        page=page,
        asked=asked,
        kept=kept,
        campaigns=campaigns,
        operators=operators,
        outcomes=list(dispositions()),
    )


def _wanted() -> recording_search.Wanted:
    asked = request.args
    return recording_search.Wanted(
        campaign_id=asked.get("campaign", type=int),
        operator_id=asked.get("operator", type=int),
        since_at=_midnight(asked.get("since", "")),
        until_at=_midnight(asked.get("until", ""), days=1),
        disposition=asked.get("outcome", ""),
    )


def _midnight(day: str, days: int = 0) -> datetime | None:
    """The beginning of a day (or of a later one) in the browser's zone; None for what is no date."""
    try:
        date = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return datetime.combine(date + timedelta(days=days), time(), zone_info()).astimezone(UTC)


def _campaigns(s: Session, projects: frozenset[int] | None, groups: list[int | None]) -> list[Campaign]:
    query = select(Campaign).order_by(Campaign.name)
    if projects is not None and None not in groups:
        query = query.where(Campaign.project_id.in_([*projects, *[g for g in groups if g is not None]]))
    return list(s.scalars(query))


def _operators(s: Session) -> list[User]:
    talkers = Holding.duty.in_((Duty.OPERATOR, Duty.CLOSER))
    return list(s.scalars(select(User).join(Holding).where(talkers).distinct().order_by(User.name)))


@blueprint.get("/recordings/<attempt_id>")
@needs("recording.listen", Recording, "attempt_id")
def show(attempt_id: str) -> str:
    """The player; ``#t=83`` begins at 1:23."""
    with reading() as s:
        recording = s.get_one(Recording, attempt_id)
        attempt = s.get_one(Attempt, attempt_id)
        operator = s.get(User, attempt.operator_id) if attempt.operator_id else None
        return render_template(
            "recordings/show.html",
            recording=recording,
            attempt=attempt,
            contact=s.get_one(Contact, attempt.contact_id),
            campaign=s.get_one(Campaign, attempt.campaign_id),
            operator=operator,
            speeds=SPEEDS,
        )


@blueprint.get("/recordings/<attempt_id>/peaks")
@needs("recording.listen", Recording, "attempt_id")
def peaks(attempt_id: str) -> Any:
    """Loudness of both sides as two lists of 0..1, and the length in seconds."""
    with reading() as s:
        recording = s.get_one(Recording, attempt_id)
    drawn = recording.peaks or []
    sides = [[value / 100 for value in drawn[side::2]] for side in (0, 1)]
    return jsonify(seconds=recording.seconds, sides=sides)


@blueprint.get("/recordings/<attempt_id>/audio")
@needs("recording.listen", Recording, "attempt_id")
def audio(attempt_id: str) -> Response:
    """The sound. Raises Refusal(no_recording)."""
    with reading() as s:
        path = open_recording(s, attempt_id, names.settled_folder(settings()))
    _note_listening(attempt_id)
    answer = send_file(path, mimetype="audio/mpeg", conditional=True, etag=True, max_age=0, download_name=path.name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _note_listening(attempt_id: str) -> None:
    name = f"recording:{attempt_id}"
    with writing() as s:
        mine = select(Audit.id).where(
            Audit.object == name, Audit.user_id == me().id, Audit.action == "recording.listen"
        )
        if s.scalar(mine.where(Audit.allowed, Audit.at > now() - SAME_LISTENING).limit(1)) is None:
            audit.write(s, now(), me().id, "recording.listen", name)
