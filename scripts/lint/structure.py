"""Rules about the shape of the conversation: targets, ends, returns, loops.

Room: scripts/lint. May import the graph and the report.
"""

from __future__ import annotations

from collections.abc import Collection

from scripts import words
from scripts.lint.graph import Edge, Graph
from scripts.lint.report import Report
from scripts.model import Node
from scripts.told import told

MAX_STEPS = 150


def check_structure(report: Report, graph: Graph, outcomes: Collection[str]) -> None:
    """Run every rule about the shape."""
    _duplicates(report)
    _targets(report, graph, outcomes)
    _reach(report, graph)
    _returns(report, graph)
    _loops(report, graph)
    _stages(report, graph)
    if len(report.script.nodes) > MAX_STEPS:
        node = report.script.nodes[MAX_STEPS]
        report.add(
            "many-steps",
            node.line,
            1,
            told(
                "%(count)s steps; more than %(most)s are hard to keep", count=len(report.script.nodes), most=MAX_STEPS
            ),
        )


def _duplicates(report: Report) -> None:
    first: dict[str, Node] = {}
    for node in report.script.nodes:
        if node.id in first:
            message = told(
                "The step '%(name)s' stands on line %(line)s already", name=node.id, line=first[node.id].line
            )
            report.add("duplicate-id", node.line, node.column, message)
        first.setdefault(node.id, node)
        codes: set[str] = set()
        for answer in node.answers:
            if answer.code in codes:
                report.add(
                    "duplicate-answer",
                    answer.line,
                    answer.column,
                    told("Two answers have the code '%(code)s'", code=answer.code),
                )
            codes.add(answer.code)


def _targets(report: Report, graph: Graph, outcomes: Collection[str]) -> None:
    script = report.script
    if script.start not in graph.nodes:
        report.add(
            "dangling",
            *script.start_at,
            told("The script starts at '%(start)s', which is not a step", start=script.start),
        )
    for edge in graph.edges:
        target = edge.target
        if edge.leads_to is not None and edge.leads_to not in graph.nodes:
            report.add("dangling", target.line, target.column, told("There is no step '%(name)s'", name=target.name))
        if target.kind == "end" and target.name not in outcomes:
            report.add(
                "unknown-outcome", target.line, target.column, told("'%(name)s' is not a disposition", name=target.name)
            )
    ends = {edge.target.name for edge in graph.edges if edge.target.kind == "end"}
    if words.DO_NOT_CALL not in ends:
        report.add("no-dnc", *script.start_at, told("No step leads to END:dnc, so nobody can ask not to be called"))


def _reach(report: Report, graph: Graph) -> None:
    starts = [report.script.start, *(node.id for node in report.script.objections)]
    reached = graph.reach(starts)
    ending = _can_end(graph)
    for node in graph.nodes.values():
        if node.id not in reached:
            report.add(
                "unreachable", node.line, node.column, told("Nothing leads to the step '%(name)s'", name=node.id)
            )
        if not any(edge.condition is None for edge in graph.out[node.id]):
            report.add(
                "dead-end",
                node.line,
                node.column,
                told("The step '%(name)s' has no way on that always holds", name=node.id),
            )
        elif node.id not in ending:
            report.add(
                "no-end", node.line, node.column, told("No end can be reached from the step '%(name)s'", name=node.id)
            )


def _can_end(graph: Graph) -> set[str]:
    """Steps from which an end can be reached.

    An objection that returns comes back to one that can, and a target that does not exist is another rule's matter.
    """
    before: dict[str, set[str]] = {name: set() for name in graph.nodes}
    for name in graph.nodes:
        for other in graph.next_of(name):
            before[other].add(name)
    ending = [
        name
        for name, edges in graph.out.items()
        if any(edge.target.kind == "end" or (edge.leads_to and edge.leads_to not in graph.nodes) for edge in edges)
        or ("objection" in graph.nodes[name].flags and graph.nodes[name].returns)
    ]
    return graph.reach(ending, before)


def _returns(report: Report, graph: Graph) -> None:
    for edge in graph.edges:
        target = edge.target
        if target.kind == "return" and not graph.is_called(edge.source):
            message = told("Nobody calls '%(source)s' with =>, so there is nothing to return to", source=edge.source)
            report.add("return-without-call", target.line, target.column, message)
        if target.kind == "call" and target.name in graph.nodes and not graph.nodes[target.name].returns:
            message = told("The step '%(name)s' is called but has no <-", name=target.name)
            report.add("call-without-return", target.line, target.column, message)
        if target.kind == "goto" and graph.is_detour(target.name):
            message = told(
                "'%(name)s' ends with <-, and after -> there is nothing to return to: call it with =>", name=target.name
            )
            report.add("return-without-call", target.line, target.column, message)


def _loops(report: Report, graph: Graph) -> None:
    for group in graph.loops(keep=lambda edge: graph.nodes[edge.source].is_logic, with_returns=False):
        node = _first(graph, group)
        report.add(
            "endless-loop",
            node.line,
            node.column,
            told("%(steps)s lead to each other and never stop", steps=_listed(group)),
        )
    for group in graph.loops(keep=lambda edge: edge.limit is None and edge.target.kind == "goto", with_returns=False):
        node = _first(graph, group)
        if not all(graph.nodes[name].is_logic for name in group):
            message = told(
                "%(steps)s can be gone round any number of times; a limit (^2) would stop it", steps=_listed(group)
            )
            report.add("loop-without-limit", node.line, node.column, message)
    for group in graph.loops():
        for name in group:
            _run_out(report, graph, name, group)


def _first(graph: Graph, group: set[str]) -> Node:
    return min((graph.nodes[name] for name in group), key=lambda node: node.line)


def _listed(group: set[str]) -> str:
    names = sorted(group)
    shown = ", ".join(names[:5])
    return told("%(names)s and %(count)s more", names=shown, count=len(names) - 5) if len(names) > 5 else shown


def _run_out(report: Report, graph: Graph, name: str, group: set[str]) -> None:
    """A step in a loop runs out if it can be shown more often than its answers can be used.

    An answer that leaves the loop is still there when the step is shown again, so one such answer is enough.
    """
    node = graph.nodes[name]
    if not node.answers or node.branches:
        return
    for edge in graph.out[name]:
        if edge.condition is None and (edge.limit is None or not _stays(graph, edge, group)):
            return
    shown = _times_shown(graph, name, group)
    usable = sum(edge.limit or 0 for edge in graph.out[name] if edge.condition is None)
    if shown > usable:
        often = told("any number of times") if shown == float("inf") else told("%(count)s times", count=int(shown))
        message = told(
            "'%(name)s' can be shown %(often)s, but its answers can be used %(usable)s times",
            name=name, often=often, usable=usable,
        )  # fmt: skip
        report.add("answers-run-out", node.line, node.column, message)


def _stays(graph: Graph, edge: Edge, group: set[str]) -> bool:
    if edge.target.kind == "return":
        objection = "objection" in graph.nodes[edge.source].flags
        return objection or any(caller in group for caller in graph.callers[edge.source])
    return edge.leads_to in group


def _times_shown(graph: Graph, name: str, group: set[str]) -> float:
    """The most often a step can be on screen: once from outside, then as often as the loop's own edges allow."""
    if "objection" in graph.nodes[name].flags:
        return float("inf")
    outside = any(edge.source not in group for edge in graph.into[name])
    times: float = 1 if outside or name == graph.script.start else 0
    coming_back = [edge for edge in graph.out[name] if edge.target.kind == "call" and edge.leads_to in group]
    for edge in [edge for edge in graph.into[name] if edge.source in group] + coming_back:
        times += float("inf") if edge.limit is None else edge.limit
    return times


def _stages(report: Report, graph: Graph) -> None:
    """In a script that lists its stages, the talk goes forward; objections and returns are free."""
    order = {stage: index for index, stage in enumerate(report.script.stages)}
    for node in report.script.nodes:
        if order and node.stage and node.stage not in order:
            report.add(
                "unlisted-stage",
                node.line,
                node.column,
                told("The head's stages do not list '%(stage)s'", stage=node.stage),
            )
    for edge in graph.edges:
        source, target = graph.nodes[edge.source], graph.nodes.get(edge.leads_to or "")
        if target is None or edge.target.kind != "goto" or "objection" in source.flags | target.flags:
            continue
        if order.get(target.stage, len(order)) < order.get(source.stage, -1):
            message = told(
                "This goes from the stage '%(source)s' back to '%(target)s'", source=source.stage, target=target.stage
            )
            report.add("stage-order", edge.target.line, edge.target.column, message)
