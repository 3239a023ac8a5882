"""What was written gets from SQLite's log into the file itself."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from service.db.checkpoints import Checkpoints
from service.db.engine import Database
from tests.conftest import new_workspace


async def test_what_is_in_the_log_is_moved_while_others_go_on(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    path = Path(sqlite_database.url.database or "")
    await new_workspace(sqlite_database, now)
    assert _workspaces_without_log(path, tmp_path) == 0
    async with sqlite_database.write() as connection:
        await Checkpoints(str(path)).move()
        await connection.exec_driver_sql("UPDATE workspaces SET name = 'Casa'")
    assert _workspaces_without_log(path, tmp_path) == 1


async def test_closing_waits_for_no_checkpoint_to_come(tmp_path: Path) -> None:
    checkpoints = Checkpoints(str(tmp_path / "records.db"))
    checkpoints.wanted()
    checkpoints.wanted()
    await checkpoints.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


def _workspaces_without_log(path: Path, folder: Path) -> int:
    copied = shutil.copy(path, folder / "alone.db")
    with closing(sqlite3.connect(copied)) as alone:
        return int(alone.execute("SELECT count(*) FROM workspaces").fetchone()[0])
