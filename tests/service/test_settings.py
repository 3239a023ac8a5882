"""A wrong or contradictory setting stops the start, names the variable, and shows no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import SECTIONS
from tests.service.commands import Ended, run

ROOT = Path(__file__).parents[2]


_OUTSIDE: dict[str, str | None] = {
    str(field.alias): None for section in SECTIONS for field in section.model_fields.values()
}


def start(folder: Path, **variables: str) -> Ended:
    """A command with these settings and nothing of the outside's."""
    return run("keys", "list", **(_OUTSIDE | {"SOBMEDIDA_DATA_DIR": str(folder)} | variables))


@pytest.mark.parametrize(
    ("variables", "named", "allowed"),
    [
        ({"SOBMEDIDA_PORT": "70000"}, "SOBMEDIDA_PORT: read '70000'", "1 to 65535"),
        ({"SOBMEDIDA_EMBEDDING_DTYPE": "int4"}, "SOBMEDIDA_EMBEDDING_DTYPE: read 'int4'", "bfloat16"),
        ({"QDRANT_URL": "localhost:6333"}, "QDRANT_URL: read 'localhost:6333'", "http://host:6333"),
        ({"QDRANT_API_KEY": "secret-key"}, "QDRANT_API_KEY: is set but QDRANT_URL is not", "set both or neither"),
        ({"OPENAI_API_KEY": "secret-key"}, "OPENAI_MODEL: is not set but OPENAI_API_KEY is", "name the model"),
        ({"OPENAI_MODEL": "m"}, "OPENAI_MODEL: is set but neither", "set one of them"),
        ({"OPENAI_FALLBACK_API_KEY": "secret-key"}, "OPENAI_FALLBACK_MODEL: is not set but", "name the model"),
        ({"OPENAI_FALLBACK_MODEL": "m"}, "OPENAI_FALLBACK_MODEL: is set but OPENAI_MODEL is not", "ask first"),
        ({"SOBMEDIDA_DAILY_BUDGET": "much"}, "SOBMEDIDA_DAILY_BUDGET: read 'much'", "no limit"),
        (
            {"DATABASE_URL": "mysql://u:secret-key@h/n"},
            "DATABASE_URL: read a value that is kept secret",
            "postgresql://",
        ),
        ({"SOBMEDIDA_DENSE_WEIGHTS": "pt=much"}, "SOBMEDIDA_DENSE_WEIGHTS: read 'pt=much'", "from 0 to 10"),
        ({"SOBMEDIDA_PASSAGE_WORDS": "10"}, "SOBMEDIDA_PASSAGE_WORDS: read '10'", "from 30 to 300"),
        ({"SOBMEDIDA_WORKERS": "3"}, "SOBMEDIDA_WORKERS: read 3", "set QDRANT_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start(tmp_path: Path, variables: dict[str, str], named: str, allowed: str) -> None:
    ended = start(tmp_path, **variables)
    told = ended.stderr
    assert ended.returncode == 2
    assert named in told and allowed in told
    assert "secret-key" not in told


def test_all_wrong_settings_are_told_at_once_those_of_a_dotenv_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SOBMEDIDA_PORT=abc\n")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT),
        "SOBMEDIDA_MODEL_TIMEOUT": "never",
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-m", "service.cli", "keys", "list"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert "read 'abc'" in ended.stderr and "SOBMEDIDA_MODEL_TIMEOUT" in ended.stderr


def test_every_setting_says_what_is_allowed() -> None:
    for section in SECTIONS:
        for field in section.model_fields.values():
            assert field.alias and field.description
