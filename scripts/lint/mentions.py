"""What a text or an expression mentions: names, attributes, and which fields it speaks aloud.

Room: scripts/lint. May import jinja2 and the guard. Reads syntax trees that passed the guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import nodes

from scripts.guard import has_jinja, syntax_tree
from scripts.model import Answer, Ask, Branch, Node, Script

Found = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of Jinja in a script and where it stands."""

    text: str
    expression: bool
    line: int
    column: int

    @property
    def tree(self) -> nodes.Node:
        """Its checked syntax tree."""
        return syntax_tree(self.text, self.expression)


def sources_of(node: Node) -> Iterator[Source]:
    """Every piece of Jinja in a node: speech with Jinja in it, then conditions."""
    for line in node.lines:
        if has_jinja(line.text):
            yield Source(line.text, False, line.line, line.column)
    conditional: tuple[Ask | Answer | Branch, ...] = (*node.asks, *node.answers, *node.branches)
    for item in conditional:
        if item.condition is not None:
            yield Source(item.condition, True, item.line, item.condition_column)


def sources(script: Script) -> Iterator[Source]:
    """Every piece of Jinja in a script."""
    for node in script.nodes:
        yield from sources_of(node)


@lru_cache(maxsize=8192)
def names_in(text: str, expression: bool) -> frozenset[Found]:
    """(name, attribute) of everything mentioned; attribute None for a bare name, ``visits`` with its step."""
    found: set[Found] = set()

    def walk(node: nodes.Node) -> None:
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            found.add((node.node.name, node.attr))
            return
        if isinstance(node, nodes.Call) and isinstance(node.args[0], nodes.Const):
            found.add(("visits", str(node.args[0].value)))
            return
        if isinstance(node, nodes.Name):
            found.add((node.name, None))
        for child in node.iter_child_nodes():
            walk(child)

    walk(syntax_tree(text, expression))
    return frozenset(found)


def _bare(node: nodes.Node | None) -> set[str]:
    if node is None:
        return set()
    own = {node.name} if isinstance(node, nodes.Name) else set()
    return own.union(*(_bare(child) for child in node.iter_child_nodes()))


@lru_cache(maxsize=8192)
def spoken_names(text: str) -> frozenset[str]:
    """Bare names whose value is spoken without a guard (``x if x``, ``x or …``, ``default``, ``{% if x %}``)."""
    return frozenset(_spoken(syntax_tree(text), frozenset()))


def _spoken(node: nodes.Node, guarded: frozenset[str]) -> set[str]:
    if isinstance(node, nodes.Name):
        return set() if node.name in guarded else {node.name}
    if isinstance(node, (nodes.Compare, nodes.Test, nodes.Not, nodes.Call, nodes.Getattr)):
        return set()
    if isinstance(node, (nodes.If, nodes.CondExpr)):
        inside = guarded | _bare(node.test)
        children = [child for child in node.iter_child_nodes() if child is not node.test]
        return set().union(*(_spoken(child, inside) for child in children))
    if isinstance(node, nodes.Or):
        return _spoken(node.right, guarded)
    if isinstance(node, nodes.And):
        return _spoken(node.right, guarded | _bare(node.left))
    if isinstance(node, nodes.Filter) and node.name == "default":
        return set()
    return set().union(*(_spoken(child, guarded) for child in node.iter_child_nodes()))


@lru_cache(maxsize=8192)
def proven(condition: str) -> frozenset[str]:
    """Names that must have an answer where ``condition`` holds: ``x``, ``x is answered``, ``x == 1``, joined by and."""
    return frozenset(_proven(syntax_tree(condition, True)))


def _proven(node: nodes.Node) -> set[str]:
    if isinstance(node, nodes.And):
        return _proven(node.left) | _proven(node.right)
    if isinstance(node, nodes.Name):
        return {node.name}
    if isinstance(node, nodes.Test) and node.name == "answered" and isinstance(node.node, nodes.Name):
        return {node.node.name}
    if isinstance(node, nodes.Compare) and isinstance(node.expr, nodes.Name):
        first = node.ops[0]
        to_none = isinstance(first.expr, nodes.Const) and first.expr.value is None
        return set() if to_none or first.op in ("ne", "notin") else {node.expr.name}
    return set()
