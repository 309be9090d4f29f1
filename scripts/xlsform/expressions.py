"""Conditions between XLSForm (XPath) and the call language.

Room: scripts/xlsform. May import the guard and the model. Both ways raise ScriptError for what the other side does not
have; the caller leaves the condition out and says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import nodes

from scripts.errors import ScriptError
from scripts.guard import syntax_tree
from scripts.model import Field

_TOKEN = re.compile(
    r"\s*(?:(?P<field>\$\{\s*[\w.-]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<op><=|>=|!=|=|<|>)|(?P<mark>[(),])|(?P<word>[A-Za-z][A-Za-z-]*))"
)
_OPS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_XPATH = {"eq": "=", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
MAX_DEPTH = 20


@dataclass(frozen=True)
class Asked:
    """What an XPath may speak of: a field's name in the script, its type, and its choices' codes by their names."""

    name: str
    type: str
    codes: Mapping[str, int]


def _cannot(what: str) -> ScriptError:
    return ScriptError(f"{what} has no counterpart", code="xlsform")


class _FromXpath:
    """Recursive descent: or, and, not(), comparison, selected(), brackets."""

    def __init__(self, source: str, asked: Mapping[str, Asked]) -> None:
        self.source, self.asked = source, asked
        self.tokens: list[tuple[str, str]] = []
        self.at, self.depth = 0, 0
        position = 0
        while position < len(source.rstrip()):
            match = _TOKEN.match(source, position)
            if match is None:
                raise _cannot(repr(source[position : position + 20]))
            self.tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            position = match.end()

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, wanted: str = "") -> tuple[str, str]:
        token = self.peek()
        if token[0] == "end" or (wanted and token[1] != wanted):
            raise _cannot(repr(self.source[:40]))
        self.at += 1
        return token

    def whole(self) -> str:
        found = self.either()
        if self.peek()[0] != "end":
            raise _cannot(repr(self.source[:40]))
        return found

    def either(self) -> str:
        parts = [self.both()]
        while self.peek() == ("word", "or"):
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def both(self) -> str:
        parts = [self.one()]
        while self.peek() == ("word", "and"):
            self.take()
            parts.append(self.one())
        return " and ".join(parts)

    def one(self) -> str:
        kind, text = self.peek()
        if text in ("(", "not"):
            self.take()
            if text == "not":
                self.take("(")
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise _cannot("so many brackets")
            inner = self.either()
            self.depth -= 1
            self.take(")")
            return f"not ({inner})" if text == "not" else f"({inner})"
        if text == "selected":
            return self.selected()
        if kind != "field":
            raise _cannot(text or "the end")
        return self.comparison()

    def field(self) -> Asked:
        kind, text = self.take()
        name = text[2:-1].strip() if kind == "field" else ""
        if name not in self.asked:
            raise _cannot(text)
        return self.asked[name]

    def comparison(self) -> str:
        asked = self.field()
        kind, op = self.take()
        if kind != "op":
            raise _cannot(op)
        kind, value = self.take()
        if kind == "text" and value[1:-1] == "" and op in ("=", "!="):
            return f"{asked.name} is answered" if op == "!=" else f"not ({asked.name} is answered)"
        if kind not in ("text", "number"):
            raise _cannot(value)
        return self.compared(asked, op, value.strip("'\""))

    def compared(self, asked: Asked, op: str, value: str) -> str:
        if asked.type in ("single", "multi"):
            if value not in asked.codes or op not in ("=", "!="):
                raise _cannot(repr(value))
            if asked.type == "multi":
                return f"{asked.codes[value]} {'in' if op == '=' else 'not in'} {asked.name}"
            return f"{asked.name} {_OPS[op]} {asked.codes[value]}"
        if asked.type == "bool":
            return f"{asked.name} == {'true' if (value.lower() in ('ok', 'yes', '1')) == (op == '=') else 'false'}"
        if re.fullmatch(r"-?\d+(\.\d+)?", value) and asked.type in ("number", "scale", "money"):
            return f"{asked.name} {_OPS[op]} {value}"
        if asked.type == "text" and op in ("=", "!=") and '"' not in value and "\\" not in value:
            return f'{asked.name} {_OPS[op]} "{value}"'
        raise _cannot(repr(value))

    def selected(self) -> str:
        self.take("selected")
        self.take("(")
        asked = self.field()
        self.take(",")
        _, value = self.take()
        self.take(")")
        return self.compared(asked, "=", value.strip("'\""))


def from_xpath(source: str, asked: Mapping[str, Asked]) -> str:
    """An XLSForm condition as an ``if`` expression. Raises ScriptError."""
    found = _FromXpath(source, asked).whole()
    return found[1:-1] if found.startswith("(") and found.endswith(")") and found.count("(") == 1 else found


def to_xpath(source: str, fields: Mapping[str, Field]) -> str:
    """An ``if`` expression as an XLSForm condition. Raises ScriptError."""
    return _xpath(syntax_tree(source, expression=True), fields)


def _xpath(node: nodes.Node, fields: Mapping[str, Field]) -> str:
    if isinstance(node, (nodes.And, nodes.Or)):
        word = "and" if isinstance(node, nodes.And) else "or"
        return f"({_xpath(node.left, fields)} {word} {_xpath(node.right, fields)})"
    if isinstance(node, nodes.Not):
        return f"not({_xpath(node.node, fields)})"
    if isinstance(node, nodes.Test) and isinstance(node.node, nodes.Name) and node.node.name in fields:
        return _test(node.name, fields[node.node.name])
    if isinstance(node, nodes.Compare) and len(node.ops) == 1:
        return _compare(node.expr, node.ops[0], fields)
    raise _cannot("this condition")


def _test(name: str, field: Field) -> str:
    ref = f"${{{field.id}}}"
    if name in ("dk", "refused"):
        code = field.dk if name == "dk" else field.ref
        if code is None or field.type not in ("single", "multi"):
            raise _cannot(f"is {name}")
        return f"selected({ref}, '{code}')"
    if name in ("answered", "none"):
        return f"{ref} {'!=' if name == 'answered' else '='} ''"
    raise _cannot(f"is {name}")


def _compare(left: nodes.Node, operand: nodes.Operand, fields: Mapping[str, Field]) -> str:
    right = operand.expr
    if isinstance(right, nodes.Name) and isinstance(left, nodes.Const):  # 97 in channels
        field = _field(right, fields)
        if field.type != "multi" or operand.op not in ("in", "notin"):
            raise _cannot("this comparison")
        found = f"selected(${{{field.id}}}, {_value(left, field)})"
        return found if operand.op == "in" else f"not({found})"
    field = _field(left, fields)
    if operand.op in ("in", "notin") and isinstance(right, nodes.List):
        found = " or ".join(f"${{{field.id}}} = {_value(item, field)}" for item in right.items)
        return f"({found})" if operand.op == "in" else f"not({found})"
    if operand.op not in _XPATH:
        raise _cannot("this comparison")
    return f"${{{field.id}}} {_XPATH[operand.op]} {_value(right, field)}"


def _field(node: nodes.Node, fields: Mapping[str, Field]) -> Field:
    if not isinstance(node, nodes.Name) or node.name not in fields:
        raise _cannot("what is no field")
    return fields[node.name]


def _value(node: nodes.Node, field: Field) -> str:
    if not isinstance(node, nodes.Const):
        raise _cannot("this value")
    if isinstance(node.value, bool):
        return "'yes'" if node.value else "'no'"
    if isinstance(node.value, (int, float)) and field.type not in ("single", "multi"):
        return f"{node.value}"
    if "'" in str(node.value):
        raise _cannot("an apostrophe")
    return f"'{node.value}'"
