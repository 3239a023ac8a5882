"""The command line: as a process of its own where that matters, and else beside a service that runs."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.service.commands import Commands, Ended, run
from tests.support import SHARED, Running

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for what takes ten: a start waits for torch, and a busy machine for everything


class Shell:
    """Runs `sobmedida` in a folder of its own, with nothing of the outside's settings."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.settings = {"SOBMEDIDA_DATA_DIR": str(folder / "data"), "SOBMEDIDA_PORT": str(self.port)}
        self.environment = self.settings | {
            "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1",
            "COLUMNS": "200",
        }  # fmt: skip

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments], cwd=self.folder, env=self.environment | variables,
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        with (self.folder / "log").open("w") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "service.cli", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
            )

    @contextmanager
    def serving(self, *arguments: str, ends_with: int) -> Iterator[None]:
        """A process that serves, until that signal ends it, which it does cleanly."""
        process = self.start(*arguments)
        try:
            self._wait_until_ready(process)
            yield
            process.send_signal(ends_with)
            assert process.wait(PATIENCE) == 0
            assert not (self.folder / "data" / "service.json").exists()
            assert "Traceback" not in self.log
        finally:
            process.kill()
            process.wait()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=PATIENCE).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log)


def free_port() -> int:
    """One that the system hands to nobody until we listen on it: those it chooses itself begin at 32,768."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port := random.randrange(16_000, 32_000)))  # noqa: S311 - no secret
            return port


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
async def sobmedida(shop: Running, tmp_path: Path) -> AsyncIterator[Commands]:
    """Commands beside a service that runs, in this process."""
    async with Commands(shop, tmp_path) as opened:
        yield opened


def test_the_demo_shows_leads_and_serves_the_shop_to_commands_until_it_is_stopped(shell: Shell) -> None:
    with shell.serving("demo", "--serve", ends_with=signal.SIGTERM):
        for lead in ("c-01", "c-02", "c-22"):
            assert f"{lead} · email" in shell.log and f"{lead} · banner" in shell.log
        assert "claim" in shell.log and "source" in shell.log
        line = next(line for line in shell.log.splitlines() if line.startswith("curl"))
        ended = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)
        assert len(json.loads(ended.stdout)["variants"]) == 2
        found = shell.run("search", "temperatura da água para café", "--json")
        assert "92 °C" in json.loads(found.stdout)["items"][0]["text"]
        assert "Using the service that runs at" in found.stderr
        ended = shell.run("serve", "--port", str(free_port()))
        assert ended.returncode == 1 and "index.locked" in ended.stderr and "QDRANT_URL" in ended.stderr
        written = shell.run("generate", "Um café melhor", "--lead", "c-01", "--channel", "banner", "--json", "-q")
        assert json.loads(written.stdout)["variants"] and written.stderr == ""  # the first one goes on


def test_a_taken_port_is_told_and_ctrl_c_stops_the_service_cleanly(shell: Shell, tmp_path: Path) -> None:
    with shell.serving("serve", ends_with=signal.SIGINT):
        ended = Shell(tmp_path / "other").run("serve", "--port", str(shell.port))
        assert ended.returncode == 2 and "port.taken" in ended.stderr and "SOBMEDIDA_PORT" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_without_a_service_a_command_opens_one_for_as_long_as_it_takes(shell: Shell) -> None:
    assert run("keys", "create", "--new-workspace", **shell.settings).returncode == 0
    (shell.folder / "leads.csv").write_text("ID;Nome\nc-1;Ana\n")
    report = json.loads(shell.run("import", "leads", "leads.csv", "--no-wait", "--json", "-q").stdout)
    assert (report["created"], report["skipped"]) == (1, 0)
    assert not (shell.folder / "data" / "service.json").exists()


def test_what_goes_wrong_is_told_without_a_traceback(shell: Shell) -> None:
    ended = shell.run("keys", "revoke", "zzzzzzzz")
    assert ended.returncode == 1 and "workspace.unknown" in ended.stderr and "Traceback" not in ended.stderr


def test_keys_from_making_to_revoking(tmp_path: Path) -> None:
    def keys(*arguments: str) -> Ended:
        return run("keys", *arguments, "-w", "loja", SOBMEDIDA_DATA_DIR=str(tmp_path))

    made = json.loads(keys("create", "--new-workspace", "--name", "site", "--json").stdout)
    assert made["key"].startswith(f"smk_{made['prefix']}_") and "admin" not in made["scopes"]
    listed = keys("list", "--json").stdout
    assert made["key"] not in listed and json.loads(listed)[0]["name"] == "site"
    assert keys("revoke", made["prefix"]).returncode == 0
    assert json.loads(keys("list", "--json").stdout)[0]["revoked_at"]
    assert "key.unknown" in keys("revoke", "zzzzzzzz").stderr
    assert "key.scope" in keys("create", "--scope", "everything").stderr


async def test_copy_is_written_for_an_audience_and_shown_as_a_card(sobmedida: Commands) -> None:
    card = await sobmedida.run("generate", "Apresentar o café coado", "--attribute", "categoria=cafe", "-n", "1")
    assert "claim" in card.stdout and card.returncode == 0


async def test_imports_report_bad_lines_and_keep_the_good_ones(sobmedida: Commands, tmp_path: Path) -> None:
    leads = str(tmp_path / "leads.csv")
    Path(leads).write_bytes(
        "Nome;E-mail;ID\nAna;ana@correio.example;n-1\nJosé;jose@correio.example;n-2;extra\n".encode("cp1252")
    )
    dry = await sobmedida.run("import", "leads", leads, "--dry-run", "--json", "-q")
    report = json.loads(dry.stdout)
    assert (report["created"], report["without_basis"], report["skipped"], dry.returncode) == (1, 1, 1, 1)
    assert "line 3" in (await sobmedida.run("import", "leads", leads)).stderr
    again = json.loads((await sobmedida.run("import", "leads", leads, "--json", "-q")).stdout)
    assert (again["created"], again["unchanged"]) == (0, 1)


async def test_markdown_folders_are_imported_with_the_first_heading_as_title(
    sobmedida: Commands, tmp_path: Path
) -> None:
    folder = tmp_path / "artigos"
    folder.mkdir()
    (folder / "horta.md").write_text("# Horta na varanda\n\nO manjericão gosta de sol pela manhã e de terra úmida.\n")
    (folder / "vazio.md").write_text("# Só um título\n")
    ended = await sobmedida.run("import", "content", str(folder), "--json", "-q")
    report = json.loads(ended.stdout)
    assert (report["created"], report["skipped"]) == (1, 1) and report["errors"][0]["file"].endswith("vazio.md")
    found = json.loads((await sobmedida.run("search", "manjericão", "--json", "-q")).stdout)["items"][0]
    assert (found["content_id"], found["title"]) == ("horta", "Horta na varanda")


async def test_reindex_goes_through_the_running_service(sobmedida: Commands) -> None:
    ended = await sobmedida.run("reindex", "--json")
    state = json.loads(ended.stdout)
    assert state["passages"] > 1 and state["followed"] == state["latest"]
    assert "Using the service that runs at" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("generate", "x", "--lead", "ninguem"), "lead.unknown"),
        (("generate", "x", "--lead", "c-1", "--channel", "fax"), "channel.unknown"),
        (("generate", "x", "--attribute", "semvalor"), "audience.attribute"),
        (("search", "x", "--workspace", "nenhum"), "workspace.unknown"),
        (("import", "content", "nada.md"), "import.unreadable"),
        (("import", "content", __file__), "import.unreadable"),
        (("import", "content", "http://127.0.0.1:9/feed.xml"), "import.unreadable"),
        (("eval", "retrieval", "nowhere"), "import.unreadable"),
    ],
)
async def test_what_goes_wrong_is_told_with_its_code(
    sobmedida: Commands, arguments: tuple[str, ...], said: str
) -> None:
    ended = await sobmedida.run(*arguments)
    assert ended.returncode == 1 and said in ended.stderr


@pytest.mark.parametrize(
    "command",
    [
        (), ("serve",), ("demo",), ("import", "leads"), ("import", "content"), ("reindex",), ("search",), ("generate",),
        ("spending",), ("quarantine",),
        ("keys", "create"), ("keys", "list"), ("keys", "revoke"), ("eval", "retrieval"),
        ("bench", "search"), ("bench", "embed"), ("bench", "generate"), ("mock-model",),
    ],
)  # fmt: skip
def test_every_command_has_help_with_examples(command: tuple[str, ...]) -> None:
    shown = run(*command, "--help")
    assert shown.returncode == 0 and "Usage" in shown.stdout
    assert not command or "Example" in shown.stdout


async def test_the_users_articles_are_read(sobmedida: Commands) -> None:
    articles = SHARED / "data" / "content" / "articles_pt"
    if not articles.is_dir():
        pytest.skip("needs ../shared/data/content/articles_pt")
    ended = await sobmedida.run("import", "content", str(articles), "--locale", "pt-BR", "--json", "-q")
    report = json.loads(ended.stdout)
    assert (report["created"], report["error_count"]) == (5, 0)
    written = await sobmedida.run("generate", "Apresentar a microsegmentação", "--lead", "c-1", "--json", "-q")
    assert json.loads(written.stdout)["variants"]
