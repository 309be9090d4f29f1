"""What the operator's screen shows at a position.

Room: scripts, used by desk and preview. May import the model, the renderer and the walk. :func:`view` never fails on a
text that cannot be worked out: the line is shown with "…" for the gap and says what is wrong in ``fault``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from scripts import words
from scripts.context import names_for, read_context, score_of
from scripts.labels import label_in
from scripts.model import Ask, Field, Node, Script
from scripts.position import Position
from scripts.render import render_or_gap
from scripts.walk import Walk, variant_of

NEXT_LABELS = {"ru": "Дальше", "en": "Next"}


@dataclass(frozen=True)
class Spoken:
    """A line to say: ``html`` is safe to show, ``text`` is plain; ``verbatim`` is read word for word."""

    text: str
    html: Markup
    verbatim: bool
    fault: str = ""


@dataclass(frozen=True)
class OptionView:
    """An option of a question; ``open`` ones take words besides."""

    code: int
    label: str
    selected: bool
    open: bool
    exclusive: bool


@dataclass(frozen=True)
class Question:
    """A question with what is already known. ``state`` is not_asked, answered, dk or ref."""

    field: str
    type: str
    label: str
    required: bool
    options: tuple[OptionView, ...]
    value: Any
    open_text: str
    state: str
    draft: Any
    dk: bool
    ref: bool
    min: float | None
    max: float | None
    currency: str
    minutes: int | None
    calendar: str
    within_days: int | None


@dataclass(frozen=True)
class Button:
    """An answer button; ``kind`` is goto, call, end, return or next, ``outcome`` the disposition it ends with."""

    code: str
    label: str
    kind: str
    outcome: str | None


@dataclass(frozen=True)
class Crumb:
    """A step on the way here, or one that Jump may go to."""

    node: str
    stage: str
    title: str


@dataclass(frozen=True)
class StepView:
    """One screen of the script. ``bant`` is {B, A, N, T, total, met} with None for unknown letters."""

    node: str
    stage: str
    language: str
    variant: str | None
    goal: bool
    consent: bool
    norecord: bool
    spoken: tuple[Spoken, ...]
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
    buttons: tuple[Button, ...]
    objections: tuple[tuple[str, str], ...]
    breadcrumb: tuple[Crumb, ...]
    visited: tuple[Crumb, ...]
    can_go_back: bool
    ended: str | None
    bant: dict[str, Any]
    temperature: str

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def view(script: Script, position: Position, context: Mapping[str, Any], language: str) -> StepView:
    """The screen at ``position``; a language that the script does not have means its first. Raises ScriptError."""
    language = language if language in script.languages else script.languages[0]
    read = read_context(context, script)
    walk = Walk(script, position, read)
    node = walk.step()
    names = names_for(script, position.answers, position.visits, read, language)
    variant = variant_of(node, position.seed)
    bant = score_of(script, position.answers, read)
    return StepView(
        node=node.id,
        stage=node.stage,
        language=language,
        variant=variant,
        goal="goal" in node.flags,
        consent="consent" in node.flags,
        norecord="norecord" in node.flags,
        spoken=spoken_lines(node, variant, names, language),
        notes=tuple(label_in(note.labels, language) for note in node.notes if not note.title),
        questions=tuple(_question(script, position, ask, language) for ask in walk.shown_asks()),
        buttons=_buttons(walk, node, language),
        objections=_objections(script, node, position, language),
        breadcrumb=_breadcrumb(script, position, language),
        visited=tuple(
            _crumb(other, language) for other in script.nodes if position.visits.get(other.id) and not other.is_logic
        ),
        can_go_back=bool(position.trail),
        ended=position.ended,
        bant=bant.as_dict(),
        temperature=bant.temperature,
    )


def spoken_lines(node: Node, variant: str | None, names: Mapping[str, Any], language: str) -> tuple[Spoken, ...]:
    """The lines of a node in one language and A/B text."""
    found = []
    for line in node.lines:
        if line.language == language and line.variant in (None, variant):
            html, fault = render_or_gap(line.text, names)
            found.append(Spoken(html.unescape(), html, line.verbatim, fault))
    return tuple(found)


def _question(script: Script, position: Position, ask: Ask, language: str) -> Question:
    field = script.fields[ask.field]
    answer = position.answers.get(field.id)
    value = (answer or {}).get("value")
    state = "not_asked" if answer is None else answer.get("state", "answered")
    return Question(
        field=field.id,
        type=field.type,
        label=label_in(field.labels, language, field.id),
        required=ask.required,
        options=_options(field, value, position.seed, language),
        value=value,
        open_text=(answer or {}).get("open", ""),
        state=state,
        draft=position.drafts.get(field.id),
        dk=field.dk is not None,
        ref=field.ref is not None,
        min=field.min,
        max=field.max,
        currency=field.currency,
        minutes=field.minutes,
        calendar=field.calendar,
        within_days=field.within_days,
    )


def _options(field: Field, value: Any, seed: str, language: str) -> tuple[OptionView, ...]:
    """Options in order; rotated ones shuffled by contact, "other" and excluding ones staying last."""
    chosen = value if isinstance(value, list) else [value]

    def place(code: int) -> bytes:
        return hashlib.sha256(f"{seed}\x1f{field.id}\x1f{code}".encode(errors="replace")).digest()

    options = list(field.options)
    if field.rotate:
        options.sort(key=lambda option: (option.open or option.exclusive, place(option.code)))
    return tuple(
        OptionView(o.code, label_in(o.labels, language), o.code in chosen, o.open, o.exclusive) for o in options
    )


def _buttons(walk: Walk, node: Node, language: str) -> tuple[Button, ...]:
    if walk.ended is not None:
        return ()
    found = []
    for answer in node.answers:
        spent = answer.limit is not None and walk.uses.get(f"{node.id}/{answer.code}", 0) >= answer.limit
        if not spent and walk.is_true(answer.condition):
            outcome = answer.target.name if answer.target.kind == "end" else None
            found.append(Button(answer.code, label_in(answer.labels, language), answer.target.kind, outcome))
    if node.branches:
        only = node.branches[0].target if node.branches[0].condition is None else None
        outcome = only.name if only and only.kind == "end" else None
        found.append(Button(words.NEXT, NEXT_LABELS.get(language, NEXT_LABELS["en"]), "next", outcome))
    return tuple(found)


def _objections(script: Script, node: Node, position: Position, language: str) -> tuple[tuple[str, str], ...]:
    """(id, title) of every objection but the one on screen."""
    if position.ended is not None:
        return ()
    return tuple((other.id, node_title(other, language)) for other in script.objections if other.id != node.id)


def node_title(node: Node, language: str) -> str:
    """What a step is called on buttons, in the breadcrumb and in the graph: its title, else its id in words."""
    return label_in(node.titles, language, node.id.removeprefix("o_").replace("_", " "))


def _crumb(node: Node, language: str) -> Crumb:
    return Crumb(node.id, node.stage, node_title(node, language))


def _breadcrumb(script: Script, position: Position, language: str) -> tuple[Crumb, ...]:
    """The screens from the start to here, each once in a row."""
    path: list[str] = []
    for node_id in [entry["node"] for entry in position.trail] + [position.node]:
        if node_id in path:
            path = path[: path.index(node_id)]
        path.append(node_id)
    return tuple(_crumb(script.by_id[node_id], language) for node_id in path if node_id in script.by_id)
