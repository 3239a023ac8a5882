"""Lead files into the records."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.db.engine import Database
from service.db.tables import changes, consents, identities, leads
from service.errors import CannotRead, Invalid, StorageFull
from service.imports.lines import read_file
from service.imports.models import MOST_ERRORS, ImportReport
from service.leads.ingest import LeadImportOptions, import_leads
from service.leads.models import Lead
from service.leads.store import LeadStore
from tests.conftest import new_workspace
from tests.service.imports.streams import stream

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAMPLE = Path(__file__).parents[3] / "service" / "sample" / "data" / "leads.csv"
SHARED = Path(__file__).parents[4] / "shared" / "data"
TABLES = (leads, identities, consents, changes)
NDJSON = LeadImportOptions(format="ndjson")


async def load(
    database: Database, workspace: UUID, data: str | bytes, options: LeadImportOptions | None = None
) -> ImportReport:
    return await import_leads(
        database, workspace, stream(data, 999), options or LeadImportOptions(), now=NOW, default_locale="pt-BR"
    )


async def get(database: Database, workspace: UUID, external_id: str) -> Lead:
    async with database.read() as connection:
        return await LeadStore(connection, workspace).get(external_id)


async def counts(database: Database) -> list[int]:
    async with database.read() as connection:
        return [int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0) for table in TABLES]


def numbers(report: ImportReport) -> dict[str, Any]:
    return report.model_dump(exclude={"errors", "warnings", "format", "dry_run"})


async def test_the_sample_is_read_whole(database: Database, workspace: UUID) -> None:
    data = SAMPLE.read_bytes()
    report = await load(database, workspace, data)
    assert (report.read, report.created, report.without_basis, report.errors) == (40, 40, 4, [])
    ana = await get(database, workspace, "c-01")
    assert ana.traits["lifecycleStage"] == "customer"
    assert ana.traits["totalGasto"] == 2348.6
    assert ana.traits["ultimaCompra"] == "2026-11-09"
    assert {row.purpose for row in ana.consents} > {"personalize.content.profiling", "marketing.communications.sms"}
    assert (await get(database, workspace, "c-03")).locale == "es"
    before = await counts(database)
    again = await load(database, workspace, data)
    assert (again.unchanged, await counts(database)) == (40, before)


async def test_a_dry_run_counts_the_same_and_stores_nothing(database: Database, workspace: UUID) -> None:
    rows = [f"{n % 600};l{n % 600}@x.example;{n // 1100};consent;email;2026-01-01" for n in range(1300)]
    data = "\n".join(["ID;E-mail;n;legal_basis;canais;consent_date", *rows, "x;y", "9;z;1;fé;email;"])
    dry = await load(database, workspace, data, LeadImportOptions(dry_run=True))
    assert await counts(database) == [0, 0, 0, 0]
    real = await load(database, workspace, data)
    assert (dry.dry_run, numbers(dry)) == (True, numbers(real))
    assert (real.read, real.created, real.updated, real.unchanged, real.skipped) == (1302, 600, 200, 500, 2)
    assert [(error.line, error.code) for error in real.errors] == [(1302, "row.columns"), (1303, "consent.basis")]


async def test_a_bad_row_is_left_out_whole(database: Database, workspace: UUID) -> None:
    report = await load(database, workspace, "ID;Cidade;Nascimento\n1;Natal;31/02/2026\n2;Recife;01/02/2000\n")
    assert (report.created, report.skipped, report.errors[0].line, report.errors[0].pointer) == (1, 1, 2, "Nascimento")
    assert (await counts(database))[0] == 1


async def test_cells_that_the_records_refuse_are_errors(database: Database, workspace: UUID) -> None:
    long = "x" * 10_001
    data = f"ID;Nota\n1;a\x07b\n{'9' * 201};ok\n3;{long}\n4;{'🌿' * 5}\n"
    report = await load(database, workspace, data)
    assert (report.created, [error.line for error in report.errors]) == (1, [2, 3, 4])


async def test_a_taken_address_is_a_warning(database: Database, workspace: UUID) -> None:
    report = await load(database, workspace, "ID;E-mail\n1;a@x.example\n2;A@X.example\n3;no address\n")
    assert (report.created, report.error_count) == (3, 0)
    assert {(warning.line, warning.code) for warning in report.warnings} == {
        (3, "lead.identity_taken"),
        (4, "lead.email"),
    }


async def test_errors_are_kept_up_to_a_thousand_and_all_are_counted(database: Database, workspace: UUID) -> None:
    report = await load(database, workspace, "ID;Nome\n" + "1\n" * 1_500)
    assert (len(report.errors), report.error_count, report.skipped) == (MOST_ERRORS, 1_500, 1_500)
    assert report.model_dump(mode="json")["errors"][0]["line"] == 2


async def test_json_lines_of_both_forms(database: Database, workspace: UUID) -> None:
    consent = {
        "purpose": "marketing.communications.email",
        "channel": "email",
        "basis": "consent",
        "source": "site",
        "collected_at": "2026-01-01T00:00:00Z",
    }
    lines = [
        {"external_id": "a", "traits": {"address": {"city": "Natal"}}, "locale": "es", "consents": [consent]},
        {"type": "identify", "userId": "b", "anonymousId": "x-1", "traits": {"n": 1}, "context": {"locale": "en-US"}},
        {"traits": {"email": "C@x.example"}},
        {"type": "track", "userId": "b"},
        {"traits": {"n": 1}},
        {"external_id": "d", "colour": 1},
        {"external_id": "e", "consents": [consent | {"collected_at": "2027-01-01T00:00:00Z"}]},
        {"userId": "f", "traits": {"1st": 1}},
        {"userId": "g", "traits": [1]},
    ]
    report = await load(database, workspace, "\n".join(map(json.dumps, lines)), NDJSON)
    assert [(error.line, error.code) for error in report.errors] == [
        (4, "line.type"),
        (5, "row.id"),
        (6, "line.invalid"),
        (7, "consent.date"),
        (8, "line.invalid"),
        (9, "line.invalid"),
    ]
    assert (report.created, report.without_basis) == (3, 2)
    first = await get(database, workspace, "a")
    assert (first.traits, first.locale, len(first.consents)) == ({"city": "Natal"}, "es", 1)
    async with database.read() as connection:
        named = await LeadStore(connection, workspace).by_identity("anonymous_id", "x-1")
    assert named is not None
    assert (named.external_id, named.locale) == ("b", "en")


async def test_options_from_words() -> None:
    options = LeadImportOptions.of(columns=["a=b=c", "Obs=-"], channels="E-mail,sms", collected_at="22/11/2026")
    assert options.mapping == {"a=b": "c", "Obs": "-"}
    assert (options.basis.channels, str(options.basis.collected_on)) == (["email", "sms"], "2026-11-22")
    bad: list[dict[str, Any]] = [
        {"columns": ["x"]},
        {"channels": "fax"},
        {"collected_at": "31/02/2026"},
        {"collected_at": "ontem"},
        {"legal_basis": "fé"},
        {"id_from": "row"},
    ]
    for words in bad:
        with pytest.raises(Invalid) as error:
            LeadImportOptions.of(**words)
        assert error.value.faults


async def test_a_file_without_names_says_what_to_do(database: Database, workspace: UUID) -> None:
    with pytest.raises(CannotRead, match="id_from=line"):
        await load(database, workspace, "Nome;Cidade\nAna;Natal\n")
    options = LeadImportOptions.of(id_from="line", id_prefix="r-")
    await load(database, workspace, "Nome;Cidade\nAna;Natal\nbroken\nBia;Recife\n", options)
    assert (await get(database, workspace, "r-3")).traits == {"firstName": "Bia", "city": "Recife"}


async def test_progress_is_told_a_chunk(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    told: list[int] = []
    data = "ID\n" + "".join(f"{n}\n" for n in range(1_100))
    await import_leads(
        sqlite_database, workspace, stream(data, 4_096), LeadImportOptions(), now=NOW, default_locale="en",
        progress=told.append,
    )  # fmt: skip
    assert told == [500, 1_000, 1_100]


async def test_a_full_disk_is_told_and_costs_no_more_than_its_chunk(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    await load(sqlite_database, workspace, "ID\n1\n")
    async with sqlite_database.write() as connection:
        pages = int(await connection.scalar(sa.text("PRAGMA page_count")) or 0)
        await connection.execute(sa.text(f"PRAGMA max_page_count = {pages + 200}"))
    data = "ID;Nota\n" + "".join(f"{n};{'x' * 300}\n" for n in range(2, 5_000))
    with pytest.raises(StorageFull):
        await load(sqlite_database, workspace, data)
    stored = (await counts(sqlite_database))[0]
    assert stored > 1
    assert (stored - 1) % 500 == 0
    assert (await get(sqlite_database, workspace, "1")).external_id == "1"
    async with sqlite_database.write() as connection:
        await connection.execute(sa.text("PRAGMA max_page_count = 1000000"))
    assert (await load(sqlite_database, workspace, data)).created == 4_998 - (stored - 1)


KILLED = """
import asyncio, sys, uuid
from pathlib import Path
from service.db.engine import Database
from service.imports.lines import read_file
from service.leads.ingest import LeadImportOptions, import_leads
from datetime import UTC, datetime

async def main(url, workspace, path):
    await import_leads(
        Database(url), uuid.UUID(workspace), read_file(Path(path)), LeadImportOptions(),
        now=datetime(2026, 11, 22, 12, tzinfo=UTC), default_locale="pt-BR",
        progress=lambda read: print(read, flush=True),
    )

asyncio.run(main(*sys.argv[1:]))
"""


async def test_an_import_that_is_killed_and_begun_again_ends_the_same(
    database: Database, database_url: str, workspace: UUID, tmp_path: Path
) -> None:
    path = tmp_path / "leads.csv"
    rows = [f"{n % 2_000};l{n % 2_000}@x.example;{n};consent;email;2026-01-01" for n in range(2_600)]
    path.write_text("\n".join(["ID;E-mail;n;legal_basis;canais;consent_date", *rows]))
    await asyncio.to_thread(_killed_after, 500, [database_url, str(workspace), str(path)])
    some = (await counts(database))[0]
    assert 500 <= some < 2_000
    assert some % 500 == 0
    whole = await new_workspace(database, NOW, "whole")
    for place in (workspace, whole):
        await import_leads(database, place, read_file(path), LeadImportOptions(), now=NOW, default_locale="pt-BR")
    assert await state(database, workspace) == await state(database, whole)


def _killed_after(rows: int, arguments: list[str]) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < rows:
            pass
        os.kill(process.pid, signal.SIGKILL)


async def state(database: Database, workspace: UUID) -> list[Any]:
    """All that is stored of a workspace's leads, but for random ids."""
    async with database.read() as connection:
        store = LeadStore(connection, workspace)
        everyone = [lead.model_dump(mode="json") for lead in await store.by_ids(await store.ids())]
        rows = await connection.execute(
            sa.select(identities.c.kind, identities.c.value, leads.c.external_id)
            .join(leads, leads.c.id == identities.c.lead_id)
            .where(identities.c.workspace_id == workspace)
        )
        ledger = await connection.scalar(
            sa.select(sa.func.count()).select_from(consents).where(consents.c.workspace_id == workspace)
        )
        return [sorted(everyone, key=lambda lead: lead["external_id"]), sorted(map(tuple, rows)), ledger]


@pytest.mark.parametrize("name", ["contact_data", "company_data", "deal_data"])
async def test_hubspot_exports(sqlite_database: Database, name: str) -> None:
    path = SHARED / "crm" / "hubspot" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    workspace = await new_workspace(sqlite_database, NOW)
    options = LeadImportOptions.of(id_from="line")
    report = await import_leads(sqlite_database, workspace, read_file(path), options, now=NOW, default_locale="en")
    assert report.read > 0
    assert report.error_count == 0
