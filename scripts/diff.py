"""What changed between two versions of a script, in the words of its writer.

Room: scripts. May import the model. Not lines of a file but steps, questions, answers and ways: added, removed,
reworded (the same place says something else) and rerouted (the same answer leads elsewhere).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scripts.model import Answer, Ask, Field, Node, Option, Script

MOST_TOLD = 200
"""Characters of a step that was added or removed; the rest is read in the text."""

Kind = Literal["added", "removed", "reworded", "rerouted", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``what`` names the place ("step offer, answer mail"), ``before`` and ``after`` are as written.

    Of what was added or removed, the one that is there says what it is: a step's words, an answer's words and way.
    """

    kind: Kind
    what: str
    before: str
    after: str
    line: int

    def as_dict(self) -> dict[str, object]:
        """Plain data for ``--json``."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __str__(self) -> str:
        parts = [part for part in (self.before, self.after) if part]
        return f"{self.kind} {self.what}" + (f": {' => '.join(parts)}" if parts else "")


def diff(old: Script, new: Script) -> list[Change]:
    """Changes from ``old`` to ``new``: the head first, then fields, then steps in the order of the new file."""
    changes = _head(old, new)
    changes += _mapping("field", old.fields, new.fields, _field)
    changes += _mapping("step", old.by_id, new.by_id, _node)
    return changes


def _head(old: Script, new: Script) -> list[Change]:
    found = []
    for name in ("name", "kind", "languages", "start", "needs", "disclose", "stages"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            kind: Kind = "rerouted" if name == "start" else "changed"
            found.append(Change(kind, f"head, {name}", _plain(before), _plain(after), new.start_at[0]))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_plain(item)}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _mapping(what: str, old: Mapping[str, Any], new: Mapping[str, Any], compare: Any) -> list[Change]:
    found: list[Change] = []
    for name in [*new, *(name for name in old if name not in new)]:
        place = f"{what} {name}"
        if name in old and name in new:
            found += compare(place, old[name], new[name])
        else:
            found.append(_came_or_went(place, old.get(name), new.get(name), (new if name in new else old)[name].line))
    return found


def _came_or_went(what: str, old: Any, new: Any, line: int) -> Change:
    """The one of the two that is there, told in the writer's words."""
    return Change("added" if old is None else "removed", what, _told(old), _told(new), line)


def _told(item: Node | Field | Answer | Option | Ask | None) -> str:
    if item is None:
        return ""
    if isinstance(item, Node):
        first = item.lines[0].language if item.lines else ""
        words = " ".join(line.text for line in item.lines if line.language == first)
        return words if len(words) <= MOST_TOLD else words[: MOST_TOLD - 1] + "…"
    if isinstance(item, Ask):
        return _asked(item)
    words = " / ".join(item.labels.values())
    if isinstance(item, Answer):
        return f"{words} {item.target}"
    return f"{item.type} {words}".strip() if isinstance(item, Field) else words


def _field(what: str, old: Field, new: Field) -> list[Change]:
    found = []
    if old.labels != new.labels:
        found.append(_reworded(what, old.labels, new.labels, new.line))
    before, after = ({option.code: option for option in field.options} for field in (old, new))
    for code in {**before, **after}:
        found += _option(f"{what}, option {code}", before.get(code), after.get(code), new.line)
    for name in ("type", "bant", "bands", "dk", "ref", "min", "max", "currency", "minutes", "calendar", "within_days",
                 "rotate"):  # fmt: skip
        if getattr(old, name) != getattr(new, name):
            values = (_plain(getattr(old, name)), _plain(getattr(new, name)))
            found.append(Change("changed", f"{what}, {name}", *values, new.line))
    return found


def _option(what: str, old: Any, new: Any, line: int) -> list[Change]:
    if old is None or new is None:
        return [_came_or_went(what, old, new, line)]
    found = [_reworded(what, old.labels, new.labels, new.line)] if old.labels != new.labels else []
    if (old.points, old.open, old.exclusive) != (new.points, new.open, new.exclusive):
        found.append(Change("changed", f"{what}, points", _plain(old.points), _plain(new.points), new.line))
    return found


def _reworded(what: str, old: Mapping[str, str], new: Mapping[str, str], line: int) -> Change:
    return Change("reworded", what, " / ".join(old.values()), " / ".join(new.values()), line)


def _node(what: str, old: Node, new: Node) -> list[Change]:
    found = []
    if (old.stage, old.flags) != (new.stage, new.flags):
        before, after = (f"stage={n.stage} {' '.join(sorted(n.flags))}".strip() for n in (old, new))
        found.append(Change("changed", what, before, after, new.line))
    found += _speech(what, old, new)
    found += _asks(what, old, new)
    found += _answers(what, old, new)
    before_ways, after_ways = ([f"{_if(b.condition)}{b.target}" for b in n.branches] for n in (old, new))
    if before_ways != after_ways:
        line = new.branches[0].line if new.branches else new.line
        found.append(Change("rerouted", f"{what}, branches", "; ".join(before_ways), "; ".join(after_ways), line))
    return found


def _if(condition: str | None) -> str:
    return f"if {condition} " if condition else ""


def _speech(what: str, old: Node, new: Node) -> list[Change]:
    def texts(node: Node) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in node.lines:
            key = f"{line.language}{'!' if line.verbatim else ''}{f'[{line.variant}]' if line.variant else ''}"
            found[key] = f"{found[key]} {line.text}" if key in found else line.text
        for number, note in enumerate(node.notes):
            found["title" if note.title else f"note {number + 1}"] = " / ".join(note.labels.values())
        return found

    before, after = texts(old), texts(new)
    found = []
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            kind: Kind = "reworded" if key in before and key in after else "added" if key in after else "removed"
            found.append(Change(kind, f"{what}, {key}", before.get(key, ""), after.get(key, ""), new.line))
    return found


def _asks(what: str, old: Node, new: Node) -> list[Change]:
    before, after = ({ask.field: ask for ask in node.asks} for node in (old, new))
    found = []
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            found.append(_came_or_went(f"{what}, question {name}", was, now, new.line))
        elif (was.required, was.condition) != (now.required, now.condition):
            found.append(Change("changed", f"{what}, question {name}", _asked(was), _asked(now), now.line))
    return found


def _asked(ask: Ask) -> str:
    return f"{'required' if ask.required else 'optional'} {_if(ask.condition)}".strip()


def _answers(what: str, old: Node, new: Node) -> list[Change]:
    before, after = ({answer.code: answer for answer in node.answers} for node in (old, new))
    found = []
    for code in {**before, **after}:
        place, was, now = f"{what}, answer {code}", before.get(code), after.get(code)
        if was is None or now is None:
            found.append(_came_or_went(place, was, now, new.line))
            continue
        if was.labels != now.labels:
            found.append(_reworded(place, was.labels, now.labels, now.line))
        if str(was.target) != str(now.target):
            found.append(Change("rerouted", place, str(was.target), str(now.target), now.line))
        rules = [f"^{a.limit or 'any'} {_if(a.condition)}{'skip' if a.skip else ''}".strip() for a in (was, now)]
        if rules[0] != rules[1]:
            found.append(Change("changed", place, rules[0], rules[1], now.line))
    return found
