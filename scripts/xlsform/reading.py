"""An XLSForm questionnaire becomes the text of a call script.

Room: scripts/xlsform, for people who have their questionnaire as a spreadsheet. May import the words. Each question
becomes a step that reads its label aloud; ``relevant`` becomes the way around it. An introduction with the disclosures
and a way to be left alone are added, because a telephone call needs both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts import words
from scripts.errors import ScriptError
from scripts.told import told
from scripts.xlsform.body import assemble
from scripts.xlsform.expressions import Asked, from_xpath
from scripts.xlsform.questions import Choice, Question, make_question
from scripts.xlsform.workbook import Sheet

Row = Mapping[str, str]
_LABEL = re.compile(r"(label|hint)(?:::?\s*(.+))?\Z", re.IGNORECASE)
_CODE = re.compile(r"\(([a-z]{2})(?:-[A-Za-z]+)?\)\s*\Z")
_BY_NAME = {"russian": "ru", "русский": "ru", "english": "en", "английский": "en", "default": ""}
_SILENT = (
    "start",
    "end",
    "today",
    "deviceid",
    "phonenumber",
    "username",
    "email",
    "audit",
    "simserial",
    "subscriberid",
)
MAX_QUESTIONS = 500


@dataclass
class Imported:
    """The script's text and what was left out or changed on the way, one sentence each."""

    text: str
    notes: list[str] = field(default_factory=list)


@dataclass
class _Reader:
    languages: tuple[str, ...]
    choices: Mapping[str, list[Choice]]
    notes: list[str]
    asked: dict[str, Asked] = field(default_factory=dict)
    groups: list[tuple[str, str]] = field(default_factory=list)
    """Open groups: (name, relevant)."""
    questions: list[Question] = field(default_factory=list)

    def take(self, row: Row, number: int) -> None:
        kind = re.sub(r"\s+", " ", row.get("type", "")).replace("begin group", "begin_group").strip()
        kind = kind.replace("end group", "end_group").replace("begin repeat", "begin_repeat")
        if kind.startswith(("begin_repeat", "end repeat", "end_repeat")):
            raise ScriptError(
                told("A questionnaire with repeated groups cannot be asked along a script"), line=number, code="xlsform"
            )
        if kind.startswith("begin_group"):
            self.groups.append((row.get("name", "") or f"group_{number}", row.get("relevant", "")))
        elif kind.startswith("end_group"):
            if self.groups:
                self.groups.pop()
        elif kind and kind not in _SILENT:
            self._question(kind, row, number)

    def _question(self, kind: str, row: Row, number: int) -> None:
        made = make_question(kind, row, number, self.languages, self.choices, self.notes)
        if made is None:
            return
        taken = {question.id for question in self.questions}
        while made.id in taken or made.id in words.RESERVED or made.id in words.LANGUAGES:
            made.id = f"{made.id[:36]}_q"
        made.stage = _id(self.groups[0][0]) if self.groups else "survey"
        made.condition = self._condition([r for _, r in self.groups] + [row.get("relevant", "")], made.id)
        self.questions.append(made)
        if made.type:
            self.asked[row.get("name", "")] = Asked(made.id, made.type, made.codes)

    def _condition(self, sources: list[str], name: str) -> str:
        found = []
        for source in filter(None, (source.strip() for source in sources)):
            try:
                found.append(from_xpath(source, self.asked))
            except ScriptError as fault:
                self.notes.append(
                    told(
                        "%(name)s: the condition '%(source)s' was left out: %(message)s",
                        name=name,
                        source=source,
                        message=fault.message,
                    )
                )
        return found[0] if len(found) == 1 else " and ".join(f"({part})" for part in found)


def read(sheets: Mapping[str, Sheet], name: str = "imported") -> Imported:
    """The script that a plain XLSForm means. Raises ScriptError for a workbook that is none, or has repeats."""
    if "survey" not in sheets or not sheets["survey"]:
        raise ScriptError(told("The workbook has no sheet named survey"), expected=told("an XLSForm"), code="xlsform")
    notes: list[str] = []
    settings = next(iter(_rows(sheets.get("settings", []), "")), {})
    languages, default = _languages(sheets["survey"][0], settings.get("default_language", ""))
    rows = list(_rows(sheets["survey"], default))
    if len(rows) > MAX_QUESTIONS:
        raise ScriptError(
            told("The questionnaire is too long"),
            expected=told("at most %(most)s rows", most=MAX_QUESTIONS),
            code="xlsform",
        )
    reader = _Reader(languages, _choices(sheets.get("choices", []), default), notes)
    for number, row in enumerate(rows, 2):
        reader.take(row, number)
    if not any(question.type for question in reader.questions):
        raise ScriptError(told("The questionnaire has no question that can be asked"), code="xlsform")
    title = settings.get("form_id") or settings.get("form_title") or name
    script_name = re.sub(r"[^A-Za-z0-9_.-]+", "-", title).strip("-.") or "imported"
    return Imported(assemble(script_name[:100], languages, reader.questions), notes)


def _id(text: str) -> str:
    found = re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_") or "q"
    return (found if found[0].isalpha() else f"q_{found}")[:36]


def _languages(headings: list[str], default: str) -> tuple[tuple[str, ...], str]:
    """The script's languages, and the one of columns without any."""
    found = []
    for heading in headings:
        match = _LABEL.match(heading.strip())
        if match and match[1].lower() == "label":
            found.append(_language(match[2] or ""))
    plain = _language(default) or "en"
    languages = list(dict.fromkeys(code or plain for code in found))
    if not languages:
        raise ScriptError(told("The sheet survey has no column named label"), line=1, code="xlsform")
    return tuple(sorted(languages, key=lambda code: code != plain)), plain


def _language(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    if match := _CODE.search(text):
        return match[1]
    if re.fullmatch(r"[a-z]{2}", text):
        return text
    if text.lower() in _BY_NAME:
        return _BY_NAME[text.lower()]
    raise ScriptError(
        told("Which language is '%(text)s'?", text=text), line=1, expected="label::English (en)", code="xlsform"
    )


def _rows(sheet: Sheet, default: str) -> list[dict[str, str]]:
    """Rows by heading; labels by "label:ru"."""
    headings = []
    for heading in sheet[0] if sheet else []:
        match = _LABEL.match(heading.strip())
        headings.append(
            f"{match[1].lower()}:{_language(match[2] or '') or default}" if match else heading.strip().lower()
        )
    return [dict(zip(headings, row, strict=False)) for row in sheet[1:]]


def _choices(sheet: Sheet, default: str) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = {}
    for row in _rows(sheet, default):
        listed = row.get("list_name") or row.get("list name") or ""
        if listed and row.get("name"):
            labels = {key[6:]: text for key, text in row.items() if key.startswith("label:") and text}
            found.setdefault(listed, []).append(Choice(row["name"], labels))
    return found
