"""``make mutants``: break the gate, the claim and the caps in every small way there is, and see whether a test notices.

Each mutant changes one comparison, one logical word, one number, one constant answer or one arithmetic sign in one
file; the tests named for that file run against a copy of the tree with the mutant in it. A mutant that no test kills
is printed with its line. Not part of the ordinary tests: it takes half an hour. ``python -m tests.mutants FILE…`` takes
the files named only.
"""

from __future__ import annotations

import argparse
import ast
import copy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
RULES = ["tests/unit/rules/test_gate_cases.py", "tests/unit/rules/test_whom_a_profile_is_for.py"]
RULES += ["tests/unit/rules/test_rules_as_written.py", "tests/unit/rules/test_until_is_exact.py"]
TARGETS = {
    "dialer/rules/gate.py": RULES,
    "dialer/rules/caps.py": RULES,
    "dialer/engine/claim.py": ["tests/store/test_claim.py"],
}
COMPARE = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add}
TIMEOUT_S = 240


def spots(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that can be broken, in a fixed order; doc strings and annotations are left out."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            if part is not None:
                skipped.update(id(inner) for inner in ast.walk(part))
    for node in ast.walk(tree):
        if id(node) not in skipped and broken(node) is not None:
            yield node


def broken(node: ast.AST) -> ast.AST | None:
    """The same node, broken; None if there is nothing in it to break."""
    new = copy.deepcopy(node)
    match new:
        case ast.Compare(ops=[op]) if type(op) in COMPARE:
            new.ops = [COMPARE[type(op)]()]
        case ast.BoolOp():
            new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        case ast.BinOp() if type(new.op) in SIGNS:
            new.op = SIGNS[type(new.op)]()
        case ast.UnaryOp(op=ast.Not()):
            return new.operand
        case ast.Constant(value=bool(value)):
            new.value = not value
        case ast.Constant(value=int(value)):
            new.value = value + 1
        case ast.IfExp():
            new.body, new.orelse = new.orelse, new.body
        case ast.Call(func=ast.Name(id="max" | "min" as name)):
            new.func = ast.Name("min" if name == "max" else "max", ast.Load())
        case ast.Call(func=ast.Name(id="all" | "any" as name)):
            new.func = ast.Name("any" if name == "all" else "all", ast.Load())
        case _:
            return None
    return new


class Breaker(ast.NodeTransformer):
    """Replaces the one node at ``place`` (line, column, kind)."""

    def __init__(self, wanted: ast.AST) -> None:
        self.wanted = wanted

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.wanted:
            new = broken(node)
            assert new is not None
            return ast.copy_location(new, node)
        return self.generic_visit(node)


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, what was there, the whole broken source) of each mutant."""
    count = len(list(spots(ast.parse(source))))
    for number in range(count):
        tree = ast.parse(source)
        node = list(spots(tree))[number]
        was = ast.unparse(node)
        yield getattr(node, "lineno", 0), was, ast.unparse(ast.fix_missing_locations(Breaker(node).visit(tree)))


def killed(tree: Path, tests: list[str]) -> bool:
    """Whether a test fails in this tree (a test that never ends counts too)."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-k", "not postgresql", *tests]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode == 1 or done.returncode == 2


def examine(name: str, tests: list[str], tree: Path) -> tuple[int, int]:
    """How many mutants of one file there are, and how many were killed."""
    path = tree / name
    source = path.read_text(encoding="utf-8")
    total = dead = 0
    if killed(tree, tests):
        raise SystemExit(f"{name}: its tests fail before anything is broken")
    for line, was, text in mutants(source):
        path.write_text(text, encoding="utf-8")
        total += 1
        if killed(tree, tests):
            dead += 1
        else:
            sys.stdout.write(f"{name}:{line}: nobody notices a change of: {was[:90]}\n")
            sys.stdout.flush()
    path.write_text(source, encoding="utf-8")
    return total, dead


def main() -> None:
    """Run them all, or those of the files named, and print the share that was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=list(TARGETS))
    wanted = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(
            ROOT, tree, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules", "var", ".*cache"), symlinks=True
        )
        total = dead = 0
        for name in wanted:
            found, gone = examine(name, TARGETS[name], tree)
            sys.stdout.write(f"{name}: {gone} of {found} killed ({gone / found:.1%})\n")
            sys.stdout.flush()
            total, dead = total + found, dead + gone
    sys.stdout.write(f"in all: {dead} of {total} killed ({dead / total:.1%})\n")


if __name__ == "__main__":
    main()
