"""What a prompt says of itself, in its `spec.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class PromptError(Exception):
    """A prompt cannot be had or rendered; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A version of a prompt: what it is for, what each of its variables means, and the schema of its answer.

    `partials` is the version of the partials it is made with, its own unless it says another.
    """

    name: str
    version: int
    description: str
    channel: str
    variables: Mapping[str, str]
    schema: str
    partials: int


def read_spec(path: Path) -> PromptSpec:
    """The spec in that file. Raises `PromptError` naming what is missing, unknown or of the wrong type."""
    wanted = {"name": str, "version": int, "description": str, "channel": str, "variables": dict, "schema": str}
    wanted["partials"] = int
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"{path}: {error}") from None
    faults = [f"{key} is missing" for key in wanted.keys() - values.keys() - {"partials"}]
    faults += [f"{key} is not known" for key in values.keys() - wanted.keys()]
    faults += [
        f"{key} must be a {kind.__name__}"
        for key, kind in wanted.items()
        if not isinstance(values.get(key, kind()), kind)
    ]
    if faults:
        raise PromptError(f"{path}: {'; '.join(sorted(faults))}")
    return PromptSpec(**({"partials": values["version"]} | values))
