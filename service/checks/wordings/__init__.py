"""Word lists of the checks, a TOML file each, for whoever writes copy to read and to add to.

A table of a file holds `pt`, `en` and `es`, a pattern a line, or other keys with alternatives, several to a line. Parts
that patterns share stand in `[parts.<name>]` and are written `{name}` there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from service.checks.phrases import Phrases

_FOLDER = Path(__file__).parent


def wordings(file: str, table: str) -> Phrases:
    """The phrases of one table."""
    read = _read(file)
    parts: Mapping[str, Mapping[str, str]] = read.get("parts", {})
    found: dict[str, list[str]] = {}
    for language, text in read[table].items():
        for name, part in parts.items():
            text = text.replace(f"{{{name}}}", part.get(language, part.get("all", "")))  # noqa: PLW2901
        found[language] = [line for line in text.splitlines() if line]
    return Phrases(found)


def alternatives(file: str, key: str) -> str:
    """The alternatives of one key of the table `any`, as one pattern."""
    return joined(_read(file)["any"][key])


def joined(lines: str) -> str:
    """Lines of alternatives as one pattern."""
    return "|".join(line for line in lines.splitlines() if line)


def words(file: str, key: str) -> frozenset[str]:
    """The words of one key of the table `words`."""
    return frozenset(_read(file)["words"][key].split())


@cache
def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{file}.toml").read_text(encoding="utf-8"))


def tables(file: str) -> Mapping[str, Any]:
    """All of a file."""
    return _read(file)
