"""From the decision log into the records: everything, once, and nothing thrown away that was not taken."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import httpx
import orjson
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import decisions, outcomes, snapshots, workspaces
from service.delivery.log import DecisionLog
from service.delivery.receipts import receipt, verify
from service.delivery.segments_files import segments
from service.delivery.snapshot import snapshot_of
from service.delivery.taking import Taker
from tests.service.delivery.shelves import NONCE, NOW, SIGNING, WORKSPACE, decided, named, reader, shelf
from tests.service.delivery.support import selling
from tests.support import PATIENCE, fill, running


async def casa(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(
            sa.insert(workspaces).values(
                id=WORKSPACE, slug="casa", name="Casa", default_locale="pt-BR", timezone="UTC", voice="", created_at=NOW
            )
        )


async def said(log: DecisionLog, *numbers: int, workspace: UUID = WORKSPACE) -> None:
    for number in numbers:
        one = decided(number, reader(), shelved=shelf(workspace=workspace))
        await log.decided(receipt(one, SIGNING, NONCE), one.shelved)


async def taken(database: Database) -> list[UUID]:
    async with database.read() as connection:
        return list(await connection.scalars(sa.select(decisions.c.id).order_by(decisions.c.id)))


def ids(*numbers: int) -> list[UUID]:
    return sorted(map(named, numbers))


async def test_what_was_decided_is_in_the_records_as_it_was_written(database: Database, tmp_path: Path) -> None:
    await casa(database)
    log = DecisionLog(tmp_path / "log", lambda: NOW)
    one = decided(5, reader())
    kept = receipt(one, SIGNING, NONCE)
    await log.decided(kept, one.shelved)
    await log.shown(
        {
            "workspace_id": WORKSPACE, "decision_id": one.id, "kind": "exposure", "dedupe": "e-1", "source": "beacon",
            "at": NOW, "received_at": NOW,
        }
    )  # fmt: skip
    await Taker(database, log).caught_up()
    async with database.read() as connection:
        row = (await connection.execute(sa.select(decisions))).one()
        shelved = (await connection.execute(sa.select(snapshots))).one()
        shown = (await connection.execute(sa.select(outcomes))).one()
    told = orjson.loads(kept.body)
    assert (row.receipt, row.signature) == kept and verify(row.receipt, row.signature, SIGNING)
    assert (row.id, row.workspace_id, row.at, row.propensity) == (one.id, WORKSPACE, NOW, 0.5)
    for name in ("channel", "revision", "rung", "audience", "reason", "placement", "snapshot"):
        assert getattr(row, name) == told[name], name
    assert (row.variant_id, row.key_id) == (UUID(told["variant"]), reader().key_id)
    assert (shelved.hash, shelved.data) == snapshot_of(one.shelved)
    assert (shown.decision_id, shown.kind, shown.properties, shown.at) == (one.id, "exposure", {}, NOW)
    await log.close()


async def test_what_is_taken_again_is_there_once(database: Database, tmp_path: Path) -> None:
    await casa(database)
    log = DecisionLog(tmp_path / "log", lambda: NOW)
    takers = [Taker(database, log), Taker(database, log)]
    await said(log, *range(60))
    await asyncio.gather(*(taker.caught_up() for taker in takers))
    for path in log.folder.glob("*.taken"):
        path.unlink()
    await said(log, 60)
    await asyncio.gather(*(taker.caught_up() for taker in takers))
    assert await taken(database) == ids(*range(61))
    await log.close()


async def test_a_segment_goes_when_it_is_taken_and_nobody_writes_it(sqlite_database: Database, tmp_path: Path) -> None:
    await casa(sqlite_database)
    time = [NOW]
    log = DecisionLog(tmp_path / "log", lambda: time[0])
    taker = Taker(sqlite_database, log)
    await said(log, 1)
    await taker.caught_up()
    assert len(segments(tmp_path / "log")) == 1
    time[0] += timedelta(hours=1)
    await said(log, 2)
    await taker.caught_up()
    assert segments(tmp_path / "log") == [log.current]
    await log.close()
    await taker.caught_up()
    assert list((tmp_path / "log").iterdir()) == []
    assert await taken(sqlite_database) == ids(1, 2)


class Patient(Taker):
    """Looks by itself when every test is long over."""

    rest: ClassVar[float] = 10 * PATIENCE


async def test_what_is_said_is_taken_without_waiting_for_a_look(sqlite_database: Database, tmp_path: Path) -> None:
    await casa(sqlite_database)
    log = DecisionLog(tmp_path / "log", lambda: NOW)
    task = asyncio.create_task(Patient(sqlite_database, log).run())
    await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE):
        for number in (1, 2):
            await said(log, number)
            while await taken(sqlite_database) != ids(*range(1, number + 1)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    task.cancel()
    await log.close()


async def test_another_living_process_keeps_its_segment_and_what_it_says_is_found(
    sqlite_database: Database, tmp_path: Path
) -> None:
    await casa(sqlite_database)
    ours, other = DecisionLog(tmp_path / "log", lambda: NOW), DecisionLog(tmp_path / "log", lambda: NOW)
    await said(other, 1)
    await Taker(sqlite_database, ours).caught_up()
    assert await taken(sqlite_database) == ids(1)
    assert [path.name for path in (tmp_path / "log").iterdir()] == [path.name for path in segments(tmp_path / "log")]
    await said(other, 2)
    await other.close()
    task = asyncio.create_task(Taker(sqlite_database, ours).run())
    async with asyncio.timeout(PATIENCE):
        while segments(tmp_path / "log"):  # noqa: ASYNC110 - a file that goes has no event to wait for
            await asyncio.sleep(0.01)
    task.cancel()
    assert await taken(sqlite_database) == ids(1, 2)


async def test_a_torn_segment_is_taken_up_to_there_and_put_aside(sqlite_database: Database, tmp_path: Path) -> None:
    await casa(sqlite_database)
    log = DecisionLog(tmp_path / "log", lambda: NOW)
    await said(log, 1, 2)
    path = log.current
    await log.close()
    assert path is not None
    path.write_bytes(path.read_bytes()[:-1])
    await Taker(sqlite_database, log).caught_up()
    assert await taken(sqlite_database) == ids(1)
    assert [one.suffix for one in (tmp_path / "log").iterdir()] == [".torn"]


async def test_what_these_records_cannot_hold_keeps_nothing_else_out(database: Database, tmp_path: Path) -> None:
    """A data folder beside records of another day: the workspace is not in them."""
    await casa(database)
    log = DecisionLog(tmp_path / "log", lambda: NOW)
    await said(log, 1)
    await said(log, 2, workspace=uuid4())
    await said(log, 3)
    await log.close()
    await Taker(database, log).caught_up()
    assert await taken(database) == ids(1, 3) and list((tmp_path / "log").iterdir()) == []


SERVED = """
import asyncio, sys
from pathlib import Path
from service.db.engine import Database
from evaluation.loopback import served
from tests.support import running

async def main() -> None:
    folder, url, key = sys.argv[1:]
    async with running(Database(url), Path(folder), keys={"casa": key}) as service, served(service.app) as at:
        await service.seen()
        print(at, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_every_decision_that_a_killed_service_answered_is_in_the_records(
    sqlite_database: Database, sqlite_url: str, tmp_path: Path
) -> None:
    async with running(sqlite_database, tmp_path) as service:
        await fill(service)
        await selling(service)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVED, str(tmp_path), sqlite_url, service.keys["casa"], stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    answered: list[str] = []
    async with httpx.AsyncClient(
        base_url=(await child.stdout.readline()).decode().strip(),
        headers={"Authorization": f"Bearer {service.keys['casa']}"},
        timeout=PATIENCE,
    ) as http:

        async def caller() -> None:
            while True:
                answer = await http.get("/v1/copy", params={"campaign": "cafe", "recipient": "c-1"})
                answered.append(answer.json()["decision_id"])
                if len(answered) == 200:
                    child.send_signal(signal.SIGKILL)

        ended = await asyncio.gather(*(caller() for _ in range(12)), return_exceptions=True)
    await child.wait()
    assert all(isinstance(one, httpx.TransportError) for one in ended), ended
    log = DecisionLog(tmp_path / "decisions", lambda: NOW)
    await Taker(sqlite_database, log).caught_up()
    assert len(answered) >= 200 and {UUID(one) for one in answered} <= set(await taken(sqlite_database))
    assert list(log.folder.iterdir()) == []
