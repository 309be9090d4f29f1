"""What goes over the wire of a script: the screen a call stands at, and the moves along it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Given(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SpokenOut(_Given):
    """A line to say; ``verbatim`` is read word for word."""

    text: str
    verbatim: bool


class OptionOut(_Given):
    code: int
    label: str
    selected: bool
    open: bool
    exclusive: bool


class QuestionOut(_Given):
    """``state``: not_asked, answered, dk (does not know) or ref (refuses)."""

    field: str
    type: str
    label: str
    required: bool
    options: list[OptionOut]
    value: Any
    open_text: str
    state: str
    dk: bool
    ref: bool
    min: float | None
    max: float | None
    currency: str


class ButtonOut(_Given):
    code: str
    label: str
    kind: str
    outcome: str | None


class StepOut(_Given):
    node: str
    stage: str
    language: str
    spoken: list[SpokenOut]
    notes: list[str]
    questions: list[QuestionOut]
    buttons: list[ButtonOut]
    can_go_back: bool
    ended: str | None
    temperature: str


class ScriptOut(_Given):
    """``revision`` goes back with the next move: a move from an older screen is refused."""

    revision: int
    languages: list[str]
    step: StepOut
    objections: dict[str, str]
    visited: list[str]


class MovedOut(_Given):
    """``errors`` are answers that were not taken, by field; good ones beside them are kept."""

    revision: int
    ended: str | None
    errors: dict[str, dict[str, str]]


class AnswersIn(_Taken):
    """Raw values by field; ``@dk`` and ``@ref`` for don't know and refused; ``{"value": …, "open": words}``."""

    attempt_id: str
    revision: int
    values: dict[str, Any] = Field(max_length=64)


class WordsByField(_Taken):
    attempt_id: str
    values: dict[str, Any] = Field(max_length=64)


class ChooseIn(_Taken):
    attempt_id: str
    revision: int
    code: str
    values: dict[str, Any] = Field(default_factory=dict, max_length=64)


class NodeIn(_Taken):
    attempt_id: str
    revision: int
    node: str


class RevisionIn(_Taken):
    attempt_id: str
    revision: int


class WordsIn(_Taken):
    attempt_id: str
    revision: int
    text: str = Field(max_length=1000)


class EndIn(_Taken):
    """``how``: callback, dnc or hung_up."""

    attempt_id: str
    revision: int
    how: str


class LanguageIn(_Taken):
    attempt_id: str
    language: str
