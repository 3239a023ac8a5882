"""`sobmedida hooks`, as a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.service.test_cli import Shell


def test_a_webhook_is_set_listed_and_removed(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert shell.run("keys", "create", "--new-workspace").returncode == 0
    made = shell.run("hooks", "set", "rd_station", "--base-url", "https://copy.loja.example")
    url, _, token = made.stdout.strip().partition("&token=")
    assert url == "https://copy.loja.example/v1/hooks/rd_station?workspace=casa-jatoba", made.stderr
    assert len(token) >= 43 and "Conversão" in made.stderr
    refused = shell.run("hooks", "set", "sendgrid", SOBMEDIDA_HOOK_SECRET="no key")
    assert refused.returncode == 1 and "P-256" in refused.stderr
    listed = shell.run("hooks", "list", "--json").stdout
    assert [item["provider"] for item in json.loads(listed)] == ["rd_station"]
    assert token not in listed
    assert "no longer call" in shell.run("hooks", "remove", "rd_station").stderr
