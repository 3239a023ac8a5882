"""A wrong or contradictory setting stops the start, names the variable, and shows no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import SECTIONS


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SOBMEDIDA_DATA_DIR": str(folder / "data"),
        **variables,
    }
    command = [sys.executable, "-m", "service.cli", "keys", "list"]
    root = Path(__file__).parents[2]
    return subprocess.run(
        command, env=environment | {"PYTHONPATH": str(root)}, cwd=folder, capture_output=True, text=True, check=False
    )


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
    told = ended.stderr.replace("\n", " ")
    assert ended.returncode == 2
    assert named in told and allowed in told
    assert "Traceback" not in told and "secret-key" not in told


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    told = start(tmp_path, SOBMEDIDA_PORT="0", SOBMEDIDA_MODEL_TIMEOUT="never").stderr
    assert "SOBMEDIDA_PORT" in told and "SOBMEDIDA_MODEL_TIMEOUT" in told


def test_settings_are_read_from_a_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SOBMEDIDA_PORT=abc\n")
    assert "read 'abc'" in start(tmp_path).stderr


def test_every_setting_says_what_is_allowed() -> None:
    for section in SECTIONS:
        for field in section.model_fields.values():
            assert field.alias and field.description
