"""`sobmedida contract` and `sobmedida workspace`, as processes of their own."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from service.commands.contracts import as_toml
from tests.service.test_cli import Shell

SAMPLE = Path(__file__).parents[3] / "service" / "sample" / "data"


def test_a_contract_is_proposed_looked_through_and_kept(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert shell.run("keys", "create", "--new-workspace").returncode == 0
    dry = shell.run("import", "leads", str(SAMPLE / "leads.csv"), "--dry-run")
    assert "categoria_favorita" in dry.stderr and "contract propose" in dry.stderr
    assert shell.run("import", "leads", str(SAMPLE / "leads.csv"), "--no-wait").returncode == 0
    found = shell.run("contract", "propose", "--write", "contract.toml", "--json")
    assert json.loads(found.stdout)["attributes"]["clube"]["attribute"]["use"] == "select", found.stderr
    kept = shell.run("contract", "set", "contract.toml", "--json")
    assert json.loads(kept.stdout)["version"] == 1, kept.stderr
    assert "broto, copa, raiz" in shell.run("contract", "show").stdout
    assert json.loads(shell.run("contract", "history", "--json").stdout)[0]["version"] == 1
    (tmp_path / "broken.toml").write_text("attributes = 5")
    assert "no table" in shell.run("contract", "set", "broken.toml").stderr


def test_a_workspace_is_changed_by_command(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("keys", "create", "--new-workspace")
    shell.run("workspace", "set", "--ban", "já", "--daily-budget", "5")
    changed = shell.run("workspace", "set", "--require", "Casa", "--daily-budget", "none", "--json")
    found = json.loads(changed.stdout)
    assert (found["terms"], found["daily_budget"]) == ({"banned": ["já"], "required": ["Casa"]}, None), changed.stderr
    assert "Casa" in shell.run("workspace", "show").stdout
    bad = shell.run("workspace", "set", "--timezone", "Mars/Olympus")
    assert bad.returncode == 1 and "time zone" in bad.stderr
    assert shell.run("workspace", "set").returncode == 1


def test_keys_of_all_kinds_are_made_by_command(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("keys", "create", "--new-workspace")
    site = (
        "keys",
        "create",
        "--kind",
        "publishable",
        "--origin",
        "https://loja.example/",
        "--expires",
        "90d",
        "--json",
    )
    made = json.loads(shell.run(*site).stdout)
    assert made["key"].startswith("smp_") and made["origins"] == ["https://loja.example"] and made["expires_at"]
    listed = shell.run("keys", "list").stdout
    assert "publishable" in listed and "https://loja" in listed
    assert shell.run("keys", "revoke", made["key"]).returncode == 0
    refused = shell.run("keys", "create", "--kind", "campaign", "--campaign", "natal", "--expires", "1d")
    assert refused.returncode == 1 and "campaign.unknown" in refused.stderr
    assert "neither like" in shell.run("keys", "create", "--expires", "soon").stderr
    assert "--origins" in shell.run("keys", "create", "--kind", "publishable", "--origin", "loja").stderr


def test_a_contract_as_toml_is_read_back_whatever_its_words(tmp_path: Path) -> None:
    attributes = {
        "a_b": {"use": "select", "domain": {"kind": "enumeration", "values": ["é ' 1º"], "labels": {"é ' 1º": "x"}}},
        "n": {
            "use": "imply",
            "domain": {"kind": "number_range", "min": 0.5, "max": 9.0, "unit": None},
            "fallbacks": {},
        },
    }
    read = tomllib.loads(as_toml(attributes, {"n": "why\nnot"}))["attributes"]
    assert read["a_b"] == attributes["a_b"]
    assert read["n"] == {"use": "imply", "domain": {"kind": "number_range", "min": 0.5, "max": 9.0}}
