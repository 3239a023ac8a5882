"""From a brief to the evidence that copy may rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from retrieval.search import Mode, Search
from retrieval.tuning import PASSAGES
from retrieval.types import Filter, Hit
from service.content.store import ContentStore, PassageSource
from service.content.wording import offer_text
from service.db.engine import Database
from service.errors import NothingToSay
from service.generation.models import Brief, Evidence
from service.generation.reader import Reader
from service.types import language_of
from service.workspaces.models import Workspace


async def gather(
    database: Database,
    search: Search,
    workspace: Workspace,
    reader: Reader,
    brief: Brief,
    now: datetime,
    mode: Mode = "hybrid",
    *,
    passages: int = PASSAGES,
) -> list[Evidence]:
    """What the index finds for the brief and the reader, as the records have it now. Raises `NothingToSay`.

    The index follows the records a moment later, so each hit is looked up: a passage whose item was edited or deleted
    meanwhile is left out.
    """
    where = Filter(
        str(workspace.id),
        language=language_of(reader.locale),
        content_ids=brief.content_ids,
        tags=brief.tags,
        valid_at=now,
    )
    query = " ".join([brief.objective, *reader.known.closed.values()])
    hits = await search.search(query, where, passages, mode, language_of(reader.locale))
    async with database.read() as connection:
        sources = await ContentStore(connection, workspace.id).sources([hit.id for hit in hits])
    found = _evidence([(hit, sources[hit.id]) for hit in hits if hit.id in sources], now, ZoneInfo(workspace.timezone))
    if not found:
        raise NothingToSay(
            f"No content in {reader.locale} that is valid now was found for this brief. "
            "Import content in that language, or widen `content_ids` and `tags`."
        )
    return found


async def still_there(
    database: Database, workspace: Workspace, evidence: Sequence[Evidence], now: datetime
) -> list[Evidence]:
    """That evidence as the records have it now, without what was edited or deleted, or is over."""
    hits = {one.passage: Hit(one.passage, one.score, {}) for one in evidence if one.passage is not None}
    async with database.read() as connection:
        sources = await ContentStore(connection, workspace.id).sources(hits)
    return _evidence([(hits[id_], sources[id_]) for id_ in hits if id_ in sources], now, ZoneInfo(workspace.timezone))


def _evidence(found: Sequence[tuple[Hit, PassageSource]], now: datetime, timezone: ZoneInfo) -> list[Evidence]:
    passages: list[Evidence] = []
    offers: dict[UUID, tuple[Hit, PassageSource]] = {}
    for hit, source in found:
        if source.valid_until is not None and source.valid_until <= now:
            continue
        passages.append(_of_passage(f"e{len(passages) + 1}", hit, source))
        if source.facts.items():
            offers.setdefault(source.item_id, (hit, source))
    return passages + [
        _of_offer(f"o{number}", hit, source, timezone) for number, (hit, source) in enumerate(offers.values(), start=1)
    ]


def _of_passage(id_: str, hit: Hit, source: PassageSource) -> Evidence:
    return Evidence(
        id=id_, kind="passage",
        item_kind=source.kind,
        heading=source.heading, content_id=source.external_id, version=source.version, passage=hit.id,
        title=source.title, text=source.text, score=round(hit.score, 4), url=source.url, image_url=source.image_url,
        image_alt=source.image_alt, valid_until=source.valid_until, item_id=source.item_id,
    )  # fmt: skip


def _of_offer(id_: str, hit: Hit, source: PassageSource, timezone: ZoneInfo) -> Evidence:
    return Evidence(
        id=id_, kind="offer",
        item_kind=source.kind, content_id=source.external_id, version=source.version, title=source.title,
        text=offer_text(source.title, source.facts, source.valid_until, source.locale, timezone),
        score=round(hit.score, 4), url=source.url, image_url=source.image_url, image_alt=source.image_alt,
        facts=source.facts, valid_until=source.valid_until, item_id=source.item_id,
    )  # fmt: skip
