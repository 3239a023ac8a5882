"""`sobmedida users`, against a service that runs."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from service.commands.api import RUNNING, RunningService
from service.db.engine import Database
from tests.service.commands import Commands
from tests.support import running


async def test_somebody_is_added_promoted_invited_again_and_kept_out(sqlite_database: Database, tmp_path: Path) -> None:
    async with (
        running(sqlite_database, tmp_path) as service,
        Commands(service, tmp_path) as sobmedida,
        service.client() as http,
    ):
        assert "no users yet" in (await sobmedida.run("users", "list")).stderr
        new = ("users", "add", "ana@casa.example", "--name", "Ana Prado", "--role", "admin", "--quiet")
        link = (await sobmedida.run(*new)).stdout.strip()
        url = RunningService.model_validate_json((tmp_path / RUNNING).read_bytes()).url
        assert link.startswith(f"{url}/studio/welcome/")
        assert (await http.get(urlsplit(link).path)).status_code == 200
        await sobmedida.run("users", "add", "bia@casa.example", "--name", "Bia Reis")
        promoted = await sobmedida.run("users", "change", "bia@casa.example", "--role", "approver")
        assert "approver" in promoted.stderr
        invited = await sobmedida.run("users", "invite", "bia@casa.example", "--quiet")
        assert "/studio/welcome/" in invited.stdout
        assert "no access" in (await sobmedida.run("users", "change", "bia@casa.example", "--no-access")).stderr
        rows = (await sobmedida.run("users", "list")).stdout.splitlines()
        assert any("bia@casa.example" in row and "approver" in row and "no" in row.split() for row in rows)
        refused = await sobmedida.run("users", "change", "ana@casa.example", "--role", "writer")
        assert refused.returncode != 0 and "Somebody has to stay admin" in refused.stderr
