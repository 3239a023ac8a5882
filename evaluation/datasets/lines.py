"""Files of cases: a JSON object a line, each with an id of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError

from service.errors import CannotRead


class Named(BaseModel):
    """What has an id of its own in its file."""

    id: Annotated[str, Field(min_length=1, max_length=200)]


C = TypeVar("C", bound=Named)


def read_lines(path: Path, kind: type[C], of: str) -> list[C]:
    """The lines of a file, in their order; empty ones are left out. `of` says what it is a file of.

    Raises `CannotRead`, naming the line, for what is no such case and for an id that is there twice.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # not at other signs that end lines, which texts may hold
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from None
    found: dict[str, C] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        at = f"{path}, line {number}"
        try:
            one = kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise CannotRead(f"{at}: {f'{where}: ' if where else ''}{first['msg']}.") from None
        if one.id in found:
            raise CannotRead(f"{at}: the id {one.id!r} is there already.")
        found[one.id] = one
    if not found:
        raise CannotRead(f"{path} has no {of}.")
    return list(found.values())
