"""The command line, as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.service.commands import run
from tests.support import SHARED

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for what takes ten: a start waits for torch, and a busy machine for everything


class Shell:
    """Runs `sobmedida` in a folder of its own, with nothing of the outside's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1",
            "SOBMEDIDA_DATA_DIR": str(folder / "data"), "SOBMEDIDA_PORT": str(self.port), "COLUMNS": "200",
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

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The demo, shown and served."""
    shell = Shell(tmp_path_factory.mktemp("shop"))
    process = shell.start("demo", "--serve")
    try:
        shell.wait_until_ready()
        yield shell
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_the_demo_shows_three_leads_and_a_curl_line_that_works(shop: Shell) -> None:
    shown = (shop.folder / "log").read_text()
    for lead in ("c-01", "c-02", "c-22"):
        assert f"{lead} · email" in shown and f"{lead} · banner" in shown
    assert "claim" in shown and "source" in shown
    line = next(line for line in shown.splitlines() if line.startswith("curl"))
    ended = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)
    assert len(json.loads(ended.stdout)["variants"]) == 2


def test_commands_go_through_the_running_service_and_say_so(shop: Shell) -> None:
    found = shop.run("search", "temperatura da água para café", "--json")
    assert "92 °C" in json.loads(found.stdout)["items"][0]["text"] and "Using the service that runs at" in found.stderr
    written = shop.run(
        "generate", "Convidar para um café melhor", "--lead", "c-01", "--channel", "banner", "--json", "-q"
    )
    assert json.loads(written.stdout)["variants"] and written.stderr == ""
    card = shop.run("generate", "Apresentar plantas fáceis", "--attribute", "categoria_favorita=plantas", "-n", "1")
    assert "claim" in card.stdout and card.returncode == 0


def test_imports_report_bad_lines_and_keep_the_good_ones(shop: Shell) -> None:
    (shop.folder / "leads.csv").write_bytes(
        "Nome;E-mail;ID\nAna;ana@correio.example;n-1\nJosé;jose@correio.example;n-2;extra\n".encode("cp1252")
    )
    dry = shop.run("import", "leads", "leads.csv", "--dry-run", "--json", "-q")
    report = json.loads(dry.stdout)
    assert (report["created"], report["without_basis"], report["skipped"], dry.returncode) == (1, 1, 1, 1)
    real = shop.run("import", "leads", "leads.csv")
    assert "line 3" in real.stderr and "Traceback" not in real.stderr
    again = json.loads(shop.run("import", "leads", "leads.csv", "--json", "-q").stdout)
    assert (again["created"], again["unchanged"]) == (0, 1)


def test_markdown_folders_are_imported_with_the_first_heading_as_title(shop: Shell) -> None:
    folder = shop.folder / "artigos"
    folder.mkdir()
    (folder / "horta.md").write_text("# Horta na varanda\n\nO manjericão gosta de sol pela manhã e de terra úmida.\n")
    (folder / "vazio.md").write_text("# Só um título\n")
    ended = shop.run("import", "content", "artigos", "--json", "-q")
    report = json.loads(ended.stdout)
    assert (report["created"], report["skipped"]) == (1, 1) and report["errors"][0]["file"].endswith("vazio.md")
    found = json.loads(shop.run("search", "manjericão", "--json", "-q").stdout)["items"][0]
    assert (found["content_id"], found["title"]) == ("horta", "Horta na varanda")


def test_reindex_goes_through_the_running_service(shop: Shell) -> None:
    state = json.loads(shop.run("reindex", "--json", "-q").stdout)
    assert state["passages"] > 30 and state["followed"] == state["latest"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("generate", "x", "--lead", "ninguem"), "lead.unknown"),
        (("generate", "x", "--lead", "c-01", "--channel", "fax"), "channel.unknown"),
        (("generate", "x", "--attribute", "semvalor"), "audience.attribute"),
        (("search", "x", "--workspace", "nenhum"), "workspace.unknown"),
        (("import", "content", "nada.md"), "import.unreadable"),
        (("import", "content", "leads.doc"), "import.unreadable"),
        (("import", "content", "http://127.0.0.1:9/feed.xml"), "import.unreadable"),
        (("keys", "revoke", "zzzzzzzz"), "key.unknown"),
        (("keys", "create", "--scope", "everything"), "key.scope"),
        (("eval", "retrieval", "nowhere"), "import.unreadable"),
    ],
)
def test_what_goes_wrong_is_one_clear_line(shop: Shell, arguments: tuple[str, ...], said: str) -> None:
    (shop.folder / "leads.doc").touch()
    ended = shop.run(*arguments)
    assert ended.returncode == 1 and said in ended.stderr and "Traceback" not in ended.stderr


def test_a_taken_port_is_told_before_anything_is_loaded(shop: Shell, shell: Shell) -> None:
    ended = shell.run("serve", "--port", str(shop.port))
    assert ended.returncode == 2 and "port.taken" in ended.stderr and "SOBMEDIDA_PORT" in ended.stderr


def test_a_second_service_on_the_same_folder_is_told_and_the_first_goes_on(shop: Shell) -> None:
    ended = shop.run("serve", "--port", str(free_port()))
    assert ended.returncode == 1 and "index.locked" in ended.stderr and "QDRANT_URL" in ended.stderr
    assert json.loads(shop.run("search", "café", "--json", "-q").stdout)["items"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_service_cleanly(shell: Shell, number: int) -> None:
    process = shell.start("serve")
    shell.wait_until_ready()
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert not (shell.folder / "data" / "service.json").exists()
    assert "Traceback" not in (shell.folder / "log").read_text()


def test_without_a_service_a_command_opens_one_for_as_long_as_it_takes(shell: Shell) -> None:
    assert shell.run("keys", "create", "--new-workspace").returncode == 0
    (shell.folder / "leads.csv").write_text("ID;Nome\nc-1;Ana\n")
    report = json.loads(shell.run("import", "leads", "leads.csv", "--no-wait", "--json", "-q").stdout)
    assert (report["created"], report["skipped"]) == (1, 0)
    assert not (shell.folder / "data" / "service.json").exists()


def test_keys_from_making_to_revoking(shell: Shell) -> None:
    made = json.loads(shell.run("keys", "create", "-w", "loja", "--new-workspace", "--name", "site", "--json").stdout)
    assert made["key"].startswith(f"smk_{made['prefix']}_") and "admin" not in made["scopes"]
    listed = shell.run("keys", "list", "-w", "loja", "--json").stdout
    assert made["key"] not in listed and json.loads(listed)[0]["name"] == "site"
    assert shell.run("keys", "revoke", made["prefix"], "-w", "loja").returncode == 0
    assert json.loads(shell.run("keys", "list", "-w", "loja", "--json").stdout)[0]["revoked_at"]


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


def test_the_users_articles_are_read(shop: Shell) -> None:
    articles = SHARED / "data" / "content" / "articles_pt"
    if not articles.is_dir():
        pytest.skip("needs ../shared/data/content/articles_pt")
    report = json.loads(shop.run("import", "content", str(articles), "--locale", "pt-BR", "--json", "-q").stdout)
    assert (report["created"], report["error_count"]) == (5, 0)
    body = ("generate", "Apresentar a microsegmentação", "--lead", "c-02", "--json", "-q")
    assert json.loads(shop.run(*body).stdout)["variants"]
