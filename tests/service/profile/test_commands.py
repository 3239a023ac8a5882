"""`sobmedida leads`, beside a service that runs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.service.commands import Commands
from tests.support import Running

LEADS = "ID;Nome;Cidade;Data de nascimento\nc-1;Ana;Recife;04/05/1990\nc-2/x;Bia [b];Natal;\n"


async def test_leads_are_listed_and_shown_with_where_each_value_comes_from(service: Running, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    async with Commands(service, tmp_path) as sobmedida:
        assert (await sobmedida.run("import", "leads", str(tmp_path / "leads.csv"), "--no-wait")).returncode == 0
        listed = await sobmedida.run("leads", "list")
        assert "c-1" in listed.stdout and "birthday" in listed.stdout, listed.stderr
        shown = (await sobmedida.run("leads", "show", "c-1")).stdout
        assert "days_to_birthday" in shown and "trait birthday" in shown, shown
        assert "select, but no consent" in shown and "Audiences: none." in shown
        found = json.loads((await sobmedida.run("leads", "show", "c-2/x", "--json", "--quiet")).stdout)
        assert found["external_id"] == "c-2/x" and found["traits"]["name"] == "Bia [b]"
        assert "Bia [b]" in (await sobmedida.run("leads", "show", "c-2/x")).stdout
