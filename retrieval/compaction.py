"""Building a shard's search graph without stopping the world.

The engine's `optimize` holds the interpreter lock for as long as it works: 22 s for 50,000 points, during which no
other Python code of the process runs. So a copy of the shard is optimised by a child process and then takes the live
one's place.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Coroutine
from pathlib import Path

# Run with -P, so that the child does not import from the folder it happens to start in. It yields to the service.
PROGRAM = """
import os, sys
from qdrant_edge import EdgeShard
if hasattr(os, "nice"):
    os.nice(10)
shard = EdgeShard.load(sys.argv[1])
shard.optimize()
shard.flush()
shard.close()
"""


class CompactionError(Exception):
    """The child process did not finish its work; the message is what it wrote last."""


async def to_the_end(work: Coroutine[object, object, object]) -> None:
    """Await work that must not stop half-way: cancelling waits for it to end."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def copy(live: Path, to: Path) -> None:
    """Copy a shard that is flushed and not written to meanwhile."""
    await to_the_end(asyncio.to_thread(shutil.copytree, live, to))


def remove(path: Path) -> None:
    """Remove a shard's folder if it is there."""
    shutil.rmtree(path, ignore_errors=True)


async def optimize(path: Path) -> None:
    """Merge and index the shard in that folder, which nobody has open. Cancelling ends the child process."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-c", PROGRAM, str(path)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise CompactionError(said.decode(errors="replace")[-2000:])
