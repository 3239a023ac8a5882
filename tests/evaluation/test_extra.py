"""The evaluation's own packages are an extra: without it the commands say so, and all others do not mind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTRA = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["eval"]


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed packages but for those that the extra names, as links."""
    folder = tmp_path_factory.mktemp("packages")
    named = {
        name for name, of in packages_distributions().items() if {re.sub(r"[_.]", "-", one) for one in of} & {*EXTRA}
    }
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if path.name.partition(".")[0] not in named:
            (folder / path.name).symlink_to(path)
    assert len(named) >= len(EXTRA)
    return folder


def sobmedida(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """That command as it starts where only those packages are installed."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}{os.pathsep}{packages}", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-S", "-m", "service.cli", *arguments], env=environment,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [("eval", "suites"), ("bench", "checks")])
def test_without_the_extra_one_line_says_how_to_install_it(without: Path, arguments: tuple[str, str]) -> None:
    ended = sobmedida(without, *arguments)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert re.fullmatch(
        rf"error `sobmedida {arguments[0]}` needs packages that are not installed \(\w+\): "
        r"pip install 'sobmedida\[eval\]' \(extra\.missing\)\n", ended.stderr,
    )  # fmt: skip


def test_other_commands_need_no_extra(without: Path) -> None:
    ended = sobmedida(without, "spending", "--help")
    assert ended.returncode == 0, ended.stderr
