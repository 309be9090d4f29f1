"""What every bench says its figures in: percentiles, a table for the screen, and the machine they were taken on.

Standard library only.
"""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = Sequence[object]
Z95 = 1.96


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest-rank percentile (share 0..1) of ``values``; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval (0..1) of a share seen as ``hits`` of ``n``, by Wilson; 0 to 1 of none."""
    if not n:
        return 0.0, 1.0
    share, spare = hits / n, Z95 * Z95 / n
    centre = share + spare / 2
    half = Z95 * math.sqrt(share * (1 - share) / n + spare / (4 * n))
    return max(0.0, (centre - half) / (1 + spare)), min(1.0, (centre + half) / (1 + spare))


def spread(values: Sequence[float], digits: int = 1) -> dict[str, float]:
    """n, p50, p95, p99 and the largest of ``values``, in their own unit."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    found = {name: round(percentile(values, share), digits) for name, share in shares.items()}
    return {"n": len(values), **found, "max": round(max(values, default=0.0), digits)}


def machine() -> dict[str, Any]:
    """Cores, memory and how busy the machine is with other things."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30),
        "load_1m": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "cpu": _cpu(),
    }


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def cpu_s(pid: int) -> float:
    """Seconds of processor time a process and its threads have used so far."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def table(rows: Sequence[Row]) -> list[str]:
    """Lines with the columns of ``rows`` (the first is the heading) under each other."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def verdict(passed: bool, text: str) -> str:
    """The line that says whether the aim was met."""
    return f"{'PASSED' if passed else 'MISSED'}: {text}"
