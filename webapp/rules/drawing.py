"""Charts as rectangles in plain numbers; a template makes SVG of them. Each stands beside a table of the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000.0, 160.0
SERIES = 6
"""Colours there are; the last one takes all that is left."""


@dataclass(frozen=True)
class Box:
    """One rectangle: ``series`` picks its colour."""

    x: float
    y: float
    width: float
    height: float
    series: int


def stacked(columns: Sequence[Mapping[str, int]], order: Sequence[str]) -> list[Box]:
    """One column each, its parts on top of one another in ``order`` from below, to the scale of the highest column."""
    highest = max((sum(column.values()) for column in columns), default=0)
    if not highest:
        return []
    step = WIDTH / len(columns)
    boxes = []
    for place, column in enumerate(columns):
        y = HEIGHT
        for series, name in enumerate(order):
            height = HEIGHT * column.get(name, 0) / highest
            if height:
                y -= height
                boxes.append(Box(place * step, y, step, height, min(series, SERIES - 1)))
    return merged(boxes)


def merged(boxes: list[Box]) -> list[Box]:
    """Neighbours of one colour and height become one rectangle: a week is 168 columns, mostly alike."""
    rows: dict[tuple[float, float, int], list[Box]] = {}
    for box in boxes:
        row = rows.setdefault((round(box.y, 2), round(box.height, 2), box.series), [])
        if row and abs(row[-1].x + row[-1].width - box.x) < 0.01:
            last = row.pop()
            box = Box(last.x, last.y, last.width + box.width, last.height, last.series)
        row.append(box)
    return [box for row in rows.values() for box in row]


def bars(values: Sequence[int]) -> list[Box]:
    """One column a value."""
    return stacked([{"": value} for value in values], [""])
