"""The files of the decision log: nothing that was answered is lost, whatever happens to the process or the disk."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.log import DecisionLog, Sync, decision_of
from service.delivery.receipts import receipt, verify
from service.delivery.segments_files import Kind, Record, Segment, record, records, segments
from service.errors import StorageUnavailable
from tests.service.delivery.shelves import NONCE, SIGNING, decided, reader, shelf
from tests.service.delivery.shelves import NOW as START


def kept(folder: Path) -> list[Record]:
    """All records of all segments."""
    found: list[Record] = []
    for path in segments(folder):
        with path.open("rb") as file:
            found += records(file, 0)
    return found


def ids(found: Sequence[Record]) -> list[UUID]:
    told = [orjson.loads(decision_of(one.payload).body) for one in found if one.kind == Kind.DECISION]
    return [UUID(one["id"]) for one in told]


def kinds(found: Sequence[Record]) -> str:
    return "".join(one.kind.name[0] for one in found)


@pytest.mark.parametrize("sync", ["os", "disk"])
async def test_what_is_appended_at_once_lies_there_in_order_with_its_shelf_told_once(
    tmp_path: Path, sync: Sync
) -> None:
    log = DecisionLog(tmp_path / "log", lambda: START, sync=sync)
    many = [decided(number, reader()) for number in range(50)]
    await asyncio.gather(*(log.decided(receipt(one, SIGNING, NONCE), one.shelved) for one in many))
    await log.shown({"kind": "exposure"})
    other = replace(shelf(slug="pascoa"), snapshot="p" * 64)
    await log.decided(receipt(decided(99, shelved=other), SIGNING, NONCE), other)
    found = kept(log.folder)
    assert kinds(found) == "S" + "D" * 50 + "E" + "S" + "D"
    assert ids(found) == [one.id for one in many] + [decided(99).id]
    assert all(verify(*decision_of(one.payload), SIGNING) for one in found if one.kind == Kind.DECISION)
    assert orjson.loads(found[0].payload)["hash"] == shelf().snapshot
    await log.close()


async def test_a_segment_that_is_old_or_full_is_followed_by_another_which_tells_the_shelf_again(tmp_path: Path) -> None:
    time = [START]
    log = DecisionLog(tmp_path, lambda: time[0])
    for _ in range(2):
        await log.decided(receipt(decided(), SIGNING, NONCE), shelf())
    time[0] += timedelta(hours=1)
    await log.decided(receipt(decided(), SIGNING, NONCE), shelf())
    await log.shown({"long": "x" * (64 << 20)})
    time[0] += timedelta(seconds=1)
    await log.decided(receipt(decided(), SIGNING, NONCE), shelf())
    assert [kinds(kept_in(path)) for path in segments(tmp_path)] == ["SDD", "SDE", "SD"]
    assert log.current == segments(tmp_path)[-1]
    time[0] += timedelta(hours=2)
    log.roll()
    assert kinds(kept_in(segments(tmp_path)[-1])) == "SD" and len(segments(tmp_path)) == 3
    await log.decided(receipt(decided(), SIGNING, NONCE), shelf())
    assert len(segments(tmp_path)) == 4
    await log.close()


def kept_in(path: Path) -> list[Record]:
    with path.open("rb") as file:
        return list(records(file, 0))


async def test_a_caller_that_leaves_takes_nobody_elses_decision_along(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path, lambda: START)
    calls = [asyncio.create_task(log.decided(receipt(decided(number), SIGNING, NONCE), shelf())) for number in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(one) for one in done] == [type(None), asyncio.CancelledError, type(None)]
    assert set(ids(kept(tmp_path))) >= {decided(0).id, decided(2).id}
    await log.close()


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    syncs: tuple[Sync, ...] = ("os", "disk")
    for sync in syncs:
        log = DecisionLog(tmp_path / sync, lambda: START, sync=sync)
        call = asyncio.create_task(log.decided(receipt(decided(), SIGNING, NONCE), shelf()))
        await asyncio.sleep(0)
        await log.close()
        await call
        assert kinds(kept(tmp_path / sync)) == "SD"


async def test_where_nothing_can_be_written_nothing_is_answered(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    log = DecisionLog(tmp_path / "log", lambda: START)
    with pytest.raises(StorageUnavailable):
        await log.decided(receipt(decided(), SIGNING, NONCE), shelf())
    (tmp_path / "log").unlink()
    await log.decided(receipt(decided(), SIGNING, NONCE), shelf())
    assert kinds(kept(tmp_path / "log")) == "SD"
    await log.close()


@given(st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=40)), max_size=6), st.data())
def test_reading_stops_at_what_was_not_written_to_its_end(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[Kind, bytes]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("torn") / "one"
    raw = b"".join(record(*one) for one in written)
    cut = data.draw(st.integers(0, len(raw)))
    path.write_bytes(raw[:cut] + data.draw(st.sampled_from((b"", bytes(40), b"\xff" * 40))))
    ends = list(accumulate(len(record(*one)) for one in written))
    found = [(one.kind, one.payload) for one in kept_in(path)]
    assert found == written[: len(found)]  # nothing that was never written
    assert len(found) >= sum(end <= cut for end in ends)  # and all that was written to its end


FULL = """
import asyncio, resource, sys
from pathlib import Path
from service.delivery.log import DecisionLog
from service.delivery.receipts import receipt
from service.errors import StorageFull
from tests.service.delivery.shelves import NONCE, NOW, SIGNING, decided, reader, shelf

async def main() -> None:
    log = DecisionLog(Path(sys.argv[1]), lambda: NOW)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    for number in range(40):
        one = decided(number, reader())
        try:
            await log.decided(receipt(one, SIGNING, NONCE), one.shelved)
        except StorageFull:
            print("full", number, flush=True)
            if number > 30:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        else:
            print(one.id, flush=True)

asyncio.run(main())
"""


def test_a_full_disk_refuses_whole_decisions_and_the_next_one_that_fits_is_kept(tmp_path: Path) -> None:
    """With a limit on the size of files, which the system enforces as it does the end of a disk."""
    lines = asyncio.run(_said(FULL, tmp_path))
    refused = [line for line in lines if line.startswith("full")]
    answered = [UUID(line) for line in lines if not line.startswith("full")]
    assert len(refused) > 10 and len(answered) > 10 and lines[-1] == str(answered[-1])
    assert ids(kept(tmp_path)) == answered


async def _said(program: str, folder: Path) -> list[str]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(folder), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    assert child.returncode == 0
    return out.decode().splitlines()


LOADED = """
import asyncio, os, sys
from pathlib import Path
from service.delivery.log import DecisionLog
from service.delivery.receipts import receipt
from tests.service.delivery.shelves import NONCE, NOW, SIGNING, decided, reader, shelf
from uuid import uuid4

async def caller(log: DecisionLog) -> None:
    while True:
        one = decided(0, reader())._replace(id=uuid4())
        await log.decided(receipt(one, SIGNING, NONCE), one.shelved)
        os.write(1, f"{one.id}\\n".encode())

async def main() -> None:
    log = DecisionLog(Path(sys.argv[1]), lambda: NOW)
    await asyncio.gather(*(caller(log) for _ in range(20)))

asyncio.run(main())
"""


async def test_a_killed_process_has_kept_every_decision_that_it_answered(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOADED, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    answered = [UUID((await child.stdout.readline()).decode().strip()) for _ in range(500)]
    child.send_signal(signal.SIGKILL)
    rest = (await child.stdout.read()).decode().splitlines()
    await child.wait()
    answered += [UUID(line) for line in rest if len(line) == 36]
    assert set(answered) <= set(ids(kept(tmp_path)))


def test_nobody_takes_a_segment_for_a_dead_ones_while_it_is_written(tmp_path: Path) -> None:
    segment = Segment(tmp_path, "one")
    assert [path.name for path in segments(tmp_path)] == ["one.segment"]
    assert [path.name for path in tmp_path.iterdir()] == ["one.segment"]
    segment.close()
