"""Comparing the dialplan an Asterisk has loaded with our template, priority by priority.

A place holder of the template (``{{ … }}``) stands for anything. The example hooks may be left out or changed: they
are examples. Everything else must be as it is, because P4 and P7 hang on it.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dialer.doctor.finding import Finding, fail, ok, warn

Line = tuple[str, str, int]
"""Context, extension, priority."""
FREE = frozenset({"general", "globals", "warmline-hooks"})
SHOWN = 3
MEND = "install agi/dialplan/extensions.conf.j2 of this version again, then: asterisk -rx 'dialplan reload'"
_STEP = re.compile(r"(?:exten\s*=>\s*(?P<exten>[^,]+),(?P<first>\d+)|same\s*=>\s*n)(?:\([^)]*\))?,(?P<app>.*)")
_APP = re.compile(r"(?P<app>\w+)(?:\((?P<data>.*)\))?\s*$")


def folder() -> Path:
    """Where our templates of a PBX's configuration are."""
    found = importlib.util.find_spec("agi")
    return Path(found.origin if found and found.origin else "").parent / "dialplan"


def template() -> str:
    """The text of our dialplan's template."""
    return (folder() / "extensions.conf.j2").read_text()


def expected(text: str) -> dict[Line, re.Pattern[str]]:
    """What each priority of the template must look like as ``App(data)``."""
    lines: dict[Line, re.Pattern[str]] = {}
    context, exten, priority = "", "", 0
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            context = line[1 : line.index("]")]
        elif context not in FREE and (step := _STEP.match(line)) and (app := _APP.match(step["app"])):
            exten, priority = (step["exten"], int(step["first"])) if step["exten"] else (exten, priority + 1)
            lines[context, exten, priority] = _pattern(f"{app['app']}({app['data'] or ''})")
    return lines


def _pattern(step: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\{\{.*?\}\}", step)) + r"\Z")


def compare(ask: Callable[..., Any], agi_port: int) -> Iterator[Finding]:
    """``ask(action, listing=True)`` gives ``ShowDialPlan``'s reply; see ``SafeManager.request``."""
    wanted = expected(template())
    loaded: dict[Line, str] = {}
    for context in dict.fromkeys(line[0] for line in wanted):
        reply = ask({"Action": "ShowDialPlan", "Context": context}, listing=True)
        if reply.is_error:
            yield fail("dialplan", f"context {context} is not loaded", MEND)
            return
        loaded |= {
            (context, i.get("Extension"), int(i.get("Priority"))): f"{i.get('Application')}({i.get('AppData')})"
            for i in reply.items
            if i.get("Context") == context and i.get("Priority").isdigit()
        }
    yield judge(wanted, loaded)
    where = ask({"Action": "Getvar", "Variable": "WARMLINE_AGI"}).get("Value")
    if not where.endswith(f":{agi_port}"):
        yield warn(
            "dialplan", f"asks {where or 'nobody'}, we answer on port {agi_port}", "set WARMLINE_AGI in [globals]"
        )


def judge(wanted: dict[Line, re.Pattern[str]], loaded: dict[Line, str]) -> Finding:
    """Ok if every priority is as wanted and there is none besides."""
    wrong = sorted(
        {line for line, pattern in wanted.items() if not pattern.match(loaded.get(line, ""))}
        | (loaded.keys() - wanted.keys())
    )
    if not wrong:
        return ok("dialplan", f"{len(wanted)} priorities as in the template")
    places = "; ".join(",".join(map(str, line)) for line in wrong[:SHOWN])
    return fail("dialplan", f"{len(wrong)} priorities differ from the template: {places}", MEND)
