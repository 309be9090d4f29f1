"""Every way through a script, for reading through and for judging how much of it a test covers.

Room: scripts. May import the graph. A way visits no step twice; a call is shown as the step it goes to and the one it
comes back to. Large scripts have more ways than anybody reads, so the number is capped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.lint.graph import Edge, Graph
from scripts.model import Script

MAX_PATHS = 10_000


@dataclass(frozen=True, slots=True)
class Path:
    """A way from the start to an end: steps with the answer taken at each ("next" for a branch), and the outcome."""

    steps: tuple[tuple[str, str], ...]
    outcome: str

    def __str__(self) -> str:
        return " > ".join(f"{node}[{code}]" for node, code in self.steps) + f" > END:{self.outcome}"


def paths(script: Script, limit: int = MAX_PATHS) -> list[Path]:
    """Ways from the start to an end, at most ``limit``, in the order of the file."""
    found: list[Path] = []
    for path in _walk(Graph(script)):
        if len(found) >= limit:
            break
        found.append(path)
    return found


def outcomes(script: Script) -> dict[str, int]:
    """How many ways end with each outcome (of the first MAX_PATHS)."""
    found: dict[str, int] = {}
    for path in paths(script):
        found[path.outcome] = found.get(path.outcome, 0) + 1
    return dict(sorted(found.items()))


def _walk(graph: Graph) -> Iterator[Path]:
    """Depth first without recursion; a frame is (step, way so far, steps seen, where to return to)."""
    start = graph.script.start
    if start not in graph.nodes:
        return
    todo: list[tuple[str, tuple[tuple[str, str], ...], frozenset[str], tuple[str, ...]]] = [
        (start, (), frozenset([start]), ())
    ]
    while todo:
        node, way, seen, stack = todo.pop()
        for edge in reversed(graph.out[node]):
            taken = (*way, (node, edge.code or "next"))
            if edge.target.kind == "end":
                yield Path(taken, edge.target.name)
            elif (further := _follow(edge, graph, seen, stack)) is not None:
                target, seen_now, stack_now = further
                todo.append((target, taken, seen_now, stack_now))


def _follow(
    edge: Edge, graph: Graph, seen: frozenset[str], stack: tuple[str, ...]
) -> tuple[str, frozenset[str], tuple[str, ...]] | None:
    if edge.target.kind == "return":
        return (stack[-1], seen, stack[:-1]) if stack else None
    target = edge.target.name
    if target in seen or target not in graph.nodes:
        return None
    return target, seen | {target}, (*stack, edge.source) if edge.target.kind == "call" else ()
