"""The graph of a script as an SVG picture: stages from top to bottom, every step a link.

Room: scripts. May import the lint's graph. A simple layered layout: a step stands one layer below the nearest step that
leads to it, layers are ordered by where their parents stand. ``badges`` let reports write figures on the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from scripts.lint.graph import Edge, Graph
from scripts.model import Node, Script
from scripts.screen import node_title

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 168, 46, 28, 62, 24
COLOURS = ("#e7f0fd", "#e6f6ec", "#fff4de", "#fde8e8", "#efe9fb", "#e5f5f6", "#f3f3f3")
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#182433}.s{font-size:10px;fill:#5a6675}.b{font-weight:600;fill:#0b5394}"
    "path{fill:none;stroke:#7a8694}.call,.back{stroke-dasharray:5 3}.end{font-size:11px}"
    "a:hover rect{stroke-width:3}"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a box looks: the colour and number of its stage, and a figure in its corner."""

    colour: str
    stage: int
    badge: str


@dataclass(frozen=True, slots=True)
class Place:
    """The middle of a step's box, in pixels."""

    x: float
    y: float


def svg(
    script: Script,
    *,
    language: str = "",
    href: Callable[[str], str] = lambda node: f"#{node}",
    badges: Mapping[str, str] | None = None,
    bars: Mapping[str, tuple[float, float]] | None = None,
    embedded: bool = False,
) -> str:
    """The whole script as an SVG document; each step links to ``href(id)`` and shows ``badges[id]``.

    ``bars[id]`` are two shares, 0..1, drawn along the foot of the box: calls that came to the step, and that were lost
    at it. ``embedded`` leaves out the style element: the page that holds the drawing brings the style, by the classes
    of STYLE and ``stage-N``.
    """
    graph = Graph(script)
    places = layout(graph)
    width = max(place.x for place in places.values()) + WIDTH / 2 + MARGIN
    height = max(place.y for place in places.values()) + HEIGHT / 2 + MARGIN + 20
    stages = list(dict.fromkeys(node.stage for node in graph.nodes.values()))
    parts = [_edge(edge, places) for edge in graph.edges if edge.leads_to in places]
    for node in graph.nodes.values():
        colour = COLOURS[stages.index(node.stage) % len(COLOURS)]
        title = node_title(node, language or script.languages[0])
        look = Look(colour, stages.index(node.stage) % len(COLOURS), (badges or {}).get(node.id, ""))
        parts.append(_box(node, title, places[node.id], href(node.id), look))
        parts.append(_bar((bars or {}).get(node.id), places[node.id]))
        parts.append(_ends(graph.out[node.id], places[node.id]))
    return _document(script, width, height, parts, "" if embedded else f"<style>{STYLE}</style>")


def _document(script: Script, width: float, height: float, parts: list[str], style: str) -> str:
    marker = (
        '<marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<polygon points="0,0 8,4 0,8" fill="#7a8694"/></marker>'
    )
    # Inside a page its links can be reached by keyboard; a picture may not hold any.
    role = "img" if style else "group"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="{role}" aria-label={quoteattr(script.name)}>'
        f"{style}<defs>{marker}</defs>{''.join(parts)}</svg>\n"
    )


def layout(graph: Graph) -> dict[str, Place]:
    """Where each step stands. Objections and what only they lead to come below the rest."""
    layers = _layers(graph)
    rows: dict[int, list[str]] = {}
    for node, layer in layers.items():
        rows.setdefault(layer, []).append(node)
    places: dict[str, Place] = {}
    widest = max(len(row) for row in rows.values())
    for number, layer in enumerate(sorted(rows)):
        row = sorted(rows[layer], key=lambda node: _wanted(graph, node, places))
        left = MARGIN + WIDTH / 2 + (widest - len(row)) * (WIDTH + GAP_X) / 2
        for index, node in enumerate(row):
            places[node] = Place(left + index * (WIDTH + GAP_X), MARGIN + HEIGHT / 2 + number * (HEIGHT + GAP_Y))
    return places


def _layers(graph: Graph) -> dict[str, int]:
    found = _breadth(graph, [graph.script.start], 0, {})
    below = max(found.values(), default=-1) + 1
    found = _breadth(graph, [node.id for node in graph.script.objections], below, found)
    lost = [name for name in graph.nodes if name not in found]
    return found | dict.fromkeys(lost, max(found.values(), default=-1) + 1)


def _breadth(graph: Graph, starts: list[str], layer: int, found: dict[str, int]) -> dict[str, int]:
    row = [name for name in starts if name in graph.nodes and name not in found]
    while row:
        found |= dict.fromkeys(row, layer)
        following = [edge.leads_to for name in row for edge in graph.out[name]]
        row = list(dict.fromkeys(n for n in following if n in graph.nodes and n not in found and n is not None))
        row = [name for name in row if "objection" not in graph.nodes[name].flags or layer > 0]
        layer += 1
    return found


def _wanted(graph: Graph, node: str, places: dict[str, Place]) -> float:
    """The mean place of the steps above that lead here."""
    above = [places[edge.source].x for edge in graph.edges if edge.leads_to == node and edge.source in places]
    return sum(above) / len(above) if above else 0.0


def _short(text: str, length: int = 24) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _box(node: Node, title: str, place: Place, link: str, look: Look) -> str:
    x, y = place.x - WIDTH / 2, place.y - HEIGHT / 2
    kind = next((flag for flag in ("goal", "objection") if flag in node.flags), "plain")
    badge = look.badge
    border = "#2b8a3e" if "goal" in node.flags else "#c92a2a" if "objection" in node.flags else "#7a8694"
    words = " ".join([node.id, f"· {node.stage}" if node.stage else ""]).strip()
    figure = ""
    if badge:
        figure = f'<text class="b" x="{x + WIDTH - 8:.0f}" y="{y + 18:.0f}" text-anchor="end">{escape(badge)}</text>'
    return (
        f'<a id="step-{node.id}" href={quoteattr(link)}><title>{escape(title)}</title>'
        f'<rect class="{kind} stage-{look.stage}" x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8" '
        f'fill="{look.colour}" stroke="{border}"/>'
        f'<text x="{x + 10:.0f}" y="{y + 19:.0f}">{escape(_short(title, 18 if badge else 24))}</text>'
        f'<text class="s" x="{x + 10:.0f}" y="{y + 36:.0f}">{escape(_short(words, 28))}</text>{figure}</a>'
    )


def _bar(shares: tuple[float, float] | None, place: Place) -> str:
    """How many came, and how many of all calls were lost here, as lengths along the foot of the box."""
    if shares is None:
        return ""
    x, y, full = place.x - WIDTH / 2 + 8, place.y + HEIGHT / 2 - 6, WIDTH - 16
    came, lost = (max(0.0, min(1.0, share)) * full for share in shares)
    return (
        f'<rect class="came" x="{x:.0f}" y="{y:.0f}" width="{came:.0f}" height="3" fill="#0b5394"/>'
        f'<rect class="lost" x="{x:.0f}" y="{y:.0f}" width="{lost:.0f}" height="3" fill="#c92a2a"/>'
    )


def _edge(edge: Edge, places: Mapping[str, Place]) -> str:
    """A curve from the foot of one box to the head of the next.

    Ways back go round the side, ways to a step of the same layer dip below it.
    """
    start, stop = places[edge.source], places[str(edge.leads_to)]
    label = f"<title>{escape(edge.code or edge.condition or 'next')}</title>"
    kind = "call" if edge.target.kind == "call" else "goto"
    if stop.y == start.y and stop.x != start.x:
        foot, dip = start.y + HEIGHT / 2, start.y + HEIGHT / 2 + 34
        line = f"M{start.x:.0f} {foot:.0f}C{start.x:.0f} {dip:.0f} {stop.x:.0f} {dip:.0f} {stop.x:.0f} {foot:.0f}"
        kind = f"{kind} back"
    elif stop.y > start.y:
        y1, y2 = start.y + HEIGHT / 2, stop.y - HEIGHT / 2
        bend = (y2 - y1) / 2
        line = (
            f"M{start.x:.0f} {y1:.0f}C{start.x:.0f} {y1 + bend:.0f} {stop.x:.0f} {y2 - bend:.0f} {stop.x:.0f} {y2:.0f}"
        )
    else:
        x1, x2 = start.x + WIDTH / 2, stop.x + WIDTH / 2
        side = max(x1, x2) + GAP_X
        line = f"M{x1:.0f} {start.y:.0f}C{side:.0f} {start.y:.0f} {side:.0f} {stop.y:.0f} {x2:.0f} {stop.y:.0f}"
        kind = f"{kind} back"
    return f'<path class="{kind}" d="{line}" marker-end="url(#arrow)">{label}</path>'


def _ends(edges: list[Edge], place: Place) -> str:
    names = list(dict.fromkeys(edge.target.name for edge in edges if edge.target.kind == "end"))
    if not names:
        return ""
    text = _short("■ " + ", ".join(names), 30)
    return f'<text class="end" x="{place.x - WIDTH / 2:.0f}" y="{place.y + HEIGHT / 2 + 14:.0f}">{escape(text)}</text>'
