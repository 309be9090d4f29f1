"""Spoken text and ``if`` expressions, worked out.

Room: scripts. May import jinja2 and the guard. A tree that passed the guard is rewritten so that nothing in it can
fail or be called: ``a < b`` and ``in`` become tests that are false for the unknown, ``visits('x')`` a look into a
mapping, literal text is escaped like every value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Template, nodes
from jinja2.environment import TemplateExpression
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from scripts.environment import new_environment
from scripts.errors import ScriptError
from scripts.guard import JINJA_FAULTS, fresh_tree, has_jinja
from scripts.told import told

MAX_OUTPUT = 4_000
"""Characters of one rendered line."""

_environment = new_environment()
_GAP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def render(source: str, names: Mapping[str, Any]) -> Markup:
    """One spoken line as safe HTML. ``names`` come from :func:`scripts.context.names_for`.

    Raises ScriptError if the text is forbidden, uses a name that is not there or grows beyond MAX_OUTPUT.
    """
    if not has_jinja(source):
        return escape(source)
    try:
        text = _template(source).render(names)
    except JINJA_FAULTS as fault:
        raise _cannot(fault, "text") from None
    if len(text) > MAX_OUTPUT:
        raise ScriptError(
            told("The spoken text grows too long"),
            expected=told("at most %(most)s", most=MAX_OUTPUT),
            code="output-too-long",
        )
    return Markup(text)  # noqa: S704 - literal text and values were both escaped on the way


def render_or_gap(source: str, names: Mapping[str, Any]) -> tuple[Markup, str]:
    """Like :func:`render`, but never raises: (text, "") or (text with "…" for what failed, the reason)."""
    try:
        return render(source, names), ""
    except ScriptError as error:
        return escape(_GAP.sub("…", source)[:MAX_OUTPUT]), error.message


def holds(source: str | None, names: Mapping[str, Any]) -> bool:
    """Whether an ``if`` expression is true now; None always is. Raises ScriptError."""
    if source is None:
        return True
    try:
        return bool(_expression(source)(names))
    except JINJA_FAULTS as fault:
        raise _cannot(fault, "expression") from None


def evaluate(source: str, names: Mapping[str, Any]) -> Any:
    """The value of an expression, for script tests. Raises ScriptError."""
    try:
        return _expression(source)(names)
    except JINJA_FAULTS as fault:
        raise _cannot(fault, "expression") from None


def _cannot(fault: BaseException, what: str) -> ScriptError:
    reason = getattr(fault, "message", None) or type(fault).__name__
    if what == "text":
        sentence = told("This text cannot be worked out: %(reason)s", reason=reason)
    else:
        sentence = told("This expression cannot be worked out: %(reason)s", reason=reason)
    return ScriptError(sentence, code="render")


@lru_cache(maxsize=8192)
def _template(source: str) -> Template:
    tree = fresh_tree(source)
    assert isinstance(tree, nodes.Template)
    return _compile(tree)


@lru_cache(maxsize=8192)
def _expression(source: str) -> TemplateExpression:
    value = fresh_tree(source, expression=True)
    assert isinstance(value, nodes.Expr)
    body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store"), value, lineno=1)]
    return TemplateExpression(_compile(nodes.Template(body, lineno=1)), undefined_to_none=False)


def _compile(tree: nodes.Template) -> Template:
    tree = _Rewrite().visit(tree)
    tree.set_environment(_environment)
    tree.set_lineno(1)
    return _environment.from_string(tree)


class _Rewrite(NodeTransformer):
    """Turns what could fail into what cannot; see the module's docstring."""

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        return nodes.TemplateData(str(escape(node.data)))

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        self.generic_visit(node)
        if node.expr2 is None:
            node.expr2 = nodes.Const("")
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        argument = node.args[0]
        assert isinstance(argument, nodes.Const)
        return nodes.Getattr(nodes.Name("visits", "load"), argument.value, "load")

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:
        if node.name == "label" and isinstance(node.node, nodes.Name):
            node.args = [nodes.Const(node.node.name)]
        self.generic_visit(node)
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        left, result = node.expr, None
        for operand in node.ops:
            part = _comparison(left, operand.op, operand.expr)
            result = part if result is None else nodes.And(result, part)
            left = operand.expr
        assert result is not None
        return result


def _comparison(left: nodes.Expr, op: str, right: nodes.Expr) -> nodes.Expr:
    if op in ("eq", "ne"):
        return nodes.Compare(left, [nodes.Operand(op, right)])
    test: nodes.Expr = nodes.Test(left, "_among" if op.endswith("in") else f"_{op}", [right], [], None, None)
    return nodes.Not(test) if op == "notin" else test
