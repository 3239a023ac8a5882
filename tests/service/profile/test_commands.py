"""`sobmedida leads`"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from service.commands.leads import register
from tests.service.test_cli import Shell

LEADS = "ID;Nome;Cidade;Data de nascimento\nc-1;Ana;Recife;04/05/1990\nc-2/x;Bia [b];Natal;\n"


def run(*arguments: str) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["leads", *arguments])


def test_leads_are_listed_and_shown_with_where_each_value_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    assert shell.run("keys", "create", "--new-workspace").returncode == 0
    assert shell.run("import", "leads", "leads.csv", "--no-wait").returncode == 0
    for name, value in shell.environment.items():
        monkeypatch.setenv(name, value)
    listed = run("list")
    assert "c-1" in listed.output and "birthday" in listed.output, listed.output
    shown = run("show", "c-1")
    assert "days_to_birthday" in shown.output and "trait birthday" in shown.output, shown.output
    assert "select, but no consent" in shown.output and "Audiences: none." in shown.output
    found = json.loads(run("show", "c-2/x", "--json", "--quiet").stdout)
    assert found["external_id"] == "c-2/x" and found["traits"]["name"] == "Bia [b]"
    assert "Bia [b]" in run("show", "c-2/x").output
