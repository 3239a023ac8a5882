"""`sobmedida contract`, `workspace` and `keys`, beside a service that runs."""

from __future__ import annotations

import json
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.commands.contracts import as_toml
from tests.service.commands import Commands, Ended, run
from tests.support import Running

SAMPLE = Path(__file__).parents[3] / "service" / "sample" / "data"

TERMS = {"banned": ["já"], "required": ["Casa"], "companions": []}


@pytest.fixture
async def sobmedida(service: Running, tmp_path: Path) -> AsyncIterator[Commands]:
    async with Commands(service, tmp_path) as opened:
        yield opened


async def test_a_contract_is_proposed_looked_through_and_kept(sobmedida: Commands, tmp_path: Path) -> None:
    file = str(tmp_path / "contract.toml")
    dry = await sobmedida.run("import", "leads", str(SAMPLE / "leads.csv"), "--dry-run")
    assert "categoria_favorita" in dry.stderr and "contract propose" in dry.stderr
    assert (await sobmedida.run("import", "leads", str(SAMPLE / "leads.csv"), "--no-wait")).returncode == 0
    found = await sobmedida.run("contract", "propose", "--write", file, "--json")
    assert json.loads(found.stdout)["attributes"]["clube"]["attribute"]["use"] == "select", found.stderr
    kept = await sobmedida.run("contract", "set", file, "--json")
    assert json.loads(kept.stdout)["version"] == 1, kept.stderr
    assert "broto, copa, raiz" in (await sobmedida.run("contract", "show")).stdout
    assert json.loads((await sobmedida.run("contract", "history", "--json")).stdout)[0]["version"] == 1
    (tmp_path / "broken.toml").write_text("attributes = 5")
    assert "no table" in (await sobmedida.run("contract", "set", str(tmp_path / "broken.toml"))).stderr


async def test_a_workspace_is_changed_by_command(sobmedida: Commands) -> None:
    await sobmedida.run("workspace", "set", "--ban", "já", "--daily-budget", "5")
    changed = await sobmedida.run("workspace", "set", "--require", "Casa", "--daily-budget", "none", "--json")
    found = json.loads(changed.stdout)
    assert (found["terms"], found["daily_budget"]) == (
        {"banned": ["já"], "required": ["Casa"], "companions": []},
        None,
    ), changed.stderr
    assert "Casa" in (await sobmedida.run("workspace", "show")).stdout
    bad = await sobmedida.run("workspace", "set", "--timezone", "Mars/Olympus")
    assert bad.returncode == 1 and "time zone" in bad.stderr
    assert (await sobmedida.run("workspace", "set")).returncode == 1


def test_keys_of_all_kinds_are_made_by_command(tmp_path: Path) -> None:
    """No service runs: the keys go straight into the records."""

    def keys(*arguments: str) -> Ended:
        return run("keys", *arguments, SOBMEDIDA_DATA_DIR=str(tmp_path))

    keys("create", "--new-workspace")
    site = ("create", "--kind", "publishable", "--origin", "https://loja.example/", "--expires", "90d", "--json")
    made = json.loads(keys(*site).stdout)
    assert made["key"].startswith("smp_") and made["origins"] == ["https://loja.example"] and made["expires_at"]
    listed = json.loads(keys("list", "--json").stdout)
    assert ("publishable", ["https://loja.example"]) in [(one["kind"], one["origins"]) for one in listed]
    assert made["prefix"] in keys("list").stdout
    assert keys("revoke", made["key"]).returncode == 0
    refused = keys("create", "--kind", "campaign", "--campaign", "natal", "--expires", "1d")
    assert refused.returncode == 1 and "campaign.unknown" in refused.stderr
    assert "neither like" in keys("create", "--expires", "soon").stderr
    assert "--origins" in keys("create", "--kind", "publishable", "--origin", "loja").stderr


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
