"""`sobmedida users`, against a service that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import typer
from typer.testing import CliRunner, Result

from service.commands import users
from service.commands.api import RunningService
from service.db.engine import Database
from tests.support import running, served


async def run(*arguments: str) -> Result:
    """A command as its user runs it, while the service goes on."""
    app = typer.Typer()
    app.callback()(lambda: None)
    users.register(app)
    return await asyncio.to_thread(CliRunner().invoke, app, ["users", *arguments])


async def test_somebody_is_added_promoted_invited_again_and_kept_out(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SOBMEDIDA_DATA_DIR", str(tmp_path)), ("SOBMEDIDA_WORKSPACE", "casa"), ("COLUMNS", "250")):
        monkeypatch.setenv(name, value)
    async with running(sqlite_database, tmp_path) as service, served(service.app) as url, service.client() as http:
        RunningService(url=url, token=service.services.local_token, pid=1).write(tmp_path)
        assert "no users yet" in (await run("list")).output
        link = (
            await run("add", "ana@casa.example", "--name", "Ana Prado", "--role", "admin", "--quiet")
        ).stdout.strip()
        assert link.startswith(f"{url}/studio/welcome/")
        assert (await http.get(urlsplit(link).path)).status_code == 200
        await run("add", "bia@casa.example", "--name", "Bia Reis")
        assert "approver" in (await run("change", "bia@casa.example", "--role", "approver")).output
        assert "/studio/welcome/" in (await run("invite", "bia@casa.example", "--quiet")).stdout
        assert "no access" in (await run("change", "bia@casa.example", "--no-access")).output
        rows = (await run("list")).output.splitlines()
        assert any("bia@casa.example" in row and "approver" in row and "no" in row.split() for row in rows)
        refused = await run("change", "ana@casa.example", "--role", "writer")
        assert refused.exit_code != 0 and "Somebody has to stay admin" in str(refused.exception)
