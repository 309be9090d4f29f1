"""Rules about expressions: are the names declared, do the types fit.

Room: scripts/lint. May import jinja2, the mentions and the report.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import nodes

from scripts import words
from scripts.lint.mentions import Source, names_in, sources
from scripts.lint.report import Report
from scripts.model import Field, Script
from scripts.told import told

NUMBERS = ("scale", "number", "money")
MOMENTS = ("date", "datetime", "slot")
TEXTS = ("text", "phone", "email")
FILTER_TYPES = {
    "money": NUMBERS,
    "plural": NUMBERS,
    "when": MOMENTS,
    "day": MOMENTS,
    "clock": ("datetime", "slot"),
    "label": ("single", "multi"),
}
ORDER = ("lt", "lteq", "gt", "gteq")


def check_expressions(report: Report) -> None:
    """Run the rules about names and types on every piece of Jinja, and on the fields that questions name."""
    for source in sources(report.script):
        for name, attribute in sorted(names_in(source.text, source.expression), key=str):
            if fault := _undeclared(report.script, name, attribute):
                report.add("undeclared", source.line, source.column, fault)
        _check_types(report, source, source.tree)
    for node in report.script.nodes:
        for ask in node.asks:
            if ask.field not in report.script.fields:
                report.add(
                    "undeclared", ask.line, ask.column, told("The head has no field '%(field)s'", field=ask.field)
                )
            if ask.condition and (ask.field, None) in names_in(ask.condition, True):
                message = told("Whether '%(field)s' is asked depends on its own answer", field=ask.field)
                report.add("own-condition", ask.line, ask.condition_column, message)


def _undeclared(script: Script, name: str, attribute: str | None) -> str:
    if name in script.fields or (name in words.PLAIN_NAMES and attribute is None):
        return ""
    if name == "visits":
        known_step = attribute in script.by_id
        return "" if known_step else told("visits() names '%(step)s', which is not a step", step=attribute)
    known = {
        "operator": words.OPERATOR_ATTRIBUTES,
        "bant": words.BANT_ATTRIBUTES,
        "contact": script.needs.get("contact", ()),
        "project": script.needs.get("project", ()),
    }
    if name not in known:
        return told("There is no field or name '%(name)s'", name=name)
    if attribute is None:
        return told("'%(name)s' is used without an attribute", name=name)
    if attribute in known[name]:
        return ""
    if name in ("contact", "project"):
        return told("%(name)s.%(attribute)s is not in the head's needs", name=name, attribute=attribute)
    return told("%(name)s.%(attribute)s does not exist", name=name, attribute=attribute)


@lru_cache(maxsize=8192)
def _typed(tree: nodes.Node) -> tuple[nodes.Node, ...]:
    """Where types can clash; a tree is shared by all texts that say the same."""
    found = tuple(tree.find_all((nodes.Compare, nodes.Filter, nodes.Add, nodes.Sub)))
    return (tree, *found) if isinstance(tree, (nodes.Compare, nodes.Filter, nodes.Add, nodes.Sub)) else found


def _check_types(report: Report, source: Source, tree: nodes.Node) -> None:
    for node in _typed(tree):
        if fault := _type_fault(report, node):
            report.add("type-mismatch", source.line, source.column, fault)


def _type_fault(report: Report, node: nodes.Node) -> str:
    fault = ""
    if isinstance(node, nodes.Compare):
        left = node.expr
        for operand in node.ops:
            fault = fault or _compare_fault(report.script, left, operand.op, operand.expr)
            left = operand.expr
    elif isinstance(node, nodes.Filter):
        fault = _filter_fault(report.script, node)
    elif isinstance(node, (nodes.Add, nodes.Sub)):
        fault = _sum_fault(report.script, node)
    return fault


def _kind(script: Script, node: nodes.Node) -> tuple[str, Any]:
    """(kind, field or value): a field type, "number", "flag", "const", "list" or "any"."""
    if isinstance(node, nodes.Name) and node.name in script.fields:
        field = script.fields[node.name]
        return field.type, field
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "bant":
        return ("flag" if node.attr == "met" else "number"), None
    if isinstance(node, nodes.Call) or (isinstance(node, nodes.Name) and node.name == "touch"):
        return "number", None
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const):
        return "const", -node.node.value if isinstance(node.node.value, (int, float)) else node.node.value
    if isinstance(node, nodes.Const):
        return "const", node.value
    if isinstance(node, nodes.List):
        return "list", [item.value for item in node.items if isinstance(item, nodes.Const)]
    return "any", None


def _compare_fault(script: Script, left: nodes.Node, op: str, right: nodes.Node) -> str:
    left_kind, left_value = _kind(script, left)
    right_kind, right_value = _kind(script, right)
    if op in ("in", "notin"):
        return _in_fault(left_kind, left_value, right_kind, right_value)
    if left_kind == "const":
        left_kind, left_value, right_kind, right_value = right_kind, right_value, left_kind, left_value
    if right_kind == "list":
        return told("A comparison with a list needs 'in'")
    if right_kind != "const" or right_value is None:
        return ""
    return _value_fault(left_kind, left_value, right_value, op in ORDER)


def _in_fault(left_kind: str, left: Any, right_kind: str, right: Any) -> str:
    if right_kind == "multi" and left_kind == "const":
        return _code_fault(right, left)
    if right_kind == "list":
        faults = (_value_fault(left_kind, left, value, False) for value in right)
        return next((fault for fault in faults if fault), "")
    if right_kind in ("const", "any") or right_kind in TEXTS:
        return "" if right_kind != "const" or isinstance(right, str) else "'in' needs a list"
    return told("'in' needs a list or a multi field, not a value of the type %(kind)s", kind=right_kind)


def _value_fault(kind: str, field: Any, value: Any, ordered: bool) -> str:
    """What is wrong with comparing something of ``kind`` to the plain ``value``."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "single":
        return told("The codes of a single field have no order") if ordered else _code_fault(field, value)
    if kind == "multi":
        return told("Write “%(value)s in %(name)s”: a multi field is a list", value=repr(value), name=field.id)
    if kind in (*NUMBERS, "number") and not number:
        return told("A value of the type %(kind)s is compared with %(value)s", kind=kind, value=repr(value))
    if kind in ("bool", "consent", "flag") and (ordered or not isinstance(value, bool)):
        return told("A yes or no is compared with %(value)s", value=repr(value))
    if kind in TEXTS and (ordered or not isinstance(value, str)):
        return told("A value of the type %(kind)s is compared with %(value)s", kind=kind, value=repr(value))
    if kind in MOMENTS and not _is_moment(value):
        return told(
            "A value of the type %(kind)s is compared with %(value)s, which is not a date", kind=kind, value=repr(value)
        )
    return ""


def _code_fault(field: Field, value: Any) -> str:
    codes = {option.code for option in field.options} | {field.dk, field.ref}
    fits = isinstance(value, int) and not isinstance(value, bool) and value in codes
    return "" if fits else told("'%(name)s' has no option with the code %(value)s", name=field.id, value=repr(value))


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _filter_fault(script: Script, node: nodes.Filter) -> str:
    assert node.node is not None
    kind, _field = _kind(script, node.node)
    wanted = FILTER_TYPES.get(node.name)
    if wanted and kind in words.FIELD_TYPES and kind not in wanted:
        return told("The filter %(name)s does not fit a field of the type %(kind)s", name=node.name, kind=kind)
    return told("label needs a single or multi field") if node.name == "label" and kind == "any" else ""


def _sum_fault(script: Script, node: nodes.Add | nodes.Sub) -> str:
    kinds = []
    for side in (node.left, node.right):
        kind, value = _kind(script, side)
        if kind == "const":
            kind = "text" if isinstance(value, str) else "number"
        kinds.append("number" if kind in NUMBERS else "text" if kind in (*TEXTS, *MOMENTS) else kind)
    if "any" in kinds:
        return ""
    if isinstance(node, nodes.Sub) and kinds != ["number", "number"]:
        return told("Only numbers can be subtracted")
    return (
        ""
        if kinds[0] == kinds[1] and kinds[0] in ("number", "text")
        else told("%(left)s and %(right)s cannot be added", left=kinds[0], right=kinds[1])
    )
