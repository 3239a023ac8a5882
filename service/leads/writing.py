"""Many leads into the records in a few statements.

The order of locks is the same for everybody, so that two imports of the same people wait for each other and never in a
circle: new rows by external id, then rows that are there by external id, then identities, then the changes sequence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.db import changes
from service.db.inserts import insert_missing
from service.db.tables import consents, identities, leads
from service.imports.models import LineError
from service.leads.arrivals import Arrival
from service.leads.models import Consent
from service.types import Locale

Outcome = Literal["created", "updated", "unchanged"]

_LEDGER = ("purpose", "channel", "basis", "status", "source", "collected_at", "expires_at", "notice_version", "proof")
_IDENTITY_LIMIT = 320


class Written(NamedTuple):
    """What became of each arrival, in their order, what deserves a look, and the internal id of each lead."""

    outcomes: list[Outcome]
    warnings: list[LineError]
    ids: Mapping[str, UUID]


@dataclass
class _Lead:
    """A lead while arrivals are laid upon it."""

    id: UUID
    external_id: str
    locale: Locale | None = None
    traits: dict[str, Any] = field(default_factory=dict)
    new: bool = True
    dirty: bool = False
    ledger: set[tuple[Any, ...]] = field(default_factory=set)
    appended: list[Consent] = field(default_factory=list)
    claims: dict[tuple[str, str], int] = field(default_factory=dict)
    old_email: str | None = None

    def take(self, arrival: Arrival, merge: bool, default: Locale) -> Outcome:
        lead = arrival.lead
        traits = self.traits | lead.traits if merge else lead.traits
        locale = lead.locale or (self.locale if merge else None) or default
        begun = self.new and not self.dirty
        changed = begun or traits != self.traits or locale != self.locale
        self.traits, self.locale, self.dirty = traits, locale, self.dirty or changed
        noted = self._note(arrival)
        if arrival.anonymous_id:
            self.claims["anonymous_id", arrival.anonymous_id] = arrival.line
        if email := email_of(traits):
            self.claims = {key: line for key, line in self.claims.items() if key[0] != "email"}
            self.claims["email", email] = arrival.line
        if begun:
            return "created"
        return "updated" if changed or noted else "unchanged"

    def _note(self, arrival: Arrival) -> bool:
        known = {row[:2] for row in self.ledger}
        fresh = [consent for consent in arrival.lead.consents if _row(consent) not in self.ledger]
        fresh += [consent for consent in arrival.assumed if (consent.purpose, consent.channel) not in known]
        before = len(self.ledger)
        for consent in fresh:
            if (row := _row(consent)) not in self.ledger:
                self.ledger.add(row)
                self.appended.append(consent)
        return len(self.ledger) > before


class LeadWriter:
    """Writes the leads of one workspace in the caller's transaction. With `merge`, traits that are not given stay.

    `announce` appends to the changes sequence, which keeps every other writer waiting. Without it go only a dry run,
    which is rolled back, and whoever has more to do in the same transaction and appends at its end.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        workspace: UUID,
        now: datetime,
        default: Locale,
        *,
        merge: bool,
        announce: bool,
    ) -> None:
        self._connection = connection
        self._workspace = workspace
        self._now = now
        self._default = default
        self._merge = merge
        self._announce = announce

    async def write(self, arrivals: Sequence[Arrival]) -> Written:
        """Lay the arrivals on what is there, in their order."""
        ids = sorted({arrival.lead.external_id for arrival in arrivals})
        # inserting first and looking up only what was there keeps a first import from ever asking for what is not:
        # without statistics PostgreSQL answers that by reading the whole table (700 leads/s instead of 1,750)
        missing = {id_: _Lead(uuid4(), id_) for id_ in ids}
        outcomes = self._lay(arrivals, missing)
        made = await insert_missing(
            self._connection, leads, [self._record(lead) for lead in missing.values()], leads.c.external_id
        )
        there = await self._there([id_ for id_ in ids if id_ not in made])
        outcomes |= self._lay(arrivals, there)
        kept = [*(missing[id_] for id_ in sorted(made)), *there.values()]
        await self._update([lead for lead in there.values() if lead.dirty])
        await self._append_consents([lead for lead in kept if lead.appended])
        warnings = await self._identify(kept)
        if self._announce:
            await changes.append(self._connection, self._workspace, "lead", _ids(kept, "dirty"), self._now)
            await changes.append(self._connection, self._workspace, "consent", _ids(kept, "appended"), self._now)
        found = {lead.external_id: lead.id for lead in kept}
        return Written([outcomes[number] for number in range(len(arrivals))], warnings, found)

    def _lay(self, arrivals: Sequence[Arrival], states: Mapping[str, _Lead]) -> dict[int, Outcome]:
        return {
            number: states[arrival.lead.external_id].take(arrival, self._merge, self._default)
            for number, arrival in enumerate(arrivals)
            if arrival.lead.external_id in states
        }

    def _mine(self, *columns: Any) -> sa.Select[Any]:
        return sa.select(*columns).where(leads.c.workspace_id == self._workspace)

    def _record(self, lead: _Lead) -> dict[str, Any]:
        return {
            "id": lead.id,
            "workspace_id": self._workspace,
            "external_id": lead.external_id,
            "traits": lead.traits,
            "locale": lead.locale,
            "created_at": self._now,
            "updated_at": self._now,
        }

    async def _there(self, external_ids: Sequence[str]) -> dict[str, _Lead]:
        if not external_ids:
            return {}
        rows = await self._connection.execute(
            self._mine(leads.c.id, leads.c.external_id, leads.c.locale, leads.c.traits)
            .where(leads.c.external_id.in_(external_ids))
            .order_by(leads.c.external_id)
            .with_for_update()
        )
        found = {
            external_id: _Lead(id_, external_id, locale, traits, new=False, old_email=email_of(traits))
            for id_, external_id, locale, traits in rows
        }
        by_id = {lead.id: lead for lead in found.values()}
        ledger = await self._connection.execute(
            sa.select(consents.c.lead_id, *(consents.c[name] for name in _LEDGER)).where(
                consents.c.workspace_id == self._workspace, consents.c.lead_id.in_(by_id)
            )
        )
        for lead_id, *row in ledger:
            by_id[lead_id].ledger.add(tuple(row))
        return found

    async def _update(self, changed: Sequence[_Lead]) -> None:
        if changed:
            rows = [{"key": lead.id, "new_traits": lead.traits, "new_locale": lead.locale} for lead in changed]
            await self._connection.execute(
                sa.update(leads)
                .where(leads.c.id == sa.bindparam("key"), leads.c.workspace_id == self._workspace)
                .values(
                    traits=sa.bindparam("new_traits", type_=leads.c.traits.type),
                    locale=sa.bindparam("new_locale"),
                    updated_at=self._now,
                ),
                rows,
            )

    async def _append_consents(self, changed: Sequence[_Lead]) -> None:
        rows = [
            {"workspace_id": self._workspace, "lead_id": lead.id, **consent.model_dump()}
            for lead in changed
            for consent in lead.appended
        ]
        if rows:
            await self._connection.execute(sa.insert(consents), rows)

    async def _identify(self, kept: Iterable[_Lead]) -> list[LineError]:
        kept = list(kept)
        await self._forget_old_addresses(kept)
        claims, warnings = _claims(kept)
        rows = [
            {"workspace_id": self._workspace, "kind": kind, "value": value, "lead_id": lead}
            for (kind, value), (lead, _) in sorted(claims.items())
        ]
        won = await insert_missing(self._connection, identities, rows, identities.c.kind, identities.c.value)
        owners = await self._owners(claims.keys() - won)
        warnings += [_taken(key[0], claims[key][1]) for key, owner in owners.items() if owner != claims[key][0]]
        return sorted(warnings, key=lambda warning: warning.line)

    async def _owners(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        if not keys:
            return {}
        rows = await self._connection.execute(
            sa.select(identities.c.kind, identities.c.value, identities.c.lead_id).where(
                identities.c.workspace_id == self._workspace,
                identities.c.kind.in_(sorted({kind for kind, _ in keys})),
                identities.c.value.in_(sorted({value for _, value in keys})),
            )
        )
        return {(kind, value): lead for kind, value, lead in rows if (kind, value) in keys}

    async def _forget_old_addresses(self, kept: Sequence[_Lead]) -> None:
        moved = [lead.id for lead in kept if lead.old_email and lead.old_email != email_of(lead.traits)]
        if moved:
            await self._connection.execute(
                sa.delete(identities).where(
                    identities.c.workspace_id == self._workspace,
                    identities.c.kind == "email",
                    identities.c.lead_id.in_(moved),
                )
            )


def email_of(traits: Mapping[str, Any]) -> str | None:
    """The e-mail address as an identity: lower case; None where there is none or it cannot be one."""
    address = traits.get("email")
    if isinstance(address, str) and "@" in address and len(address) <= _IDENTITY_LIMIT:
        return address.strip().lower()
    return None


def _claims(kept: Iterable[_Lead]) -> tuple[dict[tuple[str, str], tuple[UUID, int]], list[LineError]]:
    """Who wants which identity; of two leads of one chunk with the same address the first gets it."""
    claims: dict[tuple[str, str], tuple[UUID, int]] = {}
    warnings = []
    wanted = [(0, "external_id", lead.external_id, lead.id) for lead in kept if lead.new]
    wanted += [(line, *key, lead.id) for lead in kept for key, line in lead.claims.items()]
    for line, kind, value, lead_id in sorted(wanted, key=lambda claim: claim[0]):
        if claims.setdefault((kind, value), (lead_id, line))[0] != lead_id:
            warnings.append(_taken(kind, line))
    return claims, warnings


def _taken(kind: str, line: int) -> LineError:
    what = {"email": "e-mail address", "anonymous_id": "anonymous id"}.get(kind, "id")
    return LineError(line, kind, "lead.identity_taken", f"the {what} already names another lead, and stays with it")


def _row(consent: Consent) -> tuple[Any, ...]:
    values = (getattr(consent, name) for name in _LEDGER)
    return tuple(value.astimezone(UTC) if isinstance(value, datetime) else value for value in values)


def _ids(kept: Iterable[_Lead], which: str) -> list[UUID]:
    return [lead.id for lead in kept if getattr(lead, which)]
