"""Leads, their identities and consents in the records of one workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.inserts import insert_missing
from service.db.paging import cursor_of, value_of
from service.db.tables import consents, identities, leads
from service.errors import NotFound
from service.leads.arrivals import Arrival
from service.leads.models import Consent, Lead, LeadInput
from service.leads.writing import LeadWriter, Outcome, Written
from service.types import Locale

Name = tuple[str, str]
"""A kind of identity (`external_id`, `email`, `anonymous_id`) and its value."""


class Named(NamedTuple):
    """What there is to know of a lead when something names it."""

    id: UUID
    external_id: str
    locale: Locale
    traits: Mapping[str, Any]


class LeadStore:
    """The leads of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace: UUID) -> None:
        self._connection = connection
        self._workspace = workspace

    async def get(self, external_id: str, *, lock: bool = False) -> Lead:
        """The lead with the ruling consent of each purpose and channel. Raises NotFound.

        `lock` keeps others from changing it until the transaction ends: for reading, thinking and writing back.
        """
        wanted = _BY_EXTERNAL_ID.with_for_update() if lock else _BY_EXTERNAL_ID
        found = await self._leads(wanted, {"workspace": self._workspace, "external_id": external_id})
        if not found:
            raise _unknown(external_id)
        return found[0]

    async def by_ids(self, ids: Iterable[UUID]) -> list[Lead]:
        """Those of the leads that are there, by their internal ids, in that order."""
        wanted = list(dict.fromkeys(ids))
        found = {lead.id: lead for lead in await self._leads(self._mine().where(leads.c.id.in_(wanted)))}
        return [found[id_] for id_ in wanted if id_ in found]

    async def by_identity(self, kind: str, value: str) -> Lead | None:
        """The lead that an `external_id`, `email` or `anonymous_id` names."""
        value = value.strip().lower() if kind == "email" else value
        named = sa.select(identities.c.lead_id).where(
            identities.c.workspace_id == self._workspace, identities.c.kind == kind, identities.c.value == value
        )
        found = await self._leads(self._mine().where(leads.c.id.in_(named)))
        return found[0] if found else None

    async def named(self, names: Collection[Name]) -> dict[Name, Named]:
        """Who is named, as far as the names are anybody's; e-mail addresses in lower case."""
        if not names:
            return {}
        rows = await self._connection.execute(
            _NAMED,
            {
                "workspace": self._workspace,
                "kinds": sorted({kind for kind, _ in names}),
                "values": sorted({value for _, value in names}),
            },
        )
        return {(kind, value): Named(*row) for kind, value, *row in rows if (kind, value) in names}

    async def claim(self, names: Mapping[Name, UUID]) -> bool:
        """Let names stand for leads; False when some are somebody's already, with whom they stay."""
        rows = [
            {"workspace_id": self._workspace, "kind": kind, "value": value, "lead_id": lead}
            for (kind, value), lead in sorted(names.items())
        ]
        won = await insert_missing(self._connection, identities, rows, identities.c.kind, identities.c.value)
        return len(won) == len(rows)

    async def ids(self) -> list[UUID]:
        """The internal ids of all leads."""
        mine = sa.select(leads.c.id).where(leads.c.workspace_id == self._workspace).order_by(leads.c.id)
        return list(await self._connection.scalars(mine))

    async def page(
        self, limit: int, cursor: str | None = None, search: str | None = None
    ) -> tuple[list[Lead], str | None]:
        """Up to `limit` leads and the cursor of the next page, None after the last. Raises Invalid for a bad cursor.

        With `search` only those whose external id or e-mail address begins with it, or whose name holds it. The order
        is that of the random ids: an external id may be an e-mail address, and a cursor gets into logs.
        """
        wanted = self._mine().order_by(leads.c.id).limit(limit + 1)
        if search and search.strip():
            wanted = wanted.where(self._called(search.strip()))
        found = await self._leads(wanted.where(leads.c.id > value_of(cursor, UUID)) if cursor else wanted)
        return found[:limit], cursor_of(found[limit - 1].id) if len(found) > limit else None

    def _called(self, text: str) -> sa.ColumnElement[bool]:
        by_address = sa.select(identities.c.lead_id).where(
            identities.c.workspace_id == self._workspace,
            identities.c.kind == "email",
            identities.c.value.startswith(text.lower(), autoescape=True),
        )
        # SQLite knows capital letters of ASCII only, so `érica` is looked for as `Érica` too
        names = (_NAME.icontains(form, autoescape=True) for form in dict.fromkeys((text, text.title(), text.upper())))
        return sa.or_(leads.c.external_id.istartswith(text, autoescape=True), leads.c.id.in_(by_address), *names)

    async def some_traits(self, most: int) -> AsyncIterator[dict[str, Any]]:
        """The traits of at most so many leads, some hundreds in memory at a time; random ones, since their ids are."""
        last: UUID | None = None
        while most > 0:
            wanted = sa.select(leads.c.id, leads.c.traits).where(leads.c.workspace_id == self._workspace)
            if last is not None:
                wanted = wanted.where(leads.c.id > last)
            rows = (await self._connection.execute(wanted.order_by(leads.c.id).limit(min(most, _TRAITS_AT_ONCE)))).all()
            for row in rows:
                yield row.traits
            if len(rows) < _TRAITS_AT_ONCE:
                return
            last, most = rows[-1].id, most - len(rows)

    async def count(self) -> int:
        """How many leads there are."""
        mine = sa.select(sa.func.count()).select_from(leads).where(leads.c.workspace_id == self._workspace)
        return int(await self._connection.scalar(mine) or 0)

    async def put(self, lead: LeadInput, now: datetime, *, default_locale: Locale, merge: bool = False) -> Outcome:
        """Keep a lead: its traits replace those that were there or, with `merge`, are laid over them."""
        writer = LeadWriter(self._connection, self._workspace, now, default_locale, merge=merge, announce=True)
        return (await writer.write([Arrival(lead)])).outcomes[0]

    async def put_many(
        self, arrivals: Sequence[Arrival], now: datetime, *, default_locale: Locale, announce: bool = True
    ) -> Written:
        """Lay many leads over those that are there. `announce` is False only in a dry run, or for appending later."""
        writer = LeadWriter(self._connection, self._workspace, now, default_locale, merge=True, announce=announce)
        return await writer.write(arrivals)

    async def delete(self, external_id: str, now: datetime) -> None:
        """Forget a lead with its identities and consents, and tell those that follow. Raises NotFound."""
        id_ = await self._connection.scalar(
            sa.select(leads.c.id)
            .where(leads.c.workspace_id == self._workspace, leads.c.external_id == external_id)
            .with_for_update()
        )
        if id_ is None:
            raise _unknown(external_id)
        for table in (identities, consents):
            await self._connection.execute(
                sa.delete(table).where(table.c.workspace_id == self._workspace, table.c.lead_id == id_)
            )
        await self._connection.execute(
            sa.delete(leads).where(leads.c.workspace_id == self._workspace, leads.c.id == id_)
        )
        await changes.append(self._connection, self._workspace, "lead", [id_], now)

    def _mine(self) -> sa.Select[Any]:
        return sa.select(leads).where(leads.c.workspace_id == self._workspace)

    async def _leads(self, wanted: sa.Select[Any], parameters: Mapping[str, object] | None = None) -> list[Lead]:
        rows = (await self._connection.execute(wanted, parameters)).all()
        rulings = await self._rulings([row.id for row in rows])
        return [
            Lead(
                id=row.id,
                external_id=row.external_id,
                traits=row.traits,
                locale=row.locale,
                created_at=row.created_at,
                updated_at=row.updated_at,
                consents=rulings[row.id],
            )
            for row in rows
        ]

    async def _rulings(self, ids: Sequence[UUID]) -> dict[UUID, list[Consent]]:
        """The row collected last for each purpose and channel; of two collected at once, the one noted last."""
        found: dict[UUID, list[Consent]] = defaultdict(list)
        if not ids:
            return found
        rows = await self._connection.execute(_RULINGS, {"workspace": self._workspace, "ids": ids})
        for lead_id, *values in rows:
            found[lead_id].append(Consent(**dict(zip(Consent.model_fields, values, strict=True))))
        return found


_TRAITS_AT_ONCE = 500
_FIRST, _LAST, _WHOLE = (
    sa.func.coalesce(leads.c.traits[name].as_string(), "") for name in ("firstName", "lastName", "name")
)
_NAME = _FIRST + sa.literal(" ") + _LAST + sa.literal(" ") + _WHOLE
_BY_EXTERNAL_ID = sa.select(leads).where(
    leads.c.workspace_id == sa.bindparam("workspace"), leads.c.external_id == sa.bindparam("external_id")
)
_NAMED = (
    sa.select(identities.c.kind, identities.c.value, leads.c.id, leads.c.external_id, leads.c.locale, leads.c.traits)
    .join(leads, leads.c.id == identities.c.lead_id)
    .where(
        identities.c.workspace_id == sa.bindparam("workspace"),
        identities.c.kind.in_(sa.bindparam("kinds", expanding=True)),
        identities.c.value.in_(sa.bindparam("values", expanding=True)),
    )
)
_PLACE = sa.func.row_number().over(
    partition_by=(consents.c.lead_id, consents.c.purpose, consents.c.channel),
    order_by=(consents.c.collected_at.desc(), consents.c.id.desc()),
)
_RANKED = (
    sa.select(consents, _PLACE.label("place"))
    .where(
        consents.c.workspace_id == sa.bindparam("workspace"),
        consents.c.lead_id.in_(sa.bindparam("ids", expanding=True)),
    )
    .subquery()
)
_RULINGS = (
    sa.select(_RANKED.c.lead_id, *(_RANKED.c[name] for name in Consent.model_fields))
    .where(_RANKED.c.place == 1)
    .order_by(_RANKED.c.purpose, _RANKED.c.channel)
)


def _unknown(external_id: str) -> NotFound:
    return NotFound(f"There is no lead {external_id[:200]!r} in this workspace.", code="lead.unknown")
