"""The folder of an embedded index: who owns it, what survives, and what is given up."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from retrieval.edge import EdgeIndex
from retrieval.errors import IndexLocked, IndexMismatch
from retrieval.types import Filter, Point, Vector
from tests.support import written

ROOT = Path(__file__).parents[2]


async def opened(path: Path, compact_after: int = 10_000) -> EdgeIndex:
    return await EdgeIndex.open(path, "m", 8, compact_after=compact_after)


def unit(number: int) -> Vector:
    found = np.random.default_rng(number).standard_normal(8).astype(np.float32)
    return found / np.float32(np.linalg.norm(found))


def points(numbers: range) -> list[Point]:
    return [Point(UUID(int=number + 1), "a", unit(number), {"number": number}) for number in numbers]


async def test_points_and_identity_are_there_when_opened_again(tmp_path: Path) -> None:
    first = await opened(tmp_path)
    identity = await first.identity()
    await first.upsert("leads", points(range(3)))
    await first.close()
    await first.close()

    again = await opened(tmp_path)

    assert await again.identity() == identity
    assert await again.count("leads", "a") == 3
    await again.close()


async def test_a_second_owner_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    owner = await opened(tmp_path)
    await owner.upsert("leads", points(range(3)))
    with pytest.raises(IndexLocked) as refused:
        await opened(tmp_path)
    other = run("index = await EdgeIndex.open(path, 'm', 8)", tmp_path)
    assert "IndexLocked" in other.stderr

    await owner.upsert("leads", points(range(3, 6)))
    await owner.flush()
    await owner.close()

    again = await opened(tmp_path)
    assert refused.value.path == tmp_path
    assert str(refused.value.pid) in str(refused.value)
    assert await again.count("leads", "a") == 6
    await again.close()


def test_acknowledged_points_survive_a_kill(tmp_path: Path) -> None:
    killed = run(
        """
        index = await EdgeIndex.open(path, "m", 8)
        await index.upsert("leads", [Point(UUID(int=n + 1), "a", np.ones(8, np.float32), {}) for n in range(300)])
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        tmp_path,
    )
    assert killed.returncode == -signal.SIGKILL

    async def count() -> int:
        index = await opened(tmp_path)
        try:
            return await index.count("leads", "a")
        finally:
            await index.close()

    assert asyncio.run(count()) == 300


async def test_another_embedder_is_refused_or_begins_anew(tmp_path: Path) -> None:
    first = await opened(tmp_path)
    identity = await first.identity()
    await first.close()

    with pytest.raises(IndexMismatch):
        await EdgeIndex.open(tmp_path, "m", 4)
    fresh = await EdgeIndex.open(tmp_path, "n", 4, reset_on_mismatch=True)

    assert await fresh.identity() != identity
    await fresh.close()


@pytest.mark.parametrize("damage", ["manifest", "no manifest", "foreign manifest", "shard", "no shard"])
async def test_a_damaged_index_is_lost_and_begins_anew(tmp_path: Path, damage: str) -> None:
    first = await opened(tmp_path)
    identity = await first.identity()
    await first.upsert("leads", points(range(3)))
    await first.close()
    if damage == "manifest":
        (tmp_path / "index.json").write_text("{")
    elif damage == "no manifest":
        (tmp_path / "index.json").unlink()
    elif damage == "foreign manifest":
        (tmp_path / "index.json").write_text('{"name": "something else"}')
    elif damage == "shard":
        (tmp_path / "leads-1" / "edge_config.json").write_text("no")
    else:
        (tmp_path / "leads-1").rename(tmp_path / "elsewhere")

    again = await opened(tmp_path)

    assert await again.identity() != identity
    assert await again.count("leads", "a") == 0
    await again.upsert("leads", points(range(2)))
    assert await again.count("leads", "a") == 2
    await again.close()


async def test_compaction_keeps_what_is_written_meanwhile(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    await index.upsert("leads", points(range(200)))
    running = asyncio.create_task(index.compact("leads"))
    await asyncio.sleep(0)
    written = 200
    while not running.done() and written < 2_000:
        await index.upsert("leads", points(range(written, written + 5)))
        await index.delete("leads", "a", [UUID(int=written + 1)])
        written += 5
    await running

    kept = await index.nearest("leads", unit(0), Filter("a"), 10_000)
    assert len(kept) == await index.count("leads", "a") == 200 + (written - 200) // 5 * 4
    await index.close()
    again = await opened(tmp_path)
    assert await again.count("leads", "a") == len(kept)
    assert len(list(tmp_path.glob("leads-*"))) == 1
    await again.close()


async def test_enough_changes_compact_by_themselves(tmp_path: Path) -> None:
    index = await opened(tmp_path, compact_after=10)
    await index.upsert("leads", points(range(20)))
    while not (tmp_path / "leads-2").exists() or (tmp_path / "leads-1").exists():  # noqa: ASYNC110 - a child process
        await asyncio.sleep(0.05)

    assert await index.count("leads", "a") == 20
    await index.close()


async def test_closing_or_resetting_stops_a_compaction(tmp_path: Path) -> None:
    index = await opened(tmp_path, compact_after=10)
    await index.upsert("leads", points(range(20)))
    await asyncio.sleep(0.1)
    await index.reset()
    await index.upsert("leads", points(range(15)))
    await index.close()

    again = await opened(tmp_path)
    assert await again.count("leads", "a") == 15
    assert len(list(tmp_path.glob("leads-*"))) == 1
    await again.close()


def on_disk(path: Path, vector: Vector) -> bool:
    """Whether any file of the index holds a part of that vector, as it is or as the engine normalises it."""
    return any(vector[:4].tobytes() in written(found) for found in path.rglob("*") if found.is_file())


async def test_a_rebuild_leaves_no_byte_of_a_deleted_point(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    identity = await index.identity()
    await index.upsert("leads", points(range(300)))
    gone = (await index.retrieve("leads", "a", [UUID(int=8)]))[UUID(int=8)]
    await index.delete("leads", "a", [UUID(int=8)])
    await index.flush()
    assert on_disk(tmp_path, gone)  # which is why there are rebuilds

    assert await index.rebuild("leads")

    assert not on_disk(tmp_path, gone)
    assert await index.identity() == identity
    assert await index.count("leads", "a") == 299
    assert (await index.nearest("leads", unit(8), Filter("a"), 1))[0].payload == {"number": 8}
    await index.close()
    again = await opened(tmp_path)
    assert await again.count("leads", "a") == 299
    assert len(list(tmp_path.glob("leads-*"))) == 1
    await again.close()


async def test_rebuilds_asked_for_together_share_one(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    await index.upsert("leads", points(range(300)))

    async def erase(number: int) -> None:
        await index.delete("leads", "a", [UUID(int=number + 1)])
        await index.rebuild("leads")

    await asyncio.gather(*map(erase, range(20)), index.upsert("leads", points(range(300, 320))))

    assert await index.count("leads", "a") == 300
    (live,) = (found.name for found in tmp_path.glob("leads-*"))
    assert int(live.removeprefix("leads-")) <= 4
    await index.close()


async def test_a_compaction_under_way_does_not_bring_back_what_a_rebuild_removed(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    await index.upsert("leads", points(range(300)))
    gone = (await index.retrieve("leads", "a", [UUID(int=8)]))[UUID(int=8)]
    compacting = asyncio.create_task(index.compact("leads"))
    while len(list(tmp_path.glob("leads-*"))) < 2:  # noqa: ASYNC110 - until its copy is being made
        await asyncio.sleep(0.01)

    await index.delete("leads", "a", [UUID(int=8)])
    await index.rebuild("leads")
    await asyncio.wait([compacting])

    assert not on_disk(tmp_path, gone)
    assert await index.count("leads", "a") == 299
    await index.close()


async def test_closing_waits_for_a_rebuild(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    await index.upsert("leads", points(range(300)))
    rebuilding = asyncio.create_task(index.rebuild("leads"))
    await asyncio.sleep(0)
    await index.close()

    assert await rebuilding
    again = await opened(tmp_path)
    assert await again.count("leads", "a") == 300
    await again.close()


async def test_many_at_once_each_get_their_own_answer(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    await index.upsert("leads", points(range(50)))

    async def one(number: int) -> UUID:
        await index.upsert("leads", points(range(50 + number, 51 + number)))
        return (await index.nearest("leads", unit(50 + number), Filter("a"), 1))[0].id

    assert await asyncio.gather(*map(one, range(20))) == [UUID(int=51 + number) for number in range(20)]
    await index.close()


def run(body: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run the body in another process, as a coroutine with `path` at hand."""
    lines = "\n".join("    " + line.strip() for line in body.strip().splitlines())
    program = f"""
import asyncio, os, signal
from pathlib import Path
from uuid import UUID
import numpy as np
from retrieval.edge import EdgeIndex
from retrieval.types import Point
async def main(path):
{lines}
asyncio.run(main(Path({str(path)!r})))
"""
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
