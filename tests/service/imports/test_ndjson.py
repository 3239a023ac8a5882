"""JSON lines, good and bad."""

from __future__ import annotations

from service.imports.models import LineError
from service.imports.ndjson import JsonLine, objects
from tests.service.imports.streams import collected, stream


async def test_each_line_is_an_object_or_an_error() -> None:
    data = b'\xef\xbb\xbf{"a": 1}\n\n[1]\n{"a":\n{"b": "\xff"}\n{"c": 3}'
    items = await collected(objects(stream(data)))
    assert items[0] == JsonLine(1, {"a": 1})
    assert items[-1] == JsonLine(6, {"c": 3})
    errors = [(item.line, item.code) for item in items if isinstance(item, LineError)]
    assert errors == [(3, "line.object"), (4, "line.json"), (5, "line.json")]


async def test_a_line_that_is_too_long_is_told() -> None:
    items = await collected(objects(stream(b'{"a": 1}\n{"a": 22222}\n{"a": 3}'), limit=8))
    assert [item.line for item in items] == [1, 2, 3]
    assert isinstance(items[1], LineError)
    assert items[1].code == "line.too_long"
