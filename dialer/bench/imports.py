"""``dialer bench import``: the import of a list against a bare loop over the same file, in one run.

The bare loop reads the file with csv and, for every number in it, asks phonenumbers to parse, check and format it; it
stores nothing. Both run in processes of their own, in turn (bare, import, bare), so that neither warms the other's
memory and a busy machine hurts both. Passes if the import takes at most twice the loop's time and stays under 300 MB.
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

ROWS = 1_000_000
QUICK_ROWS = 5_000
MOST_RATIO = 2.0
MOST_MB = 300
SEED = 20_260_304
HEADINGS = ("ФИО", "Телефон", "Доп. телефон", "Компания", "Город", "E-mail", "Приоритет", "Кол-во складов")
_NAMES = ("Иван Петров", "Анна Смирнова", "Сергей Кузнецов", "Ольга Попова", "Дмитрий Соколов", "Елена Лебедева")
_FIRMS = ("ООО «Ромашка»", "АО «Вектор»", "ИП Волков А. А.", 'ООО "Север, логистика"', "ГК «Склад-Сервис»")
_CITIES = ("Москва", "Самара", "Омск", "Казань", "Екатеринбург", "Тверь", "", "Село Дальнее")
_AREAS = ("495", "846", "381", "843", "343", "812", "391", "423")


@dataclass(frozen=True)
class Leg:
    """One process: what it took. ``counts`` are the import's own."""

    what: str
    seconds: float
    rows_per_s: float
    peak_mb: float
    counts: dict[str, int]


def make_list(path: Path, rows: int) -> None:
    """A deterministic list as people send them: five ways of writing a number, some with two, some with none.

    Of 100 rows about 85 have one good number, 10 a second one, 3 a repeated and 2 a bad one.
    """
    dice = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        for n in range(rows):
            place = n if dice.random() > 0.03 else dice.randrange(n + 1)
            first = _number(place, dice) if dice.random() > 0.02 else dice.choice(("нет", "12345", "8916", "1@evil"))
            second = _number(n + 500_000_000, dice) if dice.random() < 0.1 else ""
            writer.writerow(
                (
                    f"{dice.choice(_NAMES)} {n}",
                    first,
                    second,
                    dice.choice(_FIRMS),
                    dice.choice(_CITIES),
                    f"mail{n}@example.ru" if n % 3 else "",
                    n % 5 or "",
                    n % 17,
                )
            )


def _number(n: int, dice: random.Random) -> str:
    """The n-th number, scattered over the numbering plan; every third is a landline."""
    tail = n * 7_368_787 % 10_000_000
    if n % 3 == 0:
        area, local = _AREAS[n // 3 % len(_AREAS)], f"{2_000_000 + (n // 24) * 3_571 % 7_000_000:07}"
    else:
        area, local = f"9{n * 31 % 10}{n // 7 % 10}", f"{tail:07}"
    if area[1] == "3":
        area = "916"
    a, b, c = local[:3], local[3:5], local[5:]
    return dice.choice(
        (f"+7{area}{local}", f"8{area}{local}", f"8 ({area}) {a}-{b}-{c}", f"+7 {area} {a} {b} {c}", f"{area}{local}")
    )


def run(rows: int = ROWS, url: str = "", folder: Path | None = None) -> dict[str, Any]:
    """Measure. ``url``: an empty database to import into; a new SQLite file if not given. Returns the figures."""
    with tempfile.TemporaryDirectory(prefix="warmline-bench-", dir=folder) as home:
        path = Path(home) / "list.csv"
        make_list(path, rows)
        database = url or f"sqlite:///{home}/bench.db"
        legs = [_leg("bare", path, database), _leg("import", path, database), _leg("bare", path, database)]
        size = path.stat().st_size
    bare = sum(leg.seconds for leg in legs if leg.what == "bare") / 2
    done = legs[1]
    ratio = done.seconds / bare
    return {
        "rows": rows,
        "file_mb": round(size / 1e6, 1),
        "database": database.split(":")[0],
        "legs": [asdict(leg) for leg in legs],
        "ratio": round(ratio, 2),
        "most_ratio": MOST_RATIO,
        "peak_mb": done.peak_mb,
        "most_mb": MOST_MB,
        "passed": ratio <= MOST_RATIO and done.peak_mb <= MOST_MB,
    }


def import_seconds(rows: int, folder: Path) -> float:
    """How long an import of so many rows takes, into a database of its own in ``folder``."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        path = Path(home) / "list.csv"
        make_list(path, rows)
        return _leg("import", path, f"sqlite:///{home}/bench.db").seconds


def _leg(what: str, path: Path, url: str) -> Leg:
    words = [sys.executable, "-m", "dialer.bench.import_leg", what, str(path), url]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the {what} leg failed: {done.stderr[-2000:]}")
    return Leg(what, **json.loads(done.stdout))


@click.command("import")
@click.option("--rows", type=click.IntRange(min=1), default=ROWS, show_default=True)
@click.option("--database", "url", default="", help="URL of an empty database; a new SQLite file if not given.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--quick", is_flag=True, help="A short list, and no figure to quote.")
def command(rows: int, url: str, as_json: bool, quick: bool) -> None:
    """Import a list; compare with a loop that only reads it and parses its numbers."""
    figures = run(QUICK_ROWS if quick else rows, url)
    if as_json:
        click.echo(json.dumps(figures))
        return
    click.echo(f"{figures['rows']:,} rows, {figures['file_mb']} MB, {figures['database']}")
    for leg in (Leg(**given) for given in figures["legs"]):
        click.echo(f"  {leg.what:<7} {leg.seconds:>7.1f} s {leg.rows_per_s:>7,} rows/s, peak {leg.peak_mb:>6.1f} MB")
    verdict = "pass" if figures["passed"] else "FAIL"
    click.echo(
        f"{verdict}: {figures['ratio']} times the bare loop (at most {MOST_RATIO}), "
        f"{figures['peak_mb']} MB (at most {MOST_MB})"
    )
