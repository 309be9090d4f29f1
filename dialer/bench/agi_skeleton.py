"""The floor of ``bench fastagi``: as little of a FastAGI server as asyncio allows, a process of its own.

It reads to the blank line, says the one command that the product says, reads one answer. Run as
``python -m dialer.bench.agi_skeleton``; prints its port. Standard library only.
"""

from __future__ import annotations

import asyncio
import sys

COMMAND = b'EXEC MSet "WARMLINE_ROOM=rbench-0001,WARMLINE_RECORD=1,WARMLINE_DO=join"\n'


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One conversation."""
    await reader.readuntil(b"\n\n")
    writer.write(COMMAND)
    await reader.readline()
    writer.close()


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
