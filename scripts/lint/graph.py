"""A script as a graph: edges, who calls whom, what can be reached, which steps form loops.

Room: scripts/lint, used by diff, paths and the drawing too. May import the model. The graph is known without
rendering anything: that is why control flow stays outside spoken text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from scripts.model import Node, Script, Target


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on. ``code`` is the answer's code, None for a branch; ``limit`` None is any number of times."""

    source: str
    target: Target
    code: str | None
    limit: int | None
    condition: str | None
    skip: bool
    index: int

    @property
    def leads_to(self) -> str | None:
        """The node it goes to or calls, None for ends and returns."""
        return self.target.name if self.target.kind in ("goto", "call") else None


def edges_of(node: Node) -> list[Edge]:
    """Answers first, then branches, in the order of the file."""
    answers = [
        Edge(node.id, a.target, a.code, a.limit, a.condition, a.skip, index) for index, a in enumerate(node.answers)
    ]
    branches = [Edge(node.id, b.target, None, None, b.condition, False, index) for index, b in enumerate(node.branches)]
    return answers + branches


class Graph:
    """Edges of a script between steps that exist."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.nodes = script.by_id
        self.out: dict[str, list[Edge]] = {node.id: edges_of(node) for node in self.nodes.values()}

    @cached_property
    def edges(self) -> list[Edge]:
        """Every edge, dangling ones included."""
        return [edge for edges in self.out.values() for edge in edges]

    @cached_property
    def into(self) -> dict[str, list[Edge]]:
        """The edges that lead to each step."""
        found: dict[str, list[Edge]] = {name: [] for name in self.nodes}
        for edge in self.edges:
            if edge.leads_to in found:
                found[str(edge.leads_to)].append(edge)
        return found

    @cached_property
    def callers(self) -> dict[str, list[str]]:
        """Which steps call a step with ``=>``."""
        found: dict[str, list[str]] = {name: [] for name in self.nodes}
        for edge in self.edges:
            if edge.target.kind == "call" and edge.target.name in found:
                found[edge.target.name].append(edge.source)
        return found

    def is_called(self, node: str) -> bool:
        """True if the step is entered with something to return to."""
        return bool(self.callers[node]) or "objection" in self.nodes[node].flags

    def is_detour(self, node: str) -> bool:
        """True if somebody calls the step and it comes back."""
        return node in self.nodes and self.is_called(node) and self.nodes[node].returns

    def next_of(self, node: str, with_returns: bool = True, keep: Callable[[Edge], bool] | None = None) -> set[str]:
        """Steps that may follow a step, the callers it returns to among them unless told otherwise."""
        found: set[str] = set()
        for edge in self.out[node]:
            if keep is not None and not keep(edge):
                continue
            if edge.leads_to in self.nodes:
                found.add(str(edge.leads_to))
            elif edge.target.kind == "return" and with_returns:
                found.update(self.callers[node])
        return found

    def reach(self, starts: Iterable[str], next_of: dict[str, set[str]] | None = None) -> set[str]:
        """Every step that can be reached from ``starts``, these included."""
        ways = next_of if next_of is not None else {name: self.next_of(name, with_returns=False) for name in self.nodes}
        found = {name for name in starts if name in self.nodes}
        todo = list(found)
        while todo:
            for other in ways.get(todo.pop(), set()) - found:
                found.add(other)
                todo.append(other)
        return found

    def loops(self, keep: Callable[[Edge], bool] | None = None, with_returns: bool = True) -> list[set[str]]:
        """Strongly connected sets of steps that contain a loop."""
        ways = {name: self.next_of(name, with_returns, keep) for name in self.nodes}
        found = _components(ways)
        return [group for group in found if len(group) > 1 or any(name in ways[name] for name in group)]


def _components(ways: dict[str, set[str]]) -> list[set[str]]:
    """Strongly connected components by two depth-first passes (Kosaraju), without recursion."""
    order: list[str] = []
    seen: set[str] = set()
    for root in ways:
        stack = [(root, iter(ways[root]))] if root not in seen else []
        seen.add(root)
        while stack:
            children = stack[-1][1]
            child = next((other for other in children if other not in seen), None)
            if child is None:
                order.append(stack.pop()[0])
            else:
                seen.add(child)
                stack.append((child, iter(ways[child])))
    return _backwards(ways, order)


def _backwards(ways: dict[str, set[str]], order: list[str]) -> list[set[str]]:
    before: dict[str, set[str]] = {name: set() for name in ways}
    for name, others in ways.items():
        for other in others:
            before[other].add(name)
    groups, placed = [], set()
    for root in reversed(order):
        if root in placed:
            continue
        group, todo = {root}, [root]
        placed.add(root)
        while todo:
            for other in before[todo.pop()] - placed:
                placed.add(other)
                group.add(other)
                todo.append(other)
        groups.append(group)
    return groups
