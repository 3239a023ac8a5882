"""Content from files into the records."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from retrieval.chunking import chunks
from service.content.ingest import ContentImportOptions, import_content, import_content_path
from service.content.store import ContentStore
from service.db import changes
from service.db.engine import Database
from service.errors import CannotRead
from service.imports.models import ImportReport
from tests.conftest import new_workspace
from tests.service.imports.streams import stream

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TZ = ZoneInfo("America/Sao_Paulo")
SAMPLE = Path(__file__).parents[3] / "service" / "sample" / "data"
HOW: dict[str, Any] = {"now": NOW, "default_locale": "pt-BR", "tz": TZ, "chunker": chunks}


async def load(database: Database, workspace: UUID, data: str | bytes, **options: Any) -> ImportReport:
    return await import_content(database, workspace, stream(data, 999), ContentImportOptions(**options), **HOW)


async def ids(database: Database, workspace: UUID) -> list[str]:
    async with database.read() as connection:
        return [item.external_id for item in (await ContentStore(connection, workspace).page(200))[0]]


async def test_a_folder_of_markdown(database: Database, workspace: UUID) -> None:
    report = await import_content_path(database, workspace, SAMPLE / "content", **HOW)
    assert (report.created, report.errors, report.warnings) == (16, [], [])
    again = await import_content_path(database, workspace, SAMPLE / "content", **HOW)
    assert (again.read, again.unchanged) == (16, 16)
    async with database.read() as connection:
        coffee = await ContentStore(connection, workspace).get("cafe-coado-em-casa")
        passages = await ContentStore(connection, workspace).current_passages([coffee.id])
    assert passages[1].heading == "A proporção de café e água"
    assert all(coffee.body.count(passage.text) == 1 for passage in passages)


async def test_the_sample_catalogue(database: Database, workspace: UUID) -> None:
    rows = list(csv.DictReader(io.StringIO((SAMPLE / "offers.csv").read_text(encoding="utf-8"))))
    for row in rows:
        if row["valid_until"]:  # the sample counts days from today
            row |= {"valid_from": "2026-11-20", "valid_until": "2026-12-24"}
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    report = await load(database, workspace, out.getvalue(), format="csv")
    assert (report.created, report.errors, report.warnings) == (len(rows), [], [])
    async with database.read() as connection:
        kit = await ContentStore(connection, workspace).get("oferta-kit-cafe-coado")
    assert kit.facts.items()["installment_amount"] == 56.7
    assert kit.valid_until == datetime(2026, 12, 24, 23, 59, 59, tzinfo=TZ)


async def test_bad_documents_are_told_and_the_others_stored(
    database: Database, workspace: UUID, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.md").write_text("---\ntitle: a: b\n---\nx")
    (tmp_path / "a.md").write_text("# Bom\n\nTexto.")
    (tmp_path / "sub" / "c.markdown").write_text("# Também\n\nTexto.")
    (tmp_path / "d.txt").write_text("no")
    report = await import_content_path(database, workspace, tmp_path, **HOW)
    assert (report.read, report.created, report.skipped) == (3, 2, 1)
    assert [(error.pointer, error.line) for error in report.errors] == [("b.md", 2)]
    assert await ids(database, workspace) == ["a", "c"]


async def test_a_dry_run_counts_the_same_and_stores_nothing(database: Database, workspace: UUID) -> None:
    lines = [{"external_id": f"i{n % 70}", "title": "A", "body": f"texto {n // 100}"} for n in range(130)]
    data = "\n".join(map(json.dumps, [*lines, {"external_id": "x", "title": "A"}]))
    dry = await load(database, workspace, data, format="ndjson", dry_run=True)
    assert await ids(database, workspace) == []
    async with database.read() as connection:
        assert await changes.latest(connection) == 0
    real = await load(database, workspace, data, format="ndjson")
    assert dry.model_dump(exclude={"dry_run"}) == real.model_dump(exclude={"dry_run"})
    assert (real.created, real.updated, real.unchanged, real.skipped) == (70, 30, 30, 1)
    assert (real.errors[0].line, real.errors[0].code) == (131, "line.invalid")


async def test_a_single_document_is_named_by_its_file(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    await load(sqlite_database, workspace, "# A\n\nTexto.", name="como-coar.md")
    assert await ids(sqlite_database, workspace) == ["como-coar"]


async def test_a_document_that_is_too_large_is_told(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    report = await import_content(
        sqlite_database, workspace, stream([b"x" * 2**20] * 9), ContentImportOptions(name="a.md"), **HOW
    )
    assert [error.code for error in report.errors] == ["document.too_large"]
    long = await load(sqlite_database, workspace, "# A\n\n" + "palavra " * 260_000, name="b.md")
    assert [(error.pointer, error.code) for error in long.errors] == [("b.md", "item.invalid")]


async def test_paths_that_hold_nothing_to_read(sqlite_database: Database, tmp_path: Path) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    for path, message in ((tmp_path, "no Markdown files"), (tmp_path / "a.pdf", "suffix")):
        with pytest.raises(CannotRead, match=message):
            await import_content_path(sqlite_database, workspace, path, **HOW)


async def test_a_feed_by_path_tells_its_progress(sqlite_database: Database, tmp_path: Path) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    items = "".join(f"<item><id>p{n:03}</id><title>P</title><price>1.00 BRL</price></item>" for n in range(120))
    (tmp_path / "feed.xml").write_text(f"<rss><channel>{items}</channel></rss>")
    told: list[int] = []
    report = await import_content_path(sqlite_database, workspace, tmp_path / "feed.xml", progress=told.append, **HOW)
    assert (report.created, report.format, told) == (120, "merchant", [50, 100, 120])
