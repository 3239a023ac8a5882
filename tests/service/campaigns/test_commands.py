"""`sobmedida campaigns` and `sobmedida placements`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from service.commands import campaigns, placements
from tests.service.test_cli import Shell

ARTICLE = "# Café coado em casa\n\nA água a 92 °C extrai bem o sabor. Use 60 g de café para cada litro de água.\n"


def run(*arguments: str) -> Result:
    app = typer.Typer()
    campaigns.register(app)
    placements.register(app)
    return CliRunner().invoke(app, list(arguments))


def test_a_campaign_from_making_to_launching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "cafe.md").write_text(ARTICLE, encoding="utf-8")
    assert shell.run("keys", "create", "--new-workspace").returncode == 0
    assert shell.run("import", "content", "cafe.md", "--locale", "pt-BR").returncode == 0
    for name, value in shell.environment.items():
        monkeypatch.setenv(name, value)
    made = run("campaigns", "create", "cafe", "Café em casa", "--channel", "push", "--ends", "2050-12-05", "--json")
    assert json.loads(made.stdout)["ends_at"] == "2050-12-05T03:00:00Z", made.output
    written = run("campaigns", "generate", "cafe", "--variants", "1", "--quiet")
    assert "1 written, 1 in review" in written.output, written.output
    ready = run("campaigns", "readiness", "cafe")
    assert "not ready" in ready.output and "1 in review" in ready.output, ready.output
    refused = run("campaigns", "launch", "cafe")
    assert "no approved control" in str(refused.exception)
    assert run("placements", "set", "home", "--campaign", "cafe", "--quiet").exit_code == 0
    assert "cafe" in run("placements", "list").output
    assert "draft" in run("campaigns", "list").output
