"""`sobmedida mock-model`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
import uvicorn

from service.commands.output import Quiet, note
from service.errors import CannotRead
from service.generation.mock_model import Answer, MockModel


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mock-model")(mock_model)


def mock_model(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8900,
    latency: Annotated[float, typer.Option(min=0, help="Seconds before each answer.")] = 0.0,
    script: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="JSON lines, one answer each: a string, or {text, status, headers, delay, drop, ...}.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Run a small OpenAI-compatible model on 127.0.0.1 for tests and benchmarks: real HTTP, no intelligence.

    Examples:

        sobmedida mock-model --latency 1

        OPENAI_BASE_URL=http://127.0.0.1:8900/v1 OPENAI_MODEL=mock sobmedida generate "..." --lead c-01
    """
    model = MockModel(latency=latency, script=_script(script) if script else (), keep=False)
    note(f"A mock model listens on http://127.0.0.1:{port}/v1 and answers after {latency:g} s.", quiet=quiet)
    uvicorn.run(model, host="127.0.0.1", port=port, log_config=None, access_log=False)


def _script(path: Path) -> list[Answer]:
    answers = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            given: Any = orjson.loads(line)
            answers.append(Answer(given) if isinstance(given, str) else Answer(**given))
        except (orjson.JSONDecodeError, TypeError) as error:
            raise CannotRead(
                f"{path}, line {number}: {error}. "
                "Write a JSON string, or an object of text, status, headers, delay, drop, drop_after, cut, trickle, "
                "hang."
            ) from None
    if not answers:
        raise CannotRead(f"{path} holds no answers.")
    return answers
