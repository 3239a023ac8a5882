"""Brings the tables to the shape this version needs."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from service.db.engine import Database, begin_immediate, begun_by_us

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0006"  # the newest file in migrations/versions; a test holds it to that

_one_at_a_time = threading.Lock()  # alembic keeps the migration at hand in a module


async def migrate(database: Database) -> bool:
    """Run what is missing. True if anything was done. Starting over an up-to-date database costs one query."""
    if await revision(database) == HEAD:
        return False
    await asyncio.to_thread(_upgrade, database.url)
    return True


async def revision(database: Database) -> str | None:
    """Which migration the tables are at, None before the first."""
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        if "alembic_version" not in names:
            return None
        revision: str | None = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return revision


def _upgrade(url: sa.URL) -> None:
    # alembic takes 0.5 s to import, and a start over an up-to-date database does not need it
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine = create_async_engine(url)
    if url.get_backend_name() == "sqlite":
        # one transaction, so that a killed migration leaves nothing half-made and two processes do not migrate at once;
        # foreign keys stay off, since a table that is copied and dropped would take its children along
        sa.event.listen(engine.sync_engine, "connect", begun_by_us)
        sa.event.listen(engine.sync_engine, "begin", begin_immediate)
    with _one_at_a_time:
        command.upgrade(config, "head")
