"""A call script becomes the sheets of an XLSForm.

Room: scripts/xlsform. May import the model, the lint's graph and the expressions. Steps become groups in the order of
the file; the way through them becomes ``relevant``, by way of hidden ``calculate`` rows (``at_STEP`` is 1 where the
talk came to a step). Buttons become a question of their own (``STEP_way``). Ways back, calls and objections have no
counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.errors import ScriptError
from scripts.labels import label_in
from scripts.lint.graph import Edge, Graph
from scripts.model import Ask, Field, Node, Script
from scripts.screen import node_title
from scripts.xlsform.expressions import to_xpath
from scripts.xlsform.workbook import Sheet

NAMES = {"ru": "Русский (ru)", "en": "English (en)"}
SPECIAL = {
    "dk": {"ru": "Не знает", "en": "Does not know"},
    "ref": {"ru": "Отказ отвечать", "en": "Refused"},
}
NEXT_WAY = {"ru": "Дальше", "en": "Next"}
_TYPES = {
    "scale": "range", "number": "decimal", "money": "decimal", "date": "date", "datetime": "dateTime",
    "slot": "dateTime", "text": "text", "phone": "text", "email": "text",
}  # fmt: skip
_VALUE = re.compile(r"\{\{\s*\(?([a-z_0-9]+)(?:\.([a-z_0-9]+))?.*?\}\}")
_ANY_VALUE = re.compile(r"\{\{.*?\}\}")
_OTHER_JINJA = re.compile(r"\{%.*?%\}|\{#.*?#\}")
_OWN = ("money", "slot", "phone", "email", "bool", "consent")
YES_NO = {"yes": {"ru": "Да", "en": "Yes"}, "no": {"ru": "Нет", "en": "No"}}


@dataclass
class Exported:
    """The three sheets, and what has no counterpart, one sentence each."""

    sheets: dict[str, Sheet]
    notes: list[str] = field(default_factory=list)


def write(script: Script) -> Exported:
    """The XLSForm of a script. Its notes say what was left out."""
    return _Writer(script).result()


class _Writer:
    def __init__(self, script: Script) -> None:
        self.script, self.graph = script, Graph(script)
        self.notes: list[str] = []
        self.labels = [f"label::{NAMES.get(code, f'{code} ({code})')}" for code in script.languages]
        self.survey: list[dict[str, str]] = []
        self.choices: list[dict[str, str]] = []
        self.listed: set[str] = set()
        self.asked: set[str] = set()
        self.nodes = [node for node in script.nodes if self._plain(node)]
        self.order = {node.id: index for index, node in enumerate(self.nodes)}

    def _plain(self, node: Node) -> bool:
        if "objection" in node.flags:
            self.notes.append(f"the objection {node.id} has no counterpart and was left out")
            return False
        if self.graph.callers[node.id]:
            self.notes.append(f"the step {node.id} is called and returns; it was left out")
            return False
        return True

    def result(self) -> Exported:
        for node in self.nodes:
            self._node(node)
        settings = [["form_title", "form_id", "version", "default_language"]]
        first = self.script.languages[0]
        settings.append([self.script.name, self.script.name.replace("/", "-"), self.script.version_hash[:8],
                         NAMES.get(first, first)])  # fmt: skip
        columns = ["type", "name", *self.labels, "hint", "required", "relevant", "constraint", "calculation",
                   "parameters", "warmline_type"]  # fmt: skip
        return Exported(
            {
                "survey": [columns, *([row.get(name, "") for name in columns] for row in self.survey)],
                "choices": _sheet(["list_name", "name", *self.labels], self.choices),
                "settings": settings,
            },
            self.notes,
        )

    def _texts(self, texts: Mapping[str, str], otherwise: str = "") -> dict[str, str]:
        pairs = zip(self.labels, self.script.languages, strict=True)
        return {column: self._words(label_in(texts, code, otherwise)) for column, code in pairs}

    def _words(self, text: str) -> str:
        """Spoken text without Jinja: an answer becomes ``${field}``, a contact's or project's value ``[name]``."""

        def value(match: re.Match[str]) -> str:
            name, attribute = match[1], match[2]
            return f"[{attribute}]" if attribute else f"${{{name}}}" if name in self.script.fields else "…"

        return _OTHER_JINJA.sub("", _ANY_VALUE.sub("…", _VALUE.sub(value, text)))

    def _node(self, node: Node) -> None:
        always, reached = self._reached(node)
        if not always:
            self.survey.append({"type": "calculate", "name": f"at_{node.id}", "calculation": f"if({reached}, 1, 0)"})
        if node.is_logic:
            return
        titles = {code: node_title(node, code) for code in self.script.languages}
        relevant = "" if always else f"${{at_{node.id}}} = 1"
        self.survey.append(
            {"type": "begin_group", "name": f"step_{node.id}", "relevant": relevant} | self._texts(titles)
        )
        spoken = {code: " ".join(ln.text for ln in node.lines if ln.language == code and ln.variant in (None, "a"))
                  for code in self.script.languages}  # fmt: skip
        if any(spoken.values()):
            self.survey.append({"type": "note", "name": f"say_{node.id}"} | self._texts(spoken))
        for ask in node.asks:
            if ask.field in self.script.fields:
                self._ask(node, ask, self.script.fields[ask.field])
        if node.answers:
            self._buttons(node)
        self.survey.append({"type": "end_group"})

    def _reached(self, node: Node) -> tuple[bool, str]:
        """Whether the step is on every way so far, and the condition under which it is come to."""
        if node.id == self.script.start:
            return True, ""
        parts = []
        for edge in self.graph.into[node.id]:
            if edge.source not in self.order:
                continue
            if self.order[edge.source] >= self.order[node.id]:
                self.notes.append(f"the way back from {edge.source} to {node.id} was left out")
                continue
            parts.append(self._way(edge))
        if any(part == "" for part in parts):
            return True, ""
        return False, " or ".join(dict.fromkeys(parts)) or "false()"

    def _way(self, edge: Edge) -> str:
        """The condition of one edge; empty for the only way on from a step that is always come to."""
        source = self.graph.nodes[edge.source]
        found = [] if self._reached_always(source) else [f"${{at_{source.id}}} = 1"]
        if edge.code is not None:
            found.append(f"${{{source.id}_way}} = '{edge.code}'")
        else:
            if source.answers:
                found.append(f"${{{source.id}_way}} = 'next'")
            earlier = [branch.condition for branch in source.branches[: edge.index] if branch.condition]
            found += [f"not({c})" for c in self._conditions(source.id, earlier)]
        found += self._conditions(source.id, [edge.condition] if edge.condition else [])
        return " and ".join(f"({part})" if " or " in part else part for part in found)

    def _reached_always(self, node: Node) -> bool:
        return not any(row["name"] == f"at_{node.id}" for row in self.survey if row["type"] == "calculate")

    def _conditions(self, place: str, sources: list[str]) -> list[str]:
        found = []
        for source in sources:
            try:
                found.append(to_xpath(source, self.script.fields))
            except ScriptError:
                note = f"{place}: the condition {source!r} has no counterpart and was left out"
                if note not in self.notes:
                    self.notes.append(note)
        return found

    def _ask(self, node: Node, ask: Ask, asked: Field) -> None:
        name = asked.id
        if name in self.asked:
            name = f"{asked.id}_at_{node.id}"
            self.notes.append(f"{asked.id} is asked at several steps; at {node.id} it is called {name}")
        self.asked.add(name)
        row = {"name": name, "required": "yes" if ask.required else "", "relevant": ""}
        row["relevant"] = "".join(self._conditions(ask.field, [ask.condition] if ask.condition else []))
        if asked.type in _OWN:
            row["warmline_type"] = asked.type
        row |= self._texts(asked.labels, asked.id) | self._kind(asked)
        self.survey.append(row)

    def _kind(self, asked: Field) -> dict[str, str]:
        if asked.type in ("single", "multi", "bool", "consent"):
            self._list(asked)
            word = "select_multiple" if asked.type == "multi" else "select_one"
            return {"type": f"{word} {'yes_no' if asked.type in ('bool', 'consent') else asked.id}"}
        kind = {"type": _TYPES[asked.type]}
        if asked.type == "scale":
            return kind | {
                "parameters": f"start={asked.min or 0:g} end={10 if asked.max is None else asked.max:g} step=1"
            }
        if asked.type in ("number", "money"):
            limits = [f". >= {asked.min:.10g}" if asked.min is not None else "",
                      f". <= {asked.max:.10g}" if asked.max is not None else ""]  # fmt: skip
            return kind | {"constraint": " and ".join(filter(None, limits))}
        return kind

    def _list(self, asked: Field) -> None:
        name = "yes_no" if asked.type in ("bool", "consent") else asked.id
        if name in self.listed:
            return
        self.listed.add(name)
        rows = {str(option.code): option.labels for option in asked.options}
        if name == "yes_no":
            rows = dict(YES_NO)
        rows |= {str(code): SPECIAL[kind] for kind, code in (("dk", asked.dk), ("ref", asked.ref))
                 if code is not None and name != "yes_no"}  # fmt: skip
        self.choices += [{"list_name": name, "name": code} | self._texts(labels) for code, labels in rows.items()]

    def _buttons(self, node: Node) -> None:
        name = f"{node.id}_way"
        rows: dict[str, Mapping[str, str]] = {answer.code: answer.labels for answer in node.answers}
        if node.branches:
            rows["next"] = NEXT_WAY
        self.choices += [{"list_name": name, "name": code} | self._texts(labels) for code, labels in rows.items()]
        self.survey.append({"type": f"select_one {name}", "name": name, "required": "yes"} | self._texts({}, "→"))


def _sheet(columns: list[str], rows: list[dict[str, str]]) -> Sheet:
    return [columns, *([row.get(name, "") for name in columns] for row in rows)]
