"""One row of an XLSForm's survey sheet becomes a question.

Room: scripts/xlsform. May import ``told``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.told import told

_TYPES = {
    "integer": "number", "decimal": "number", "range": "scale", "text": "text", "date": "date", "datetime": "datetime",
    "acknowledge": "bool", "trigger": "bool", "time": "text", "barcode": "text",
}  # fmt: skip
_OURS = {"phone", "email", "bool", "consent", "money", "slot"}
_DONT_KNOW = re.compile(r"не знаю|не знает|затрудн|don.?t know|do(es)? not know|not sure", re.IGNORECASE)
_REFUSED = re.compile(r"отказ|refuse|prefer not|no answer", re.IGNORECASE)
_LOW = re.compile(r"\.\s*(>=|>)\s*(-?\d+(?:\.\d+)?)")
_HIGH = re.compile(r"\.\s*(<=|<)\s*(-?\d+(?:\.\d+)?)")
_WHOLE = re.compile(r"\s*\.\s*[<>]=?\s*-?[\d.]+\s*(and\s*\.\s*[<>]=?\s*-?[\d.]+\s*)?\Z")


@dataclass(frozen=True)
class Choice:
    """A row of the choices sheet."""

    name: str
    labels: Mapping[str, str]


@dataclass
class Question:
    """``type`` is empty for a note that is only read aloud. ``options`` are (code, labels, open)."""

    id: str
    type: str
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    required: bool
    options: list[tuple[int, Mapping[str, str], bool]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    dk: int | None = None
    ref: int | None = None
    low: str = ""
    high: str = ""
    condition: str = ""
    stage: str = ""


def make_question(
    kind: str, row: Mapping[str, str], number: int, languages: tuple[str, ...],
    choices: Mapping[str, list[Choice]], notes: list[str],
) -> Question | None:  # fmt: skip
    """The question of a row; None, with a note, for a kind that cannot be asked by telephone."""
    name = row.get("name", "") or f"row {number}"
    word, _, rest = kind.partition(" ")
    ours = row.get("warmline_type", "")
    found = {"select_one": "single", "select_multiple": "multi", "note": ""}.get(word, _TYPES.get(word.lower()))
    if found is None:
        notes.append(
            told(
                "%(name)s: questions of type '%(word)s' cannot be asked along a script and were left out",
                name=name,
                word=word,
            )
        )
        return None
    labels = _texts(row, "label:", languages, name, notes)
    made = Question(
        id=_id(row.get("name", "") or f"note_{number}"),
        type=ours if ours in _OURS else found,
        labels=labels,
        hints={code: row[f"hint:{code}"] for code in languages if row.get(f"hint:{code}")},
        required=row.get("required", "").lower() in ("yes", "true", "true()", "1"),
    )
    if found in ("single", "multi") and made.type == found:
        _options(made, rest, choices, languages, notes)
        if not made.options:
            notes.append(told("%(name)s: its list '%(rest)s' has no choices, so it was left out", name=name, rest=rest))
            return None
    _limits(made, row, notes)
    if word in ("time", "barcode"):
        notes.append(told("%(name)s: became a question for a text", name=name))
    for key in ("calculation", "choice_filter", "default"):
        if row.get(key):
            notes.append(told("%(name)s: its column %(column)s was left out", name=name, column=key))
    return made


def _id(text: str) -> str:
    found = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_") or "q"
    return (found if found[0].isalpha() else f"q_{found}")[:36]


def _texts(
    row: Mapping[str, str], prefix: str, languages: tuple[str, ...], name: str, notes: list[str]
) -> dict[str, str]:
    given = {code: row.get(prefix + code, "").strip() for code in languages}
    any_text = next((text for text in given.values() if text), name)
    lacking = [code for code, text in given.items() if not text]
    if lacking:
        notes.append(
            told(
                "%(name)s: has no words in %(known)s; another language stands there",
                name=name,
                known=", ".join(lacking),
            )
        )
    return {code: text or any_text for code, text in given.items()}


def _options(
    made: Question, rest: str, choices: Mapping[str, list[Choice]], languages: tuple[str, ...], notes: list[str]
) -> None:
    listed, _, other = rest.partition(" ")
    wanted = choices.get(listed, [])
    if other.strip() == "or_other":
        labels = {code: {"ru": "Другое"}.get(code, "Other") for code in languages}
        wanted = [*wanted, Choice("other", labels)]
    whole = all(re.fullmatch(r"\d{1,9}", choice.name) for choice in wanted)
    if not whole and any(choice.name != "other" for choice in wanted):
        numbered = ", ".join(f"{c.name} = {n}" for n, c in enumerate(wanted, 1) if c.name != "other")
        notes.append(told("%(name)s: its choices got numbers: %(numbered)s", name=made.id, numbered=numbered))
    for number, choice in enumerate(wanted, 1):
        code = int(choice.name) if whole else 97 if choice.name == "other" else number
        made.codes[choice.name] = code
        words = " ".join(choice.labels.values())
        if _DONT_KNOW.search(words) and made.dk is None:
            made.dk = code
        elif _REFUSED.search(words) and made.ref is None:
            made.ref = code
        else:
            texts = {
                lang: choice.labels.get(lang) or next(iter(choice.labels.values()), choice.name) for lang in languages
            }
            made.options.append((code, texts, choice.name == "other"))


def _limits(made: Question, row: Mapping[str, str], notes: list[str]) -> None:
    constraint = row.get("constraint", "").strip()
    parameters = dict(re.findall(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)", row.get("parameters", "")))
    if made.type == "scale":
        made.low, made.high = parameters.get("start", "1"), parameters.get("end", "10")
    elif constraint and made.type in ("number", "money") and _WHOLE.match(constraint):
        low, high = _LOW.search(constraint), _HIGH.search(constraint)
        made.low, made.high = _edge(low, 1), _edge(high, -1)
    elif constraint:
        notes.append(
            told("%(name)s: its constraint '%(constraint)s' was left out", name=made.id, constraint=constraint)
        )


def _edge(match: re.Match[str] | None, inward: int) -> str:
    """The limit itself; a strict one of whole numbers is one further in."""
    if match is None:
        return ""
    strict = match[1] in ("<", ">") and "." not in match[2]
    return str(int(match[2]) + inward) if strict else match[2]
