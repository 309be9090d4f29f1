"""The house's rules (docs/design.md, the house), read off the code itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("dialer", "scripts", "agi", "webapp", "migrations")
DOORS = ("webapp", "agi", "dialer.cli")
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
ONLY_IN = {
    "asterisk": ("dialer.providers.asterisk", "agi.channel"),
    "twilio": ("dialer.providers.twilio", "webapp.twilio"),
    "flask": ("webapp",),
}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {module_of(p): p for top in OURS for p in sorted((ROOT / top).rglob("*.py")) if "node_modules" not in p.parts}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """Every module named by an import statement, wherever it stands; ``from a import b`` names ``a`` and ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def arrows() -> Iterator[tuple[str, str]]:
    for module in FILES:
        for target in imports(module):
            yield module, target


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 200 and any(imports("dialer.engine.core"))


@pytest.mark.parametrize("door", DOORS)
def test_nothing_imports_a_door_but_the_command_that_starts_it(door: str) -> None:
    wrong = [
        f"{module} imports {target}"
        for module, target in arrows()
        if within(target, door) and not within(module, door) and not within(module, "dialer.cli")
    ]
    assert [w for w in wrong if not w.startswith("dialer.__main__ ")] == []


def test_scripts_import_nothing_of_ours() -> None:
    others = [room for room in OURS if room != "scripts"]
    assert [(m, t) for m, t in arrows() if within(m, "scripts") and any(within(t, o) for o in others)] == []


def test_rules_are_pure() -> None:
    allowed = {*sys.stdlib_module_names}
    wrong = [
        (m, t)
        for m, t in arrows()
        if within(m, "dialer.rules") and not within(t, "dialer.rules") and t.split(".")[0] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library: str) -> None:
    wrong = [
        (m, t) for m, t in arrows() if within(t, library) and not any(within(m, room) for room in ONLY_IN[library])
    ]
    assert wrong == []


def test_only_the_settings_read_the_environment() -> None:
    readers = []
    for module in FILES:
        for node in ast.walk(tree(module)):
            named = isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
            if named and isinstance(node.value, ast.Name) and node.value.id == "os":
                readers.append(module)
    # The lab and the demo hand an environment on to the processes they start.
    allowed = ("dialer.settings", "dialer.demo.run", "dialer.lab", "dialer.bench")
    assert [m for m in readers if not any(within(m, room) for room in allowed)] == []


def test_files_can_be_read_in_one_sitting() -> None:
    lengths = {m: len(p.read_text(encoding="utf-8").splitlines()) for m, p in FILES.items()}
    assert {m: n for m, n in lengths.items() if n > LONGEST_FILE and not within(m, "migrations.versions")} == {}


def test_functions_are_short() -> None:
    long = {}
    for module in FILES:
        if within(module, "migrations.versions"):
            continue
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{module}.{node.name}"] = length
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [m for m in FILES if tree(m).body and not ast.get_docstring(tree(m))]
    assert silent == []
