"""Deciding again what was decided: from the shelf of that time, what the receipt holds of the lead, and the revision.

Whoever decides the same writes the same bytes. What comes out different tells that something was changed that should
never change, or that this version of the service makes copy ready in another way.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.db.tables import revisions
from service.delivery.decide import REFUSED, decide
from service.delivery.decision_store import DecisionStore
from service.delivery.lead_keys import LeadKeyStore
from service.delivery.models import Candidate, Choice, Shelved
from service.delivery.platforms.registry import handed
from service.delivery.policy import DeliveryPolicy
from service.delivery.prepared import Prepared
from service.delivery.preparing import prepare
from service.delivery.receipts import Decided, Receipt, Sealed, asked, moment_of, opened, receipt, verify
from service.delivery.sealing import NONCE_BYTES
from service.delivery.snapshot import shelved_from, snapshot_of
from service.errors import Conflict, Fault, Gone, Invalid

_NOTHING: Mapping[str, str] = {}
_UNBOUND = Prepared({})


class Replayed(NamedTuple):
    """What came out: the receipt written anew, what was said, and how likely each variant was that could have been."""

    receipt: Receipt
    outputs: Mapping[str, str]
    lot: Mapping[UUID, float]


class Kept(NamedTuple):
    """A decision as it lies in the records: its receipt as it was written, as it reads, and what it holds of the lead
    (None where there was none)."""

    receipt: Receipt
    told: dict[str, Any]
    sealed: Sealed | None


async def kept(connection: AsyncConnection, workspace: UUID, id_: UUID, key: bytes) -> Kept:
    """A decision with the lead's part. Raises `NotFound`, `Gone` where the lead was erased, and `Conflict` where the
    receipt is not as we wrote it."""
    written = await DecisionStore(connection, workspace).get(id_)
    if not verify(written.body, written.signature, key):
        raise _differs(["signature"])
    told = orjson.loads(written.body)
    if told["key"] is None:
        return Kept(written, told, None)
    keys = await LeadKeyStore(connection, workspace).by_ids([UUID(told["key"])])
    if not keys:
        raise Gone("The lead was erased, and with it what this decision was made from.", code="decision.erased")
    sealed = opened(told, keys[UUID(told["key"])])
    if sealed is None:
        raise _differs(["sealed"])
    return Kept(written, told, sealed)


async def replay(connection: AsyncConnection, workspace: UUID, decision: Kept, key: bytes) -> Replayed:
    """Decide it again. Raises `Conflict`, naming what came out different."""
    written, told, sealed = decision
    shelved = await _shelf(connection, workspace, told["snapshot"])
    lead, ask, values = sealed or (None, asked(told), _NOTHING)
    choice = decide(shelved, lead, ask, moment_of(told).timestamp(), fresh=told["fresh"])
    outputs = _NOTHING
    if choice.candidate is not None:
        prepared = await _prepared(connection, workspace, shelved, choice.candidate)
        choice = replace(choice, candidate=replace(choice.candidate, prepared=prepared))
        try:
            outputs = _said(choice, told["platform"], values)
        except Invalid:
            choice = REFUSED
    again = receipt(
        Decided(
            UUID(told["id"]), moment_of(told), shelved, ask, lead, choice, outputs, values, told["fresh"],
            told["platform"],
        ),
        key,
        base64.b64decode(told["sealed"])[:NONCE_BYTES] if told["sealed"] else b"",
    )  # fmt: skip
    if again != written:
        now = orjson.loads(again.body)
        raise _differs([name for name in told if now.get(name) != told[name]])
    whole = sum(one.weight for one in choice.lot)
    return Replayed(again, outputs, {one.variant: one.weight / whole for one in choice.lot})


def _said(choice: Choice, platform: str | None, values: Mapping[str, str]) -> Mapping[str, str]:
    assert choice.candidate is not None  # noqa: S101 - asked only where something is said
    prepared = choice.candidate.prepared
    return prepared.bind(values) if platform is None else handed(prepared, platform, values)


async def _shelf(connection: AsyncConnection, workspace: UUID, hash_: str) -> Shelved:
    """What stood on the shelf. Raises `Conflict` where that is not there, or not what its name says."""
    data = await DecisionStore(connection, workspace).snapshot(hash_)
    if data is None:
        raise _differs(["snapshot"])
    shelved = shelved_from(data, lambda *_: _UNBOUND)
    if snapshot_of(shelved)[0] != hash_:
        raise _differs(["snapshot"])
    return replace(shelved, snapshot=hash_)


async def _prepared(connection: AsyncConnection, workspace: UUID, shelved: Shelved, one: Candidate) -> Prepared:
    """The revision made ready anew, as the shelf does it, with the settings of that time."""
    row = (
        await connection.execute(
            sa.select(revisions.c.fields, revisions.c.evidence).where(
                revisions.c.workspace_id == workspace,
                revisions.c.variant_id == one.variant,
                revisions.c.revision == one.revision,
            )
        )
    ).first()
    if row is None:
        raise _differs(["revision"])
    return prepare(
        channel_named(one.channel), one.locale, row.fields, row.evidence, variant=one.variant, campaign=shelved.slug,
        workspace_name=shelved.settings["name"],
        delivery=DeliveryPolicy.model_validate(shelved.settings["delivery"]),
        platform=shelved.settings.get("platform"),
    )  # fmt: skip


def _differs(names: list[str]) -> Conflict:
    told = ", ".join(names)
    return Conflict(
        f"Deciding it again does not give the same receipt. What differs: {told}.",
        code="decision.differs",
        faults=[Fault(f"/{name}", "is not what was written then") for name in names],
    )
