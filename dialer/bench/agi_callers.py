"""Dialplans that ask, for ``bench fastagi``: so many conversations at a time until enough were had; and AGI by fork.

Standard library only; the forked script is pyst2's AGI as its manual shows it.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

ENVIRONMENT = (
    "agi_network: yes\nagi_network_script: answered\nagi_request: agi://127.0.0.1/answered\nagi_channel: PJSIP/x-1\n"
    "agi_language: en\nagi_type: PJSIP\nagi_uniqueid: abench-000001\nagi_version: 22.0.0\nagi_callerid: unknown\n"
    "agi_calleridname: unknown\nagi_callingpres: 0\nagi_callingani2: 0\nagi_callington: 0\nagi_callingtns: 0\n"
    "agi_dnid: unknown\nagi_rdnis: unknown\nagi_context: warmline-answered\nagi_extension: s\nagi_priority: 5\n"
    "agi_enhanced: 0.0\nagi_accountcode: \nagi_threadid: 1\nagi_arg_1: human\n\n"
)
QUIET = subprocess.DEVNULL
"""pyst2's AGI writes down all that was said."""
FORKED = (
    "from asterisk.agi import AGI\nagi = AGI()\n"
    "for name in ('ROOM', 'RECORD', 'DO'):\n    agi.set_variable('WARMLINE_' + name, 'x')\n"
)


async def _converse(port: int) -> float:
    """Milliseconds of one conversation."""
    begin = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ENVIRONMENT.encode())
    while await reader.readline():
        writer.write(b"200 result=0\n")
    writer.close()
    return (time.perf_counter() - begin) * 1000


async def _many(port: int, parallel: int, count: int) -> list[float]:
    left, took = iter(range(count)), list[float]()

    async def one_after_the_other() -> None:
        for _ in left:
            took.append(await _converse(port))

    await asyncio.gather(*(one_after_the_other() for _ in range(parallel)))
    return took


def sessions(port: int, parallel: int, count: int) -> tuple[float, list[float]]:
    """Conversations a second, and the milliseconds of each."""
    begin = time.perf_counter()
    took = asyncio.run(_many(port, parallel, count))
    return count / (time.perf_counter() - begin), took


def forks(count: int, parallel: int = 4) -> float:
    """Conversations a second when Asterisk starts a Python process for each."""
    begin = time.perf_counter()
    for first in range(0, count, parallel):
        running = [
            subprocess.Popen([sys.executable, "-c", FORKED], stdin=subprocess.PIPE, stdout=QUIET, stderr=QUIET)
            for _ in range(min(parallel, count - first))
        ]
        for one in running:
            one.communicate((ENVIRONMENT + "200 result=1\n" * 3).encode())
    return count / (time.perf_counter() - begin)
