"""`sobmedida hooks`, beside a service that runs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.service.commands import Commands
from tests.support import Running


async def test_a_webhook_is_set_listed_and_removed(service: Running, tmp_path: Path) -> None:
    async with Commands(service, tmp_path) as sobmedida:
        made = await sobmedida.run("hooks", "set", "rd_station", "--base-url", "https://copy.loja.example")
        url, _, token = made.stdout.strip().partition("&token=")
        assert url == "https://copy.loja.example/v1/hooks/rd_station?workspace=casa", made.stderr
        assert len(token) >= 43 and "Conversão" in made.stderr
        refused = await sobmedida.run("hooks", "set", "sendgrid", SOBMEDIDA_HOOK_SECRET="no key")
        assert refused.returncode == 1 and "P-256" in refused.stderr
        listed = (await sobmedida.run("hooks", "list", "--json")).stdout
        assert [item["provider"] for item in json.loads(listed)] == ["rd_station"]
        assert token not in listed
        assert "no longer call" in (await sobmedida.run("hooks", "remove", "rd_station")).stderr
