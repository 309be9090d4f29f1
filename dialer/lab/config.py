"""The configuration files of the lab's two instances: the product's own templates, and the telephone network's.

The PBX is configured from ``agi/dialplan/*.j2``, the same files a customer installs. May import jinja2 and the lab.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from dialer.lab import behaviours, modules, voices

PBX_TEMPLATES = Path(__file__).resolve().parents[2] / "agi" / "dialplan"
NETWORK_TEMPLATES = Path(__file__).resolve().parent / "network"
_SHARED = ("asterisk.conf", "logger.conf", "modules.conf", "rtp.conf")
_PBX = (
    "extensions.conf",
    "pjsip.conf",
    "manager.conf",
    "http.conf",
    "confbridge.conf",
    "musiconhold.conf",
    "amd.conf",
)
_NETWORK = ("extensions.conf", "pjsip.conf", "manager.conf")
WATCHER = """
; The lab's own look: is the PBX fully booted? It can do nothing. No part of a real installation.
[{user}]
secret = {secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system
write =
"""
WATCHER_USER = "lab"
_PLAIN = {
    # Asterisk looks for these and warns when they are absent; their defaults are right.
    "acl.conf": "",
    "ccss.conf": "[general]\n",
    "cdr.conf": "[general]\nenable = no\n",
    "cel.conf": "[general]\nenable = no\n",
    "cli.conf": "",
    "cli_permissions.conf": "[general]\ndefault_perm = permit\n",
    "codecs.conf": "",
    "dsp.conf": "[default]\n",
    "features.conf": "[general]\n",
    "http.conf": "[general]\nenabled = no\n",
    "indications.conf": "[general]\ncountry = ru\n[ru]\ndescription = Russia\nringcadence = 1000,4000\ndial = 425\n"
    "busy = 425/400,0/400\nring = 425/1000,0/4000\ncongestion = 425/175,0/175\n",
    "pjproject.conf": "",
    "sorcery.conf": "",
    "stasis.conf": "",
    "udptl.conf": "[general]\n",
}


def pbx(**values: Any) -> dict[str, str]:
    """Return file name -> text of the PBX. ``values`` are the templates' variables; a missing one is an error."""
    shared = _render(PBX_TEMPLATES, _SHARED, {**values, "modules": modules.PBX})
    files = {**_PLAIN, "cdr.conf": "[general]\nenable = yes\n", "cdr_manager.conf": "[general]\nenabled = yes\n"}
    files.update(shared, **_render(PBX_TEMPLATES, _PBX, values))
    files["manager.conf"] += WATCHER.format(user=WATCHER_USER, secret=values["watcher_secret"])
    return files


def network(**values: Any) -> dict[str, str]:
    """Return file name -> text of the telephone network."""
    shared = _render(PBX_TEMPLATES, _SHARED, {**values, "modules": modules.NETWORK})
    values = {**values, "table": behaviours.TABLE, "voice_count": voices.COUNT}
    return {**_PLAIN, **shared, **_render(NETWORK_TEMPLATES, _NETWORK, values)}


def _render(folder: Path, names: tuple[str, ...], values: dict[str, Any]) -> dict[str, str]:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - configuration files, no HTML
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return {name: env.get_template(f"{name}.j2").render(values) for name in names}
