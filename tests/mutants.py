"""``python -m tests.mutants``: break the gate, the claim and the caps in every small way; does a test notice?

Each mutant changes one comparison, one logical word, one number, one constant answer or one arithmetic sign in one
file; the tests named for that file run with the mutant in memory, in a process forked from this one, so nothing is
copied and no library is imported twice. A mutant that no test kills is printed with its line. One that cannot be told
from the original by anybody is named with its reason in ``mutants_alike.yaml`` and is not counted.
``python -m tests.mutants FILE…`` takes the files named only.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import hypothesis
import pytest
import yaml

ROOT = Path(__file__).parent.parent
RULES = ["tests/unit/rules/test_gate_cases.py", "tests/unit/rules/test_rules_as_written.py"]
RULES += ["tests/unit/rules/test_whom_a_profile_is_for.py", "tests/unit/rules/test_until_is_exact.py"]
TARGETS = {
    "dialer/rules/gate.py": RULES,
    "dialer/rules/caps.py": RULES,
    "dialer/engine/claim.py": ["tests/store/test_claim.py"],
}
"""The files that are broken, and the fast tests that guard each, the fastest first."""
WARM = (
    "dialer.store",
    "sqlalchemy.orm",
    "sqlalchemy.dialects.sqlite",
    "phonenumbers",
    "numpy",
    "hypothesis.strategies",
    "pydantic",
)
"""Libraries that the tests need; imported once, before anything is forked."""
COMPARE = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add}
OPTIONS = ["-x", "-q", "-k", "not postgresql", "--timeout", "240", "-W", "ignore:Module already imported"]
"""Of pytest: a test that hangs for four minutes noticed too."""


@dataclass(frozen=True)
class Mutant:
    """One small break: where, what became what, and the whole broken source."""

    file: str
    line: int
    text: str
    change: str
    source: str

    @property
    def name(self) -> str:
        """What it is called in ``mutants_alike.yaml``: the line as written, and the change."""
        return f"{self.text} :: {self.change}"


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
    """Puts ``new`` where ``old`` is."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.copy_location(self.new, node)
        return self.generic_visit(node)


def mutants(file: str) -> Iterator[Mutant]:
    """Every mutant of one file."""
    source = (ROOT / file).read_text(encoding="utf-8")
    lines, whole_tree = source.splitlines(), ast.parse(source)
    wanted = {id(node) for node in spots(whole_tree)}
    for number in [n for n, node in enumerate(ast.walk(whole_tree)) if id(node) in wanted]:
        tree = ast.parse(source)
        old = next(itertools.islice(ast.walk(tree), number, None))
        new = broken(old)
        assert new is not None
        line = getattr(old, "lineno", 1)
        change = f"{ast.unparse(old)} -> {ast.unparse(new)}"
        whole = ast.unparse(ast.fix_missing_locations(Breaker(old, new).visit(tree)))
        yield Mutant(file, line, lines[line - 1].strip(), change, whole)


class Broken(importlib.machinery.SourceFileLoader, importlib.abc.MetaPathFinder):
    """Imports the mutant where the original was asked for."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.file.removesuffix(".py").replace("/", "."), str(ROOT / mutant.file))
        self.source = mutant.source

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


def fork(mutant: Mutant, tests: Sequence[str]) -> int:
    """Run the tests with the mutant in a process of their own; its id. It ends with 0 if nobody noticed."""
    child = os.fork()
    if child:
        return child
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, Broken(mutant))
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate)
    )
    hypothesis.settings.load_profile("mutants")
    os._exit(pytest.main([*OPTIONS, *tests]))


def survivors(wanted: Sequence[Mutant], at_once: int) -> Iterator[Mutant]:
    """Those that no test killed, as they come."""
    running: dict[int, Mutant] = {}
    waiting = list(reversed(wanted))
    while waiting or running:
        while waiting and len(running) < at_once:
            mutant = waiting.pop()
            running[fork(mutant, TARGETS[mutant.file])] = mutant
        child, status = os.wait()
        mutant = running.pop(child)
        if os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK:
            yield mutant


def alike() -> dict[str, dict[str, str]]:
    """By file and mutant's name, why it cannot be told from the original."""
    known: dict[str, dict[str, str]] = yaml.safe_load((ROOT / "tests/mutants_alike.yaml").read_text("utf-8"))
    return known


def main() -> None:
    """Run all mutants, or those of the files named, and print the share that was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=list(TARGETS))
    parser.add_argument("--at-once", type=int, default=2)
    given = parser.parse_args()
    os.chdir(ROOT)
    for name in WARM:
        importlib.import_module(name)
    known = alike()
    every = [mutant for file in given.files for mutant in mutants(file)]
    whole = [Mutant(file, 0, "", "", (ROOT / file).read_text("utf-8")) for file in given.files]
    if len(list(survivors(whole, given.at_once))) < len(whole):
        raise SystemExit("the tests fail before anything is broken")
    counted = [mutant for mutant in every if mutant.name not in known.get(mutant.file, {})]
    left: Counter[str] = Counter()
    for mutant in survivors(counted, given.at_once):
        left[mutant.file] += 1
        sys.stdout.write(f"{mutant.file}:{mutant.line}: nobody notices: {mutant.name}\n")
        sys.stdout.flush()
    for file, total in Counter(mutant.file for mutant in counted).items():
        sys.stdout.write(f"{file}: {total - left[file]} of {total} killed ({1 - left[file] / total:.1%})\n")
    total, dead = len(counted), len(counted) - left.total()
    sys.stdout.write(f"in all: {dead} of {total} killed ({dead / total:.1%}); {len(every) - total} alike\n")


if __name__ == "__main__":
    main()
