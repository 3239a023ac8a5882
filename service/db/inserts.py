"""Insert what is not there yet, on either database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_missing(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Mapping[str, Any]], *key: sa.Column[Any]
) -> set[Any]:
    """Insert the rows whose unique columns are still free; one that somebody else is just inserting is waited for.

    Tells which were inserted by the values of `key`: tuples, where it has several columns.
    """
    if not rows:
        return set()
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    made = await connection.execute(insert.on_conflict_do_nothing().returning(*key), [dict(row) for row in rows])
    return {row[0] if len(key) == 1 else tuple(row) for row in made}
