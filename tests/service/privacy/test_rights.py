"""Seeing everything that is kept, and being forgotten."""

from __future__ import annotations

import asyncio
import os
import re
import string
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.db import tables
from service.db.changes import Change
from service.db.engine import Database
from service.db.following import Follower
from service.delivery.lead_keys import LeadKeyStore
from service.delivery.models import Ask
from service.delivery.receipts import PURPOSE, receipt
from service.privacy.daily import RetentionClock
from service.privacy.erasing import Eraser
from service.privacy.signing import Signer
from service.privacy.work import PrivacyWork
from service.workspaces.store import WorkspaceStore
from tests.service.delivery.shelves import decided, reader, shelf
from tests.service.privacy.people import SECRET, draft, event, known, said_anywhere, word
from tests.support import CONSENTS, CONTRACT, NOW, PATIENCE, Running, running, written

KINDS = {
    "leads": 1, "events": 2, "histories": 1, "memberships": 1, "appointments": 1, "cluster_members": 1, "scores": 1,
    "actions": 1, "variants": 1, "consents": 2, "identities": 3,
}  # fmt: skip


async def erased(service: Running, external_id: str, workspace: str = "casa") -> dict[str, Any]:
    async with service.client(workspace) as http:
        answer = await http.delete(f"/v1/leads/{external_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_an_export_shows_everything_that_an_erasure_removes(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        await http.put("/v1/contract", json={"attributes": CONTRACT})
        await known(service)
        await service.indexed()
        told = await http.get(f"/v1/leads/{word('id')}/export")
        page = await http.get(f"/v1/leads/{word('id')}/export", params={"format": "html"})
    found = told.json()
    for place in (
        "name",
        "mail",
        "notes",
        "tag",
        "source",
        "proof",
        "event",
        "before",
        "folded",
        "reason",
        "why",
        "draft",
    ):
        assert word(place) in told.text, place
        assert word(place) in page.text, place
    assert len(found["events"]) == KINDS["events"] and len(found["consents"]) == KINDS["consents"]
    assert found["audiences"][0]["name"] == "Café" and found["scores"][0]["reasons"] == [word("reason")]
    assert len(found["vector"]) == 64 and found["decisions"] == []
    assert found["attributes"]["may_profile"]["value"] is True
    assert '<html lang="pt-BR">' in page.text and "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_erasing_leaves_a_receipt_and_nothing_of_the_lead(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        await known(service)
        other = await known(service, "other")
        receipt = await erased(service, word("id"))
        assert {kind: receipt["erased"][kind] for kind in KINDS} == KINDS
        assert (receipt["workspace"], receipt["at"]) == ("casa", "2026-11-22T12:00:00Z")
        assert SECRET not in str(receipt)
        assert await said_anywhere(database, word("id")) == []
        async with database.read() as connection:
            for table in tables.metadata.sorted_tables:
                if "lead_id" in table.columns:
                    owners = set((await connection.execute(sa.select(table.c.lead_id))).scalars())
                    assert owners <= {other, None}, table.name
        for method, path in (("DELETE", ""), ("GET", ""), ("GET", "/export"), ("GET", "/consents")):
            answer = await http.request(method, f"/v1/leads/{word('id')}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "lead.unknown")
        assert (await http.get("/v1/erasures")).json() == {"items": [receipt]}
        assert (await http.get(f"/v1/erasures/{receipt['id']}")).json() == receipt
        await service.indexed()
        assert (await http.get("/v1/index")).json()["leads"] == 0


async def test_what_another_lead_did_on_the_same_device_stays(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service:
        lead, other = await known(service), await known(service, "other")
        async with database.write() as connection:
            workspace = await connection.scalar(sa.select(tables.workspaces.c.id))
            for whose, said in ((other, "hers"), (None, "nobodys"), (lead, "his")):
                row = event(whose, said, NOW) | {"anonymous_id": word("device-other"), "workspace_id": workspace}
                await connection.execute(sa.insert(tables.events).values(row))
            await connection.execute(
                sa.insert(tables.variants).values(workspace_id=workspace, **draft(None, "everybodys", NOW))
            )
        await erased(service, word("id"))
    assert await said_anywhere(database, "hers") == await said_anywhere(database, "nobodys") == ["events"]
    assert await said_anywhere(database, "his-") == []
    assert await said_anywhere(database, "everybodys") == ["variants"]


async def test_a_receipt_can_be_checked_and_not_be_forged(shop: Running) -> None:
    receipt = await erased(shop, "c-1")
    await shop.workspace("vizinha")

    async def verdict(changed: dict[str, Any], workspace: str = "casa", **more: str) -> tuple[bool, bool | None]:
        async with shop.client(workspace) as http:
            answer = await http.post("/v1/erasures:verify", json={"receipt": changed, **more})
        return answer.json()["valid"], answer.json()["matches"]

    assert await verdict(receipt) == (True, None)
    assert await verdict(receipt, external_id="c-1") == (True, True)
    assert await verdict(receipt, external_id="c-2") == (True, False)
    assert await verdict(receipt, "vizinha", external_id="c-1") == (False, False)
    for forged in (
        receipt | {"at": "2026-11-23T12:00:00Z"},
        receipt | {"erased": receipt["erased"] | {"events": 9}},
        receipt | {"note": "and more"},
        receipt | {"signature": "!"},
        receipt | {"public_key": Signer(b"x" * 32).public_key},
        {},
    ):
        assert await verdict(forged, external_id="c-1") == (False, False)
    async with shop.client("vizinha") as http:
        assert (await http.get(f"/v1/erasures/{receipt['id']}")).json()["code"] == "erasure.unknown"
        assert (await http.get("/v1/erasures")).json() == {"items": []}


async def test_erasures_at_once_are_each_seen_through(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service, service.client() as http:
        await http.put("/v1/contract", json={"attributes": CONTRACT})
        for number in range(8):
            body = {"traits": {"categoria": "cafe"}, "consents": CONSENTS}
            await http.put(f"/v1/leads/{number}", json=body)
        await service.indexed()
        receipts = await asyncio.gather(*(erased(service, str(number)) for number in range(7)))
        assert (await http.get("/v1/index")).json()["leads"] == 1
    records = "done" if database.is_sqlite else "left_to_the_server"
    assert {(one["records"], one["index"]) for one in receipts} == {(records, "done")}


async def test_an_erasure_that_was_cut_short_is_seen_through_later(database: Database, tmp_path: Path) -> None:
    async with running(database, tmp_path) as service:
        await known(service)
        wired = service.services
        async with database.read() as connection:
            workspace = await WorkspaceStore(connection).get("casa")
        busy = Eraser(database, wired.index, Busy(database, wired.clock), wired.signer, wired.clock)
        queued = await busy.erase(workspace, word("id"))
        assert queued.index == "queued" and busy.valid(workspace, queued)
        work = PrivacyWork(database, replace(busy, follower=wired.follower), wired.clock)
        work.register(wired.jobs)
        await RetentionClock(database, wired.jobs, wired.clock).look()
        async with asyncio.timeout(PATIENCE):
            while not await _finished(service):  # noqa: ASYNC110 - a job has no event to wait for
                await asyncio.sleep(0.05)
        async with service.client() as http:
            done = (await http.get(f"/v1/erasures/{queued.id}")).json()
            assert done["index"] == "done"
            assert (await http.post("/v1/erasures:verify", json={"receipt": done})).json()["valid"]


class Busy(Follower):
    """Follows nothing, as one does that has a million changes to go."""

    async def name(self) -> str:
        return "busy"

    async def take(self, batch: Sequence[Change]) -> None:
        """Never called."""

    async def wait(self, seconds: float, report: object = None) -> bool:
        return False


async def _finished(service: Running) -> bool:
    async with service.client() as http:
        jobs = (await http.get("/v1/jobs")).json()["items"]
    return {job["kind"]: job["status"] for job in jobs} == {"erasure": "done", "retention": "done"}


async def test_erasing_while_the_same_lead_is_imported(database: Database, tmp_path: Path) -> None:
    """Whatever comes first, no call fails, no row is left without its lead, and what was erased is gone."""
    async with running(database, tmp_path) as service, service.client() as http:
        for attempt in range(6):
            name = f"race-{attempt}"
            await known(service, name)
            lines = "".join(f'{{"external_id": "{one}", "traits": {{"city": "Recife"}}}}\n' for one in (name, "x", "y"))
            deleted, *imports = await asyncio.gather(
                http.delete(f"/v1/leads/{name}"), *(_import(http, lines) for _ in range(3))
            )
            assert deleted.status_code == 200, deleted.text
            assert {answer.status_code for answer in imports} == {200}
            assert deleted.json()["erased"]["events"] == 2
            assert await said_anywhere(database) == [], attempt
            async with database.read() as connection:
                kept = (await connection.scalars(sa.select(tables.leads.c.id))).all()
                for table in tables.metadata.sorted_tables:
                    if "lead_id" in table.columns:
                        owners = set((await connection.execute(sa.select(table.c.lead_id))).scalars())
                        assert owners <= {*kept, None}, table.name


async def _import(http: httpx.AsyncClient, lines: str) -> httpx.Response:
    return await http.post(
        "/v1/leads:import", content=lines, headers={"Content-Type": "application/x-ndjson"}, timeout=60
    )


WORDS = st.text(string.ascii_lowercase, min_size=6, max_size=40).map(lambda text: SECRET + text)


@given(said=st.lists(WORDS, min_size=8, max_size=8), crowd=st.integers(0, 30), between=st.booleans())
@settings(
    phases=(Phase.explicit, Phase.generate),  # an example takes seconds, too long to make it smaller
    max_examples=3, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
async def test_no_file_holds_anything_of_an_erased_lead(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, said: list[str], crowd: int, between: bool
) -> None:
    """Bytes of every file in the data folder, while the service still runs. What was decided for the lead stays."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "records.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{folder / 'records.db'}")
    async with running(database, folder, own_index=True) as service, service.client() as http:
        await http.put("/v1/contract", json={"attributes": CONTRACT})
        await _crowd(service, crowd // 2)
        lead = await known(service, said[0])
        decision, key = await _decided(service, lead, said[0])
        await _say(service, lead, said)
        if between:  # what lies beside it in the files moves about
            await _crowd(service, crowd)
        await service.indexed()
        vector = (await http.get(f"/v1/leads/{said[0]}/export")).json()["vector"]
        assert _files_with(folder, *said, SECRET) and _files_with(folder, key) and vector
        receipt = await erased(service, said[0])
        assert (receipt["records"], receipt["index"]) == ("done", "done")
        assert _files_with(folder, *said, SECRET, key) == []
        assert any(name.endswith(".segment") for name in _files_with(folder, decision))
        kept = (await http.get(f"/v1/decisions/{decision}")).json()
        assert (kept["receipt"]["rung"], kept["valid"], kept["erased"]) == ("audience", True, True)
    await database.close()


async def _decided(service: Running, lead: UUID, external_id: str) -> tuple[str, bytes]:
    """Two decisions for that lead, one of them taken into the records already, and the lead's key."""
    services = service.services
    async with services.database.write() as connection:
        workspace = UUID(str(await connection.scalar(sa.select(tables.workspaces.c.id))))
        key = (await LeadKeyStore(connection, workspace).ensure([lead], NOW, os.urandom))[lead]
    for number in range(2):
        await services.taker.caught_up()
        ask = Ask("email", None, word("delivery"), external_id)
        made = decided(number, reader(word("name"), lead=lead, key=key), ask, shelved=shelf(workspace=workspace))
        written = receipt(made, services.signer.key(PURPOSE), os.urandom(12))
        await services.decisions.decided(written, made.shelved)
    return str(made.id), key.key


async def _crowd(service: Running, size: int) -> None:
    async with service.client() as http:
        for number in range(size):
            body = {"traits": {"firstName": f"Ana {number}", "categoria": "plantas"}, "consents": CONSENTS}
            await http.put(f"/v1/leads/crowd-{number}", json=body)


async def _say(service: Running, lead: Any, said: list[str]) -> None:
    """More of everything, some of it too long for one page of a file."""
    async with service.services.database.write() as connection:
        workspace = await connection.scalar(sa.select(tables.workspaces.c.id))
        for text in said:
            row = event(lead, text, NOW) | {"properties": {"long": text * 200}, "workspace_id": workspace}
            await connection.execute(sa.insert(tables.events).values(row))
            await connection.execute(
                sa.insert(tables.variants).values(workspace_id=workspace, **draft(lead, text * 300, NOW))
            )


def _files_with(folder: Path, *words: str | bytes) -> list[str]:
    raw = [word.encode() if isinstance(word, str) else word for word in words]
    any_of = re.compile(b"|".join(map(re.escape, raw)), re.IGNORECASE)
    return [path.name for path in folder.rglob("*") if path.is_file() and any_of.search(written(path))]
