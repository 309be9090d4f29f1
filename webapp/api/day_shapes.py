"""What goes over the wire of a working day: where one may work, one's phone, outcomes, one's calls and drafts."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from webapp.api.shapes import Shape, Taken


class WorkOut(Shape):
    """``line`` 1: first line, 2: closers."""

    campaign_id: int
    name: str
    project: str
    state: str
    line: int


class WorkList(Shape):
    campaigns: list[WorkOut]


class PhoneOut(Shape):
    """``kind``: browser (SIP over WebSocket, or Twilio's Voice SDK), sip, or none where nothing rings."""

    kind: str
    network: str = ""
    endpoint: str = ""
    password: str = ""
    domain: str = ""
    uri: str = ""
    ws_url: str = ""
    edge: str = ""


class DispositionOut(Shape):
    """``next``: close, retry, callback, info, lead or suppress; ``key``: the digit at the desk, empty for none."""

    code: str
    label: dict[str, str]
    next: str
    key: str


class DispositionList(Shape):
    dispositions: list[DispositionOut]


class MyCallOut(Shape):
    """``fixed`` says why the outcome stays as it is, empty while it may be changed."""

    attempt_id: str
    contact_id: int
    name: str
    company: str
    at: datetime
    talk_s: int
    disposition: str | None
    fixed: str


class DayOut(Shape):
    talks: int
    talk_s: int
    leads: int
    calls: list[MyCallOut]


class DayQuery(Taken):
    """``since``: when the day began, with an offset; without it the last 24 hours."""

    since: datetime | None = None


class CorrectIn(Taken):
    disposition: str
    callback_at: datetime | None = None
    callback_mine: bool = True


class ChoicesQuery(Taken):
    """``text``: part of a name, company, e-mail or number; without it, contacts that nobody has called yet."""

    text: str = Field(default="", max_length=80)


class ChoiceOut(Shape):
    """``number`` is masked; ``disposition`` is empty for whom nobody has called."""

    contact_id: int
    name: str
    company: str
    number: str
    state: str
    disposition: str


class ChoiceList(Shape):
    contacts: list[ChoiceOut]


class ByHandIn(Taken):
    contact_id: int


class DraftIn(Taken):
    """What is typed for the outcome and not yet saved; what is left out stays as it was."""

    attempt_id: str
    note: str | None = Field(default=None, max_length=5000)
    disposition: str | None = Field(default=None, max_length=40)
    callback_at: str | None = Field(default=None, max_length=40)
    callback_owner: str | None = Field(default=None, max_length=8)


class DraftOut(Shape):
    """``until``: when the wrap-up ends by itself."""

    until: datetime | None
