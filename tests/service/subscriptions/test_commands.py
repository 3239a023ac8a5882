"""`sobmedida subscriptions`, against a service that runs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from evaluation.loopback import served
from service.commands import subscriptions
from service.commands.api import RunningService
from service.db.engine import Database
from service.subscriptions.addresses import public_or_loopback
from tests.service.subscriptions.receiver import receiver
from tests.support import running


async def run(*arguments: str) -> Result:
    """A command as its user runs it, while the service goes on."""
    app = typer.Typer()
    app.callback()(lambda: None)
    subscriptions.register(app)
    return await asyncio.to_thread(CliRunner().invoke, app, ["subscriptions", *arguments])


async def test_a_subscription_is_added_listed_told_and_removed(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SOBMEDIDA_DATA_DIR", str(tmp_path)), ("SOBMEDIDA_WORKSPACE", "casa"), ("COLUMNS", "250")):
        monkeypatch.setenv(name, value)
    async with (
        receiver() as to,
        running(sqlite_database, tmp_path, reachable=public_or_loopback) as service,
        served(service.app) as url,
        service.client() as http,
    ):
        RunningService(url=url, token=service.services.local_token, pid=1).write(tmp_path)
        assert "tells nobody" in (await run("list")).output
        made = await run("add", to.url, "--event", "run.finished", "--json", "--quiet")
        added = json.loads(made.stdout)
        assert added["secret"].startswith("whsec_") and added["events"] == ["run.finished"]
        assert "run.finished" in (await run("list")).output
        listed = (await run("list", "--json", "--quiet")).stdout
        assert to.url in listed and added["secret"] not in listed
        refused = await run("add", "https://10.0.0.1/")
        assert refused.exit_code != 0 and "10.0.0.1" in str(refused.exception)
        assert (await run("add", to.url, "--event", "opened")).exit_code != 0
        sent = (await http.post(f"/v1/subscriptions/{added['id']}/test")).json()
        await service.services.dispatcher.settled()
        assert "delivered" in (await run("deliveries", added["id"])).output
        again = await run("deliveries", added["id"], "--replay", sent["id"], "--json", "--quiet")
        assert json.loads(again.stdout)[0]["id"] == sent["id"], again.output
        await service.services.dispatcher.settled()
        assert to.ids() == [sent["id"]] * 2
        assert (await run("remove", added["id"])).exit_code == 0
        assert json.loads((await run("list", "--json", "--quiet")).stdout) == []
