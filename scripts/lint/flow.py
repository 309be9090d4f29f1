"""Rules about what is certain when a step is reached, whichever way the talk went.

Room: scripts/lint. May import the graph and the mentions. A forward "must" analysis: for each step the set of facts
that hold on EVERY path to it (asked:f, answered:f, said:recording), as bits, to a fixed point. Objections can come
at any moment, so nothing is certain where one begins.
"""

from __future__ import annotations

from collections.abc import Collection
from heapq import heappop, heappush

from scripts.guard import has_jinja
from scripts.lint.graph import Edge, Graph
from scripts.lint.mentions import names_in, proven, spoken_names
from scripts.lint.report import Report
from scripts.model import Ask, Node, Script
from scripts.told import told

SURVEY_STAGES = frozenset({"survey", "qualify"})
CONTACT_TYPES = frozenset({"phone", "email", "slot", "datetime", "consent"})
SAID = {
    "recording": told("that the call is recorded (@consent)"),
    "name": told("the operator's name"),
    "purpose": told("the purpose (@purpose)"),
}


class Facts:
    """Bits for facts, and for each step those that are certain when it is reached (None: not reached yet)."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.script = graph, graph.script
        self._bits: dict[str, int] = {}
        self.before: dict[str, int | None] = dict.fromkeys(graph.nodes)
        self._said = {node.id: self.bits(_said(self.script, node)) for node in graph.nodes.values()}
        self._solve()

    def bits(self, facts: Collection[str]) -> int:
        """The bits of some facts."""
        found = 0
        for fact in facts:
            found |= self._bits.setdefault(fact, 1 << len(self._bits))
        return found

    def at(self, node: Node) -> int:
        """What is certain once a step's own words are said."""
        return (self.before[node.id] or 0) | self._said[node.id]

    def holds(self, facts: int, fact: str) -> bool:
        """Whether a fact is among ``facts``."""
        return bool(facts & self.bits([fact]))

    def _solve(self) -> None:
        """To the fixed point, in the order of the file: most ways lead down it, so most steps are looked at once."""
        names, ways = list(self.graph.nodes), self._ways()
        place = {name: at for at, name in enumerate(names)}
        starts = {self.script.start, *(node.id for node in self.script.objections)} & place.keys()
        todo = sorted(place[name] for name in starts)
        waiting = set(todo)
        self.before.update(dict.fromkeys(starts, 0))
        while todo:
            waiting.discard(at := heappop(todo))
            known = (self.before[names[at]] or 0) | self._said[names[at]]
            for target, learnt in ways[names[at]].items():
                old = self.before[target]
                new = known | learnt if old is None else old & (known | learnt)
                if new == old:
                    continue
                self.before[target] = new
                if place[target] not in waiting:
                    waiting.add(place[target])
                    heappush(todo, place[target])

    def _ways(self) -> dict[str, dict[str, int]]:
        """For each step the steps that may follow, with what every edge to them teaches: worked out once."""
        found: dict[str, dict[str, int]] = {}
        for node in self.graph.nodes.values():
            ways = found.setdefault(node.id, {})
            for edge in self.graph.out[node.id]:
                if (target := edge.leads_to) is not None and target in self.graph.nodes:
                    learnt = self._learnt(node, edge)
                    ways[target] = ways[target] & learnt if target in ways else learnt
        return found

    def _learnt(self, node: Node, edge: Edge) -> int:
        facts = [f"asked:{ask.field}" for ask in node.asks if ask.condition is None]
        if not edge.skip:
            facts += [f"answered:{ask.field}" for ask in node.asks if ask.required and ask.condition is None]
        for name in proven(edge.condition) if edge.condition else ():
            facts += [f"asked:{name}", f"answered:{name}"]
        return self.bits(facts)


def _said(script: Script, node: Node) -> list[str]:
    """The disclosures that a step makes in every language and every A/B text."""
    found = []
    if "consent" in node.flags:
        found.append("said:recording")
    if "purpose" in node.flags:
        found.append("said:purpose")
    variants: list[str | None] = [name for name, _weight in node.variants()] or [None]
    if all(_names_operator(node, language, variant) for language in script.languages for variant in variants):
        found.append("said:name")
    return found


def _names_operator(node: Node, language: str, variant: str | None) -> bool:
    return any(
        has_jinja(line.text) and ("operator", "name") in names_in(line.text, False)
        for line in node.lines
        if line.language == language and line.variant in (None, variant)
    )


def check_flow(report: Report, graph: Graph, disclosures: Collection[str]) -> None:
    """Run the data-flow rules. ``disclosures`` are needed besides the ones that the head names."""
    facts = Facts(graph)
    needed = [name for name in SAID if name in disclosures or name in report.script.disclose]
    for node in graph.nodes.values():
        if facts.before[node.id] is None:
            continue
        _check_spoken(report, facts, node)
        for ask in node.asks:
            if _needs_disclosure(report.script, node, ask):
                _check_disclosed(report, facts, node, ask, needed)


def _check_spoken(report: Report, facts: Facts, node: Node) -> None:
    known = facts.before[node.id] or 0
    for line in node.lines:
        if not has_jinja(line.text):
            continue
        for name in sorted(spoken_names(line.text) & report.script.fields.keys()):
            if not facts.holds(known, f"asked:{name}"):
                message = told(
                    "'%(name)s' is spoken here, but there is a way to this step that has not asked it", name=name
                )
                report.add("printed-unasked", line.line, line.column, message)
            elif not facts.holds(known, f"answered:{name}"):
                message = told(
                    "'%(name)s' is spoken here, but may have been left blank: ask it with ! or guard it", name=name
                )
                report.add("printed-optional", line.line, line.column, message)


def _needs_disclosure(script: Script, node: Node, ask: Ask) -> bool:
    field = script.fields.get(ask.field)
    if field is None:
        return False
    surveying = script.kind == "survey" or node.stage in SURVEY_STAGES
    return field.bant is not None or (surveying and field.type not in CONTACT_TYPES)


def _check_disclosed(report: Report, facts: Facts, node: Node, ask: Ask, needed: list[str]) -> None:
    for name in needed:
        if not facts.holds(facts.at(node), f"said:{name}"):
            message = told(
                "'%(field)s' is asked where some path has not said %(what)s", field=ask.field, what=SAID[name]
            )
            report.add("disclosure", ask.line, ask.column, message)
