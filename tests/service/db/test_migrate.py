"""Migrated tables are the tables of `tables.py`, on both databases."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from service.db.engine import Database
from service.db.migrate import HEAD, MIGRATIONS, migrate
from service.db.tables import metadata, variants


async def test_migrated_tables_are_the_ones_in_tables_py(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_deleting_a_lead_takes_its_rows_along_as_tables_py_says(database: Database) -> None:
    # compare_metadata does not look at ON DELETE on SQLite
    async with database.read() as connection:
        keys = await connection.run_sync(lambda sync: sa.inspect(sync).get_foreign_keys("consents"))
    assert {key["referred_table"]: key["options"].get("ondelete") for key in keys} == {
        "leads": "CASCADE",
        "workspaces": None,
    }


async def test_a_second_run_does_nothing(database: Database) -> None:
    assert await migrate(database) is False


def test_head_is_the_newest_file() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


async def test_findings_from_before_they_were_counted_are(database: Database, workspace: UUID, now: datetime) -> None:
    await _downgrade(database, "0005")
    row: dict[str, Any] = {
        "workspace_id": workspace, "status": "draft", "channel": "push", "locale": "pt-BR", "angle": "proof",
        "brief": {}, "audience": {}, "fields": {}, "claims": [], "evidence": [], "provenance": {}, "created_at": now,
    }  # fmt: skip
    found = {uuid4(): ("warn", "block", "warn"), uuid4(): ()}
    async with database.write() as connection:
        for id_, severities in found.items():
            findings = [{"severity": one} for one in severities]
            await connection.execute(sa.insert(variants).values(row | {"id": id_, "findings": findings}))
    assert await migrate(database) is True
    async with database.read() as connection:
        rows = await connection.execute(sa.select(variants.c.id, variants.c.blocking, variants.c.warnings))
    assert {id_: (blocking, warnings) for id_, blocking, warnings in rows} == dict(
        zip(found, [(1, 2), (0, 0)], strict=True)
    )


async def test_downgrade_takes_everything_away(database: Database) -> None:
    await _downgrade(database, "base")
    async with database.read() as connection:
        assert await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()) == ["alembic_version"]
    assert await migrate(database) is True


async def _downgrade(database: Database, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = create_async_engine(database.url)
    await asyncio.to_thread(command.downgrade, config, to)


def test_processes_that_start_together_do_not_trip_over_each_other(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"
    start = (
        "import asyncio, sys; from service.db import engine, migrate;"
        "asyncio.run(migrate.migrate(engine.Database(sys.argv[1])))"
    )
    started = [subprocess.Popen([sys.executable, "-c", start, url]) for _ in range(2)]
    assert [process.wait(300) for process in started] == [0, 0]


async def test_two_databases_of_one_process_may_migrate_at_once(tmp_path: Path) -> None:
    databases = [Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}") for _ in range(2)]
    await asyncio.gather(*(migrate(database) for database in databases))
    for database in databases:
        assert await migrate(database) is False
        await database.close()


async def test_a_folder_with_a_percent_sign_is_fine(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / '100%.db'}")
    assert await migrate(database) is True
    await database.close()
