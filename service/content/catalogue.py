"""Catalogues of products and offers in delimited text."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from zoneinfo import ZoneInfo

from service.content.arrivals import Arrival, Read
from service.content.fields import BadItem, item_of
from service.content.headings import field_of
from service.content.plain import text_of
from service.errors import CannotRead
from service.imports.delimited import BadRow, open_table
from service.imports.models import LineError

_TAGS = re.compile(r"[|,;]")
_LIMITED = ("old_price", "discount_percent", "valid_from", "valid_until")


async def read_catalogue(source: AsyncIterator[bytes], tz: ZoneInfo) -> AsyncIterator[Read]:
    """The items of a catalogue, row by row. Raises CannotRead for missing ids or titles and for doubled columns."""
    table = await open_table(source)
    columns = _columns(table.header)
    names = {field: heading for heading, field in zip(table.header, columns, strict=True) if field}
    unknown = [heading for heading, field in zip(table.header, columns, strict=True) if heading and not field]
    first = [
        LineError(1, heading, "catalogue.column", f"the column {heading!r} is not known; left out")
        for heading in unknown
    ]
    async for row in table.rows():
        if isinstance(row, BadRow):
            yield [row.error]
            continue
        texts = {field: cell for field, cell in zip(columns, row.cells, strict=True) if field and cell.strip()}
        try:
            item = item_of(_completed(texts), _TAGS.split(texts.get("tags", "")), table.decimal_mark, tz)
        except BadItem as bad:
            yield bad.at(row.line, lambda field: names.get(field, field))
            continue
        yield Arrival(item, tuple(first))
        first = []


def _columns(header: list[str]) -> list[str | None]:
    columns: list[str | None] = []
    for heading in header:
        field = field_of(heading)
        if field and field in columns:
            raise CannotRead(
                f"The columns {header[columns.index(field)]!r} and {heading!r} both say {field}. Remove one."
            )
        columns.append(field)
    if missing := [field for field in ("external_id", "title") if field not in columns]:
        names = {"external_id": "id (or código, sku)", "title": "title (or título, nome)"}
        raise CannotRead(f"The catalogue needs the columns {' and '.join(names[field] for field in missing)}.")
    return columns


def _completed(texts: Mapping[str, str]) -> dict[str, str]:
    """Without a kind, what is reduced or limited in time is an offer, and the rest are products."""
    kind = "offer" if any(field in texts for field in _LIMITED) else "product"
    plain = {field: text_of(text) if field == "body" else text for field, text in texts.items() if field != "tags"}
    return {"kind": kind, **plain}
