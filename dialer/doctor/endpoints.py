"""Comparing the PBX's PJSIP endpoints with our template, setting by setting.

``PJSIPShowEndpoint`` would need wider rights than we ask for; the dialplan function ``PJSIP_ENDPOINT`` tells the same
through ``Getvar``. The rooms' profiles (confbridge.conf) cannot be read with our rights at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dialer.doctor import dialplan
from dialer.doctor.finding import Finding, fail, ok, warn

OURS = frozenset(
    {"type", "transport", "aors", "auth", "callerid", "disallow", "allow", "webrtc", "dtls_auto_generate_cert"}
)
"""A site's own business, or told by another setting."""
GRAVE = frozenset({"context", "direct_media"})
"""Another context asks nobody who may call (P7); sound that goes past the PBX is in no room and no recording (P5)."""
TRUNK, BROWSER, SOFTPHONE = "trunk", "browser", "softphone"
MEND = "as in agi/dialplan/pjsip.conf.j2 of this version, then: asterisk -rx 'pjsip reload'"
MOST = 20
"""Phones looked at; one that differs is enough to know."""
_SECTION = re.compile(r"\[([a-z-]+)\](?:\(!\))?\s*$")
_SETTING = re.compile(r"([a-z_]+)\s*=\s*([^{}]+)$")
_WORDS = {"true": "yes", "false": "no"}


def template() -> dict[str, dict[str, str]]:
    """Of each kind of endpoint in our template: the settings that are compared."""
    found: dict[str, dict[str, str]] = {}
    part: dict[str, str] = {}
    for line in map(str.strip, (dialplan.folder() / "pjsip.conf.j2").read_text().splitlines()):
        if section := _SECTION.match(line):
            part = {}
            kind = section[1]
        elif line == "type = endpoint":
            found[kind] = part
        elif setting := _SETTING.match(line):
            part[setting[1]] = setting[2].strip()
    return {kind: {k: v for k, v in part.items() if k not in OURS} for kind, part in found.items()}


def compare(ask: Callable[..., Any], trunk: str, phones: Iterable[str]) -> Iterator[Finding]:
    """``ask(action)`` gives ``Getvar``'s reply; ``phones`` are the endpoints of our people."""

    def value(name: str, setting: str) -> str:
        said = str(ask({"Action": "Getvar", "Variable": f"PJSIP_ENDPOINT({name},{setting})"}).get("Value") or "")
        return _WORDS.get(said, said)

    if not value(trunk, "context"):
        mend = "load func_pjsip_endpoint.so, and name the trunk in DIALER_ASTERISK__TRUNK"
        yield fail("PJSIP", f"endpoint {trunk} cannot be looked at", mend)
        return
    wanted, names = template(), [trunk, *list(phones)[:MOST]]
    wrong, absent = [], [name for name in names if not value(name, "context")]
    for name in names:
        if name not in absent:
            kind = TRUNK if name == trunk else BROWSER if value(name, "webrtc") == "yes" else SOFTPHONE
            wrong += [(name, k, said, v) for k, v in wanted[kind].items() if (said := value(name, k)) != v]
    if absent:
        yield warn(
            "PJSIP",
            f"no endpoint for a phone of ours: {', '.join(absent)}",
            "add it to pjsip.conf, or mend it on the People page",
        )
    for name, setting, said, want in wrong[: dialplan.SHOWN]:
        tell = fail if setting in GRAVE else warn
        yield tell("PJSIP", f"{name} has {setting} = {said or 'nothing'}, our template {want}", MEND)
    if not absent and not wrong:
        yield ok("PJSIP", f"{len(names)} endpoints as in the template")
