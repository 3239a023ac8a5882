"""`sobmedida campaigns` and `sobmedida placements`, against a service that runs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from evaluation.loopback import served
from service.commands import campaigns, keys, placements, workspace
from service.commands.api import RunningService
from tests.service.campaigns.shop import COFFEE
from tests.support import Running


async def run(*arguments: str) -> Result:
    """A command as its user runs it, while the service goes on."""
    app = typer.Typer()
    for command in (campaigns, placements, keys, workspace):
        command.register(app)
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that commands look for a running service in."""
    for name, value in (("DATA_DIR", str(tmp_path)), ("WORKSPACE", "casa")):
        monkeypatch.setenv(f"SOBMEDIDA_{name}", value)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


async def test_a_campaign_from_making_to_launching(shop: Running, settings: Path) -> None:
    async with served(shop.app) as url, shop.client() as http:
        RunningService(url=url, token=shop.services.local_token, pid=1).write(settings)
        (await http.post("/v1/audiences", json=COFFEE)).raise_for_status()
        new = ("cafe", "Café em casa", "--channel", "push", "--audience", "coffee", "--ends", "2050-12-05")
        made = await run("campaigns", "create", *new, "--json", "--quiet")
        assert json.loads(made.stdout)["ends_at"] == "2050-12-05T03:00:00Z", made.output
        written = await run("campaigns", "generate", "cafe", "--variants", "1", "--quiet")
        assert "2 written, 2 in review" in written.output, written.output
        assert "lacks a control" in (await run("campaigns", "readiness", "cafe")).output
        ready = json.loads((await run("campaigns", "readiness", "cafe", "--json", "--quiet")).stdout)
        push = ready["channels"][0]
        assert (push["control"], push["in_review"], push["without_variant"]) == (False, 2, ["coffee"])
        refused = await run("campaigns", "launch", "cafe")
        assert "no approved control" in str(refused.exception)
        assert (await run("placements", "set", "home", "--campaign", "cafe", "--quiet")).exit_code == 0
        assert "cafe" in (await run("placements", "list")).output
        assert (await run("placements", "drop", "home")).exit_code == 0
        assert "draft" in (await run("campaigns", "list")).output
        assert "until" in str((await run("campaigns", "create", *new[:-1], "until xmas")).exception)
        assert (await run("campaigns", "end", "cafe")).exit_code == 0
        assert "ended" in (await run("campaigns", "show", "cafe")).output
        assert (await run("campaigns", "delete", "cafe")).exit_code == 0
        assert json.loads((await run("campaigns", "list", "--json", "--quiet")).stdout) == []


async def test_what_a_workspace_settles_is_set_by_command(service: Running, settings: Path) -> None:
    async with served(service.app) as url:
        RunningService(url=url, token=service.services.local_token, pid=1).write(settings)
        await run("workspace", "set", "--domain", "casa.example", "--another-approves", "--ban", "já")
        changed = await run("workspace", "set", "--unknown-recipient", "skip", "--json", "--quiet")
        found = json.loads(changed.stdout)
        assert (found["delivery"]["domains"], found["delivery"]["unknown_recipient"]) == (["casa.example"], "skip")
        assert found["review"]["another_approves"] and found["terms"]["banned"] == ["já"]
        assert "casa.example" in (await run("workspace", "show")).output
        assert len((await run("keys", "site-secret", "--quiet")).stdout.strip()) == 64
