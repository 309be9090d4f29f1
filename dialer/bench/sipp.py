"""The far side of ``bench dial``: SIPp, a SIP peer that is none of ours, picking up every call and hanging up again.

Standard library only.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.errors import BadInput

SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="picks up, talks a moment, hangs up">
  <recv request="INVITE" rrs="true"/>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]bench[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Length: 0

]]></send>
  <send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]bench[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000

]]></send>
  <recv request="ACK" rtd="true"/>
  <pause milliseconds="{talk_ms}"/>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
[last_Via:]
From: [$1]
To: [$2]
[last_Call-ID:]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>
</scenario>
"""
"""``{talk_ms}`` is how long the party stays on the line after the PBX's ACK."""


@contextmanager
def answering(port: int, talk_ms: int, home: Path) -> Iterator[None]:
    """SIPp picks up on ``port`` while the block runs. Raises BadInput where it is not installed."""
    program = shutil.which("sipp")
    if program is None:
        raise BadInput("SIPp is not installed (Debian's package is called sip-tester)")
    scenario = home / "picks-up.xml"
    scenario.write_text(_scenario(talk_ms), encoding="utf-8")
    words = [program, "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1", "-nostdin"]
    with (home / "sipp.log").open("wb") as log:
        process = subprocess.Popen(
            [*words, "-trace_err", "-error_file", str(home / "sipp.err")],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=home,
        )
    time.sleep(0.5)
    if process.poll() is not None:
        raise RuntimeError(f"SIPp did not start: {(home / 'sipp.log').read_text(errors='replace')[-500:]}")
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _scenario(talk_ms: int) -> str:
    """Who called and who was called, kept by two actions at the INVITE, are needed for the BYE."""
    keep = (
        '<recv request="INVITE" rrs="true"><action>'
        '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="2"/>'
        '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="3"/>'
        '<assignstr assign_to="1" value="[$3];tag=[pid]bench[call_number]"/>'
        "</action></recv>"
    )
    return SCENARIO.replace('<recv request="INVITE" rrs="true"/>', keep).replace("{talk_ms}", str(talk_ms))
