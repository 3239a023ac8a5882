"""Adopting ready-made audiences: those that fit the workspace's contract and are not there yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.conditions import checked
from service.audiences.models import Audience
from service.audiences.ready import ready, slug_of, with_parents
from service.audiences.store import AudienceStore
from service.errors import Fault, Invalid
from service.leads.contract_store import ContractStore
from service.profile.attributes import selectable
from service.workspaces.models import Workspace


class LeftOut(BaseModel):
    """A ready-made audience that the attribute contract does not let be made."""

    slug: str
    reason: str


class Adopted(BaseModel):
    """The audiences asked for, which of them are new, and what was left out."""

    items: list[Audience]
    created: list[str]
    left_out: list[LeftOut]


async def adopt(
    connection: AsyncConnection, workspace: Workspace, slugs: Sequence[str] | None, categories: Sequence[str],
    now: datetime,
) -> Adopted:  # fmt: skip
    """Make those with the parents that they need, all of them where none is named; what is there already stays as it
    is. Raises `Invalid` for a slug that is none, and for a named one that the contract forbids."""
    _sluggable(categories)
    offered = ready(workspace.default_locale, categories)
    if unknown := [slug for slug in slugs or () if slug not in offered]:
        faults = [Fault("/slugs", f"{slug[:63]!r} is no ready-made audience") for slug in unknown]
        raise Invalid(
            f"No ready-made audience: {', '.join(slug[:63] for slug in unknown[:5])}. There are: {', '.join(offered)}.",
            code="audience.not_ready_made",
            faults=faults,
        )
    usable = selectable(await ContractStore(connection, workspace.id).current())
    store = AudienceStore(connection, workspace.id)
    there = {one.slug for one in await store.all()}
    asked = list(offered) if slugs is None else [*slugs, *(slug for slug in offered if slug not in ready("en"))]
    result = Adopted(items=[], created=[], left_out=[])
    for slug in with_parents(asked, offered):
        if slug not in there:
            try:
                checked(offered[slug].condition, usable)
            except Invalid as error:
                if slugs is not None:
                    raise
                result.left_out.append(LeftOut(slug=slug, reason=error.detail))
                continue
            left = {one.slug for one in result.left_out}
            given = offered[slug]
            await store.create(given.model_copy(update={"parent": None}) if given.parent in left else given, now)
            result.created.append(slug)
        result.items.append(await store.get(slug))
    return result


def _sluggable(categories: Sequence[str]) -> None:
    faults = [
        Fault(f"/categories/{place}", "must have a letter or digit that fits an address")
        for place, category in enumerate(categories)
        if not slug_of(category)
    ]
    if faults:
        raise Invalid("A category has no letter that an audience's slug could have.", faults=faults)
