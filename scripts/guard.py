"""Which Jinja a script may hold: an allow-list over the syntax tree, checked before anything is compiled.

Room: scripts, between the parser and the renderer. May import jinja2 and the errors. The sandbox alone is no limit on
cost (``'a' * 10**9`` runs in it), so control flow, arithmetic that grows, subscripts and calls never reach it.
The same check runs when a script is read and again when a line is compiled, so a text that came another way is
refused too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.parser import Parser

from scripts.environment import FILTERS, TESTS, new_environment
from scripts.errors import ScriptError
from scripts.text import MAX_LINE
from scripts.told import told

MAX_DEPTH = 40
MAX_NODES = 400
MAX_BRACKETS = 20
MAX_CONST = 10**15

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.Filter,
    nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.If,
    nodes.List, nodes.Add, nodes.Sub, nodes.Neg, nodes.Call,
)  # fmt: skip
HOLDERS = frozenset({"contact", "project", "operator", "bant"})
"""Names whose attributes may be read, one level deep."""

# Jinja's own names, and the one that may only be called: visits('step').
_NO_VALUES = frozenset({"self", "super", "loop", "caller", "varargs", "kwargs", "environment", "context", "visits"})

# What Jinja's lexer, parser and code generator may raise for hostile text.
JINJA_FAULTS = (
    TemplateError, RecursionError, SyntaxError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError,
)  # fmt: skip

# What Jinja says of a text, as sentences that can be said in another language; anything else stays in its words.
_REASONS = (
    (re.compile(r"unexpected end of template|unexpected 'end of|Unexpected end of template|Missing end of"),
     told("it ends too early")),
    (re.compile(r"expected token '(?P<wanted>.+)', got '(?P<found>.+)'\Z"),
     told("'%(found)s' stands where '%(wanted)s' should")),
    (re.compile(r"Expected an expression, got '(?P<word>.+)'"), told("an expression is missing before '%(word)s'")),
    (re.compile(r"unexpected char (?P<char>.+) at \d+\Z"), told("unexpected character %(char)s")),
    (re.compile(r"unexpected '(?P<word>.+)'\Z"), told("unexpected '%(word)s'")),
    (re.compile(r"Encountered unknown tag '(?P<name>.+?)'"), told("there is no tag '%(name)s'")),
)  # fmt: skip

_environment = new_environment()


def has_jinja(text: str) -> bool:
    """True if the text is more than plain words."""
    return "{{" in text or "{%" in text or "{#" in text


def syntax_tree(source: str, expression: bool = False) -> nodes.Node:
    """The checked syntax tree of spoken text or of an ``if`` expression, for reading only (it is shared).

    Raises ScriptError (codes ``jinja-syntax``, ``jinja-forbidden``, ``jinja-too-large``) without a place.
    """
    return _kept_tree(source, expression)


@lru_cache(maxsize=8192)
def _kept_tree(source: str, expression: bool) -> nodes.Node:
    # Apart from syntax_tree, because the cache holds f(x) and f(x, False) for two different things.
    return fresh_tree(source, expression)


def fresh_tree(source: str, expression: bool = False) -> nodes.Node:
    """Like :func:`syntax_tree`, but a new tree each time, for callers that change it."""
    _refuse_large(source)
    try:
        tree = _parse_expression(source) if expression else _environment.parse(source)
    except JINJA_FAULTS as fault:
        reason = getattr(fault, "message", None) or told("this cannot be read")
        raise ScriptError(
            _not_jinja(expression, reason),
            expected=told("for example stock == 1") if expression else told("for example {{ contact.person }}"),
            code="jinja-syntax",
        ) from None
    _Check().walk(tree, 0)
    return tree


def _parse_expression(source: str) -> nodes.Node:
    parser = Parser(_environment, source, state="variable")
    tree = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateError(f"unexpected {parser.stream.current.value!r}")
    return tree


def _refuse_large(source: str) -> None:
    if len(source.encode(errors="replace")) > MAX_LINE:
        raise ScriptError(
            told("This text is too long"),
            expected=told("at most %(most)s bytes", most=MAX_LINE),
            code="jinja-too-large",
        )
    if sum(map(source.count, "([{")) <= MAX_BRACKETS:
        return
    depth = deepest = 0
    for char in source:
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_BRACKETS:
        raise ScriptError(
            told("Too many brackets inside each other"),
            expected=told("at most %(most)s", most=MAX_BRACKETS),
            code="jinja-too-large",
        )


class _Check:
    """One walk over one tree; counts as it goes."""

    def __init__(self) -> None:
        self.count = 0

    def walk(self, node: nodes.Node, depth: int) -> None:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            raise ScriptError(told("This expression is too large"), code="jinja-too-large")
        if not isinstance(node, ALLOWED):
            raise _forbidden(_plain_name(node))
        rule = getattr(self, f"_{type(node).__name__.lower()}", None)
        if rule is not None:
            rule(node)
        for child in node.args if isinstance(node, nodes.Call) else node.iter_child_nodes():
            self.walk(child, depth + 1)

    def _name(self, node: nodes.Name) -> None:
        if node.name.startswith("_") or node.name in _NO_VALUES or node.ctx != "load":
            raise _forbidden(told("the name '%(name)s'", name=node.name))

    def _getattr(self, node: nodes.Getattr) -> None:
        holder = node.node
        if not isinstance(holder, nodes.Name) or holder.name not in HOLDERS or node.attr.startswith("_"):
            raise _forbidden(told("the attribute '%(attr)s'", attr=node.attr))

    def _const(self, node: nodes.Const) -> None:
        if not isinstance(node.value, (str, int, float, bool, type(None))):
            raise _forbidden(told("this value"))
        if isinstance(node.value, (int, float)) and abs(node.value) > MAX_CONST:
            raise ScriptError(told("This number is too large"), code="jinja-too-large")

    def _filter(self, node: nodes.Filter) -> None:
        if node.node is None or node.name not in FILTERS:
            raise _forbidden(
                told("the filter '%(name)s'", name=node.name),
                told("one of %(known)s", known=", ".join(sorted(FILTERS))),
            )
        self._plain_arguments(node)
        if node.name == "label" and not isinstance(node.node, nodes.Name):
            raise _forbidden(told("label on something that is not a field"))

    def _test(self, node: nodes.Test) -> None:
        if node.name not in TESTS:
            raise _forbidden(
                told("the test '%(name)s'", name=node.name), told("one of %(known)s", known=", ".join(sorted(TESTS)))
            )
        self._plain_arguments(node)

    def _plain_arguments(self, node: nodes.Filter | nodes.Test) -> None:
        if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > 3:
            raise _forbidden(told("these arguments"))
        if not all(isinstance(argument, nodes.Const) for argument in node.args):
            raise _forbidden(told("arguments that are not plain values"))

    def _call(self, node: nodes.Call) -> None:
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) == 1
        called = isinstance(node.node, nodes.Name) and node.node.name == "visits"
        argument = node.args[0] if plain else None
        if not (called and isinstance(argument, nodes.Const) and isinstance(argument.value, str)):
            raise _forbidden(told("a call"), told("visits('step') and nothing else"))


def _not_jinja(expression: bool, reason: str) -> str:
    reason = reason.replace("end of print statement", "}}").replace("end of statement block", "%}")
    known = next(
        (told(made.template, **found.groupdict()) for pattern, made in _REASONS if (found := pattern.match(reason))),
        reason,
    )
    if expression:
        return told("Not a valid expression: %(reason)s", reason=known)
    return told("Not a valid text: %(reason)s", reason=known)


def _plain_name(node: nodes.Node) -> str:
    words = {
        "For": told("a loop"),
        "Mul": told("multiplication"),
        "Pow": told("a power"),
        "Mod": "%",
        "Getitem": told("[ ] after a name"),
    }
    return words.get(type(node).__name__, f"{type(node).__name__.lower()}")


def _forbidden(what: str, expected: str = "") -> ScriptError:
    return ScriptError(told("A script may not use %(what)s", what=what), expected=expected, code="jinja-forbidden")
