"""The one way in which a variant's state changes: the machine's move, what is served, the history, and the change.

Whoever calls is inside a transaction of their own. Nothing is approved while a finding blocks or a fact behind it has
changed, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from service.channels.registry import channel as channel_named
from service.checks.models import Finding
from service.content.standing import items_now
from service.db import changes
from service.db.tables import campaigns
from service.errors import Conflict, Forbidden
from service.generation.tokens import tokens_in
from service.leads.contract_store import ContractStore
from service.review.policy import ReviewPolicy, route
from service.types import Locale
from service.variants.history import HistoryStore
from service.variants.models import Entry, StoredVariant, Written
from service.variants.resting import Rest, fallen, items_of
from service.variants.standing import permitted
from service.variants.states import Action, Status, after
from service.variants.store import VariantStore, Wanted

ROUTING = "routing"  # the actor where the workspace's own routes approve or turn down
_PUT_BY: frozenset[Action] = frozenset(("submit", "approve", "reopen", "edit", "request_change"))
_APPROVED: frozenset[Status] = frozenset(("approved", "live", "quarantined"))


@dataclass(frozen=True, slots=True)
class _Move:
    """One step, as it is written down."""

    action: Action
    to: Status
    values: Mapping[str, Any]
    note: str = ""
    details: Mapping[str, Any] | None = None
    revision: str | None = None


async def act(
    connection: AsyncConnection,
    workspace: UUID,
    variant: StoredVariant,
    action: Action,
    actor: str,
    now: datetime,
    *,
    note: str = "",
    details: Mapping[str, Any] | None = None,
    policy: ReviewPolicy | None = None,
    written: Written | None = None,
) -> StoredVariant:
    """Take that step; `written` is what stands there from now on, where the step is an edit.

    Raises `Conflict` where the state does not allow it, where something is in the way of an approval, and
    `PreconditionFailed` where another writer was faster. An approval in a campaign that is live goes live at once.
    """
    to = after(variant.status, action)
    values: dict[str, Any] = {"status": to, "serving": _serving(variant, action)}
    if action in ("approve", "reject", "retire"):
        values |= {"claimed_by": None, "claimed_until": None}
    histories = HistoryStore(connection, workspace)
    if action == "approve":
        await _approvable(connection, workspace, variant, actor, policy or ReviewPolicy(), now)
        details = {**(details or {}), **await _covered(connection, workspace, variant)}
        if variant.serving is not None:
            details["replaces"] = variant.serving
        values["reasons"] = []
    if action == "reopen" and variant.status in _APPROVED:
        values["serving"] = await _replaced(histories, variant)
    if action in ("reject", "request_change", "retire") and values["serving"] is None:
        values["reasons"] = []  # whoever withdraws it does not want it back when its facts are
    await _announce(connection, workspace, [variant], now)
    if action in _PUT_BY:
        await histories.keep(variant, now)
    if variant.status in _APPROVED and values["serving"] != variant.revision and action == "reopen":
        await histories.withdraw(variant)
    if written is not None:
        values |= written._asdict()
    moved = await _move(connection, workspace, variant, _Move(action, to, values, note, details), actor, now)
    if written is not None:
        await histories.keep(moved, now)
    if action == "approve":
        await histories.approve(moved, actor, now)
    return await _launched(connection, workspace, moved, actor, now) if to == "approved" else moved


async def quarantine(
    connection: AsyncConnection,
    workspace: UUID,
    variant: StoredVariant,
    reasons: Sequence[Mapping[str, Any]],
    actor: str,
    now: datetime,
    *,
    note: str = "",
) -> StoredVariant:
    """Take what is served of it out of service, for these reasons. A draft that stands beside it stays a draft."""
    beside = variant.serving is not None and variant.status not in ("approved", "live")
    to = variant.status if beside else after(variant.status, "quarantine")
    told = [dict(reason) for reason in reasons]
    revision = variant.serving or variant.revision
    move = _Move(
        "quarantine", to, {"status": to, "serving": None, "reasons": told}, note,
        {"revision": revision, "reasons": told}, revision,
    )  # fmt: skip
    await _announce(connection, workspace, [variant], now)
    return await _move(connection, workspace, variant, move, actor, now)


async def reinstate(
    connection: AsyncConnection,
    workspace: UUID,
    variant: StoredVariant,
    actor: str,
    now: datetime,
    *,
    revision: str | None = None,
    note: str = "",
) -> StoredVariant:
    """Serve again what was quarantined. `revision` names it where a draft stands beside it; it must have been approved.

    Whoever calls has seen that it holds again.
    """
    withdrawn = bool(variant.reasons) and variant.serving is None
    beside = variant.status != "quarantined" and revision is not None and withdrawn
    to = variant.status if beside else after(variant.status, "reinstate")
    served = revision or variant.revision
    known = await HistoryStore(connection, workspace).revision(variant.id, served)
    if known is None or known.approved_at is None or not (beside or served == variant.revision):
        raise Conflict(f"The revision {served[:12]} is not what was approved here.", code="variant.state")
    move = _Move("reinstate", to, {"status": to, "serving": served, "reasons": []}, note, {"revision": served}, served)
    await _announce(connection, workspace, [variant], now)
    moved = await _move(connection, workspace, variant, move, actor, now)
    return await _launched(connection, workspace, moved, actor, now) if to == "approved" else moved


async def launch_campaign(
    connection: AsyncConnection, workspace: UUID, campaign: UUID, actor: str, now: datetime
) -> list[StoredVariant]:
    """What is approved in that campaign goes live; whoever calls has made the campaign so."""
    return await _all(connection, workspace, campaign, "approved", "launch", actor, now)


async def pause_campaign(
    connection: AsyncConnection, workspace: UUID, campaign: UUID, actor: str, now: datetime
) -> list[StoredVariant]:
    """What is live in that campaign is approved and no more, whether it is paused or has ended."""
    return await _all(connection, workspace, campaign, "live", "pause", actor, now)


async def is_live(connection: AsyncConnection, workspace: UUID, campaign: UUID | None) -> bool:
    """Whether that campaign is live."""
    wanted = sa.select(campaigns.c.status).where(campaigns.c.workspace_id == workspace, campaigns.c.id == campaign)
    return campaign is not None and await connection.scalar(wanted) == "live"


async def _all(
    connection: AsyncConnection, workspace: UUID, campaign: UUID, status: Status, action: Action, actor: str,
    now: datetime,
) -> list[StoredVariant]:  # fmt: skip
    found = await VariantStore(connection, workspace).all(Wanted(statuses=(status,), campaign=campaign))
    to = after(status, action)
    await _announce(connection, workspace, found, now)
    return [await _move(connection, workspace, one, _Move(action, to, {"status": to}), actor, now) for one in found]


async def _launched(
    connection: AsyncConnection, workspace: UUID, variant: StoredVariant, actor: str, now: datetime
) -> StoredVariant:
    if not await is_live(connection, workspace, variant.campaign_id):
        return variant
    to = after(variant.status, "launch")
    return await _move(connection, workspace, variant, _Move("launch", to, {"status": to}), actor, now)


async def _announce(
    connection: AsyncConnection, workspace: UUID, found: Sequence[StoredVariant], now: datetime
) -> None:
    """The change comes before what changes: its lock orders those who move several variants in one transaction, who
    would otherwise wait for each other's rows."""
    await changes.append(connection, workspace, "variant", [one.id for one in found], now)


async def _move(
    connection: AsyncConnection, workspace: UUID, variant: StoredVariant, move: _Move, actor: str, now: datetime
) -> StoredVariant:
    moved = await VariantStore(connection, workspace).update(variant, now, move.values)
    entry = Entry(
        move.revision or moved.revision, move.action, variant.status, move.to, actor, move.note,
        dict(move.details or {}), now,
    )  # fmt: skip
    await HistoryStore(connection, workspace).add(variant.id, entry)
    return moved


def _serving(variant: StoredVariant, action: Action) -> str | None:
    """What answers are made from after that step."""
    if action == "approve":
        return variant.revision
    if action == "retire" or (action in ("reject", "request_change") and variant.status in _APPROVED):
        return None
    return variant.serving


async def _replaced(histories: HistoryStore, variant: StoredVariant) -> str | None:
    """What was served before the approval that is taken back."""
    approvals = [one for one in await histories.entries(variant.id) if one.action == "approve"]
    return approvals[-1].details.get("replaces") if approvals else None


async def _approvable(
    connection: AsyncConnection,
    workspace: UUID,
    variant: StoredVariant,
    actor: str,
    policy: ReviewPolicy,
    now: datetime,
) -> None:
    if variant.blocked:
        codes = sorted({one["code"] for one in variant.findings if one["severity"] == "block"})
        raise Conflict(f"Findings block it: {', '.join(codes)}. Edit it first.", code="variant.blocked")
    findings = [Finding.model_validate(one) for one in variant.findings]
    if route(policy, variant.channel, findings) == "never":
        raise Conflict("The workspace never approves such copy; see its review settings.", code="variant.never")
    if policy.another_approves and actor == variant.author:
        raise Forbidden("Whoever wrote it does not approve it in this workspace.", code="variant.own")
    if variant.true_until is not None and variant.true_until <= now:
        raise Conflict(f"What it says was true until {variant.true_until:%Y-%m-%d %H:%M} UTC.", code="variant.stale")
    groups = [[Rest.model_validate(rest) for rest in group] for group in variant.rests_on]
    if gone := fallen(groups, await items_now(connection, workspace, items_of(groups))):
        told = ", ".join(f"{one.content_id} ({one.what})" for one in gone[:5])
        raise Conflict(f"What it rests on has changed: {told}. Edit it to have it checked again.", code="variant.stale")


async def _covered(connection: AsyncConnection, workspace: UUID, variant: StoredVariant) -> dict[str, Any]:
    """The values that are approved with a text that has tokens: those of the contract as it is. Raises `Conflict` where
    it does not let the copy use one of them, or know what its writer knew, any more."""
    contract = await ContractStore(connection, workspace).current()
    channel = channel_named(variant.channel)
    texts = channel.texts(channel.fields.model_validate(variant.fields))
    if gone := permitted(contract, texts, variant.audience, cast("Locale", variant.locale)):
        told = ", ".join(one.what for one in gone[:5])
        raise Conflict(f"The attribute contract does not let copy use {told} any more.", code="variant.stale")
    names = sorted({token.name for text in texts.values() for token in tokens_in(text or "")})
    return {"covers": {"contract_version": contract.version, "tokens": names}} if names else {}
