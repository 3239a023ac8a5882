"""One JSON object a line."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any, NamedTuple

import orjson

from service.imports.encoding import UTF_8_MARK
from service.imports.lines import MEBIBYTE, Line, split
from service.imports.models import LineError


class JsonLine(NamedTuple):
    """An object and the line it stands on."""

    line: int
    value: dict[str, Any]


async def objects(source: AsyncIterable[bytes], limit: int = MEBIBYTE) -> AsyncIterator[JsonLine | LineError]:
    """The objects of a stream in order, blank lines left out; a line that is none is told as an error."""
    async for line in split(source, limit):
        data = line.data.removeprefix(UTF_8_MARK) if line.number == 1 else line.data
        if data.strip() or line.too_long:
            yield _object(line, data, limit)


def _object(line: Line, data: bytes, limit: int) -> JsonLine | LineError:
    if line.too_long:
        return LineError(line.number, "", "line.too_long", f"the line is longer than {limit:,} bytes")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return LineError(line.number, "", "line.json", f"the line is not JSON: {error}")
    if not isinstance(value, dict):
        return LineError(line.number, "", "line.object", "the line must be one JSON object")
    return JsonLine(line.number, value)
