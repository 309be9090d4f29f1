"""The head of a script as YAML values that know their place.

Room: scripts, second step of parsing. May import yaml. Composes the node graph only and never constructs objects;
refuses anchors, aliases and explicit tags, so a head cannot grow when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import yaml

from scripts.errors import ScriptError
from scripts.told import told

MAX_HEAD = 200_000

# What the YAML reader says most often, as sentences that can be said in another language; the rest stays in its words.
_PROBLEMS = {
    "mapping values are not allowed here": told("a colon stands where no value may begin"),
    "could not find expected ':'": told("a name has no colon after it"),
    "expected <block end>, but found '<block mapping start>'": told("this line is indented otherwise than its like"),
    "found character '\\t' that cannot start any token": told("a tab stands where blanks should"),
    "found unexpected end of stream": told("a quotation mark or bracket is not closed"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A YAML value with its place in the file."""

    node: yaml.Node
    file: str
    offset: int

    @property
    def line(self) -> int:
        return self.node.start_mark.line + 1 + self.offset

    @property
    def column(self) -> int:
        return self.node.start_mark.column + 1

    def fail(self, message: str, expected: str = "", code: str = "head") -> NoReturn:
        """Raise a ScriptError that points here."""
        raise ScriptError(message, file=self.file, line=self.line, column=self.column, expected=expected, code=code)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_map(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    def text(self) -> str:
        """The scalar's characters as written (``yes`` and ``2026-01-01`` stay text)."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail(told("This should be one word or sentence"), told("text"))
        return str(self.node.value)

    def integer(self) -> int:
        """A whole number."""
        try:
            return int(self.text())
        except ValueError:
            self.fail(told("'%(text)s' is not a whole number", text=self.text()), told("for example 3"))

    def number(self) -> float:
        """A finite number; whole ones come back as int."""
        try:
            value = float(self.text())
            if abs(value) > 1e15 or value != value:
                raise ValueError
            return int(value) if value.is_integer() else value
        except ValueError:
            self.fail(told("'%(text)s' is not a number", text=self.text()), told("for example 10 or 2.5"))

    def boolean(self) -> bool:
        """true or false."""
        if self.text() not in ("true", "false"):
            self.fail(told("'%(text)s' is neither true nor false", text=self.text()), told("true or false"))
        return self.text() == "true"

    def items(self) -> list[Value]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail(told("This should be a list"), "[a, b]")
        return [Value(node, self.file, self.offset) for node in self.node.value]

    def pairs(self) -> list[tuple[Value, Value]]:
        """Keys and values of a mapping, in order; a key that stands twice is an error."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(told("This should be a set of names and values"), "{name: value}")
        seen: set[str] = set()
        found = []
        for key_node, value_node in self.node.value:
            key, value = (Value(node, self.file, self.offset) for node in (key_node, value_node))
            if key.text() in seen:
                key.fail(told("'%(name)s' stands here twice", name=key.text()), code="duplicate-key")
            seen.add(key.text())
            found.append((key, value))
        return found


class _PlainLoader(yaml.SafeLoader):
    """Refuses what could make a head grow, in the same pass that reads it: heads are read at each key pressed."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or tag:
            problem = told("anchors, aliases and tags are not used here")
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        return super().compose_node(parent, index)


def read_yaml(text: str, file: str, offset: int) -> Value:
    """Compose ``text``, whose first line is line ``offset + 1`` of ``file``. Raises ScriptError."""
    if len(text) > MAX_HEAD:
        raise ScriptError(told("The head is too large"), file=file, line=offset + 1, column=1, code="too-large")
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as fault:
        raise _failure(_not_yaml(fault.problem), file, offset, fault.problem_mark) from None
    except (yaml.YAMLError, RecursionError, ValueError, IndexError):
        raise _failure(told("The head is not valid YAML"), file, offset, None) from None
    if node is None:
        raise _failure(told("The head is empty"), file, offset, None)
    return Value(node, file, offset)


def _not_yaml(problem: str | None) -> str:
    return told("The head is not valid YAML: %(problem)s", problem=_PROBLEMS.get(problem or "", problem))


def _failure(message: str, file: str, offset: int, mark: yaml.Mark | None) -> ScriptError:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return ScriptError(message, file=file, line=line + offset, column=column, code="head")
