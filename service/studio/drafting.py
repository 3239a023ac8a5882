"""All that the page of a draft shows, read through the same stores as the API's routes."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from service.audiences.models import Audience
from service.audiences.store import AudienceStore
from service.campaigns.models import Campaign
from service.campaigns.store import CampaignStore
from service.channels.base import Channel, Limit
from service.channels.registry import channel as channel_named
from service.errors import NotFound
from service.generation.models import Evidence
from service.generation.tokens import Token, tokens_in
from service.leads.contract import Contract, Use, tokens
from service.leads.contract_store import ContractStore
from service.review.comment_models import Comment
from service.review.comment_store import CommentStore
from service.review.costs import Cost, costs
from service.review.differences import Piece, changed
from service.review.gathering import gather
from service.review.queue import Asked
from service.review.rechecking import lengths_of
from service.types import Locale
from service.users.store import UserStore
from service.variants.history import HistoryStore
from service.variants.models import Entry, StoredVariant
from service.variants.store import VariantStore, Wanted
from service.variants.views import VariantView

_MOST_BESIDE = 12
_MOST_DIFFERENCES = 30
_PIXELS = {"subject", "preheader"}


class Field(NamedTuple):
    """A text to write: how long it is and may be. `pixels`: mail programs cut it by width."""

    name: str
    text: str
    limit: Limit
    length: int
    pixels: bool


class Choice(NamedTuple):
    """A field that is chosen and not written: a content item, or one of a few words."""

    name: str
    value: str
    options: Sequence[tuple[str, str]]
    required: bool


class Used(NamedTuple):
    """An attribute: what it may do, what its writer was told of it, and the token that says it."""

    name: str
    use: Use
    word: str | None
    token: Token | None
    said: bool


class Step(NamedTuple):
    """A step of the history, and what it changed, by field."""

    entry: Entry
    changed: Mapping[str, Sequence[Piece]]


class Following(NamedTuple):
    """What else waits in the campaign: the next after this one, worst first, and how many there are."""

    next: UUID | None
    left: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A variant and what stands around it. `control` is what everyone else in the campaign gets, and `beside` the other
    variants for the same people in the same channel; `since_approved` is what differs from what is served. `names` are
    the people of the workspace by the address under which they are remembered."""

    stored: StoredVariant
    view: VariantView
    channel: Channel
    campaign: Campaign | None
    audience: Audience | None
    fields: Sequence[Field]
    choices: Sequence[Choice]
    beside: Sequence[StoredVariant]
    control: StoredVariant | None
    attributes: Sequence[Used]
    cost: Cost
    steps: Sequence[Step]
    since_approved: Mapping[str, Sequence[Piece]]
    comments: Sequence[Comment]
    following: Following
    names: Mapping[str, str]

    def open_comments(self, field: str) -> int:
        """How many on that field are not settled."""
        return sum(one.resolved_at is None and one.field == field for one in self.comments)


async def draft_of(connection: AsyncConnection, workspace: UUID, id_: UUID, actor: str, now: datetime) -> Draft:
    """That variant, as `actor` sees it. Raises `NotFound`."""
    store = VariantStore(connection, workspace)
    stored = await store.get(id_)
    channel = channel_named(stored.channel)
    beside, control = await _around(store, stored)
    steps, since = await _history(HistoryStore(connection, workspace), stored)
    people = await UserStore(connection, workspace).all()
    return Draft(
        stored=stored, view=VariantView.of(stored, await store.campaigns()), channel=channel,
        campaign=await CampaignStore(connection, workspace).by_id(stored.campaign_id) if stored.campaign_id else None,
        audience=await _audience(connection, workspace, stored), fields=_fields(channel, stored),
        choices=[*_links(channel, stored), *_words(channel, stored)], beside=beside, control=control,
        attributes=_attributes(await ContractStore(connection, workspace).current(), channel, stored),
        cost=await costs(connection, workspace, stored), steps=steps, since_approved=since,
        comments=await CommentStore(connection, workspace).of(stored.id),
        following=await _following(connection, workspace, stored, actor, now),
        names={one.email: one.name for one in people},
    )  # fmt: skip


async def _around(store: VariantStore, stored: StoredVariant) -> tuple[list[StoredVariant], StoredVariant | None]:
    """The other variants of the same place, and its control: the one that is served, or else the newest."""
    if stored.campaign_id is None:
        return [], None
    wanted = Wanted(campaign=stored.campaign_id, channel=stored.channel, locale=stored.locale)
    there = [one for one in await store.all(wanted) if one.status not in ("rejected", "retired")]
    there.sort(key=lambda one: (one.created_at, one.id))
    beside = [one for one in there if one.audience_slug == stored.audience_slug and one.id != stored.id]
    if stored.audience_slug is None:
        return beside[:_MOST_BESIDE], None
    controls = [one for one in there if one.audience_slug is None]
    served = [one for one in controls if one.serving is not None]
    return beside[:_MOST_BESIDE], next(reversed(served or controls), None)


async def _following(
    connection: AsyncConnection, workspace: UUID, stored: StoredVariant, actor: str, now: datetime
) -> Following:
    """As the inbox has them, without those that others are at work on."""
    if stored.campaign_id is None:
        return Following(None, 0)
    queue = (await gather(connection, workspace, actor, now, Asked(campaign=stored.campaign_id))).shown
    here = next((one.rank for one in queue if one.id == stored.id), None)
    others = [one for one in queue if one.id != stored.id and one.claimed != "others"]
    after = [one for one in others if here is None or one.rank > here] or others
    return Following(after[0].id if after else None, len(others))


async def _audience(connection: AsyncConnection, workspace: UUID, stored: StoredVariant) -> Audience | None:
    if stored.audience_slug is None:
        return None
    try:
        return await AudienceStore(connection, workspace).get(stored.audience_slug)
    except NotFound:  # it was deleted since
        return None


def _fields(channel: Channel, stored: StoredVariant) -> list[Field]:
    fields = channel.fields.model_validate(stored.fields)
    lengths = lengths_of(channel.name, channel.preview(fields, {}, ()))
    return [
        Field(name, text or "", channel.limits[name], lengths[name], channel.name == "email" and name in _PIXELS)
        for name, text in channel.texts(fields).items()
    ]


def _links(channel: Channel, stored: StoredVariant) -> list[Choice]:
    """The fields that point to content: to what the copy rests on, as far as that has what is wanted of it."""
    found = []
    for name, source in channel.links.items():
        value = str(stored.fields.get(name) or "")
        evidence = [Evidence.model_validate(one) for one in stored.evidence]
        options = {one.content_id: one.title for one in evidence if getattr(one, source)}
        options.setdefault(value, value)
        found.append(Choice(name, value, [(key, options[key]) for key in options if key], required=False))
    return found


def _words(channel: Channel, stored: StoredVariant) -> list[Choice]:
    """The fields with a few words to choose among."""
    return [
        Choice(
            name, str(stored.fields.get(name) or ""), [(one, one) for one in typing.get_args(field.annotation)], True
        )
        for name, field in channel.fields.model_fields.items()
        if name not in channel.limits and name not in channel.links
    ]


def _attributes(contract: Contract, channel: Channel, stored: StoredVariant) -> list[Used]:
    """What its writer was told, and what copy may say: in the order of the contract."""
    known: dict[str, Any] = {**(stored.audience.get("select") or {}), **(stored.audience.get("imply") or {})}
    fallbacks = tokens(contract, cast("Locale", stored.locale))
    texts = channel.texts(channel.fields.model_validate(stored.fields))
    said = {token.name for text in texts.values() for token in tokens_in(text or "")}
    return [
        Used(name, use, known.get(name), Token(name, fallbacks[name]) if name in fallbacks else None, name in said)
        for name, use in contract.uses.items()
        if name in known or name in fallbacks
    ]


async def _history(store: HistoryStore, stored: StoredVariant) -> tuple[list[Step], dict[str, list[Piece]]]:
    """Every step, the newest first, with what it changed; and what differs from what is served."""
    kept = {one.revision: one.fields for one in await store.revisions(stored.id)} | {stored.revision: stored.fields}
    entries = await store.entries(stored.id)
    steps: list[Step] = []
    for place, entry in enumerate(entries):
        earlier = entries[place - 1].revision if place else entry.revision
        recent = len(entries) - place <= _MOST_DIFFERENCES
        differ = recent and entry.action == "edit" and earlier in kept and entry.revision in kept
        steps.append(Step(entry, changed(kept[earlier], kept[entry.revision]) if differ else {}))
    served = kept.get(stored.serving or "")
    since = changed(served, stored.fields) if served is not None and stored.serving != stored.revision else {}
    return steps[::-1], since
