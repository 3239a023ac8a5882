"""Search, and how far the index is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from retrieval.types import Filter, Hit
from service.auth import Admin, Anyone, Wired
from service.content.cutting import cut_anew
from service.content.models import Kind
from service.indexing.state import IndexState, index_state
from service.leads.models import CleanText
from service.types import Locale, language_of

router = APIRouter(prefix="/v1", tags=["search"])


class SearchRequest(BaseModel):
    """What to look for. `at` is the moment at which found content must be valid, now unless given."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"query": "café coado em casa", "limit": 5}]}
    )

    query: Annotated[CleanText, Field(min_length=1, max_length=2_000)]
    locale: Locale | None = None
    kinds: Annotated[list[Kind], Field(max_length=5)] = Field(default_factory=list)
    tags: Annotated[list[CleanText], Field(max_length=20)] = Field(default_factory=list)
    content_ids: Annotated[list[CleanText], Field(max_length=50)] = Field(default_factory=list)
    at: AwareDatetime | None = None
    mode: Literal["hybrid", "dense", "lexical"] = "hybrid"
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class Found(BaseModel):
    """A passage, its fused score from 0 to 1, and what each half of the search said of it."""

    passage: str
    content_id: str
    version: int
    kind: Kind
    locale: Locale
    title: str
    heading: str
    text: str
    url: str | None
    score: float
    halves: dict[str, float]

    @classmethod
    def of(cls, hit: Hit) -> Found:
        """A hit as the API shows it."""
        known = {name: hit.payload.get(name) for name in cls.model_fields if name not in ("passage", "score", "halves")}
        return cls.model_validate(
            known
            | {
                "passage": str(hit.id),
                "score": round(hit.score, 4),
                "halves": {h: round(s, 4) for h, s in hit.halves.items()},
            }
        )


class SearchResponse(BaseModel):
    """Passages, best first."""

    items: list[Found]


@router.post("/search", summary="Find passages")
async def search(request: SearchRequest, services: Wired, caller: Anyone) -> SearchResponse:
    """Hybrid search over the workspace's content. Without a locale, all languages are searched."""
    at: datetime = request.at or services.clock()
    where = Filter(
        str(caller.workspace.id),
        language=language_of(request.locale) if request.locale else None,
        kinds=request.kinds,
        tags=request.tags,
        content_ids=request.content_ids,
        valid_at=at,
    )
    language = language_of(request.locale or caller.workspace.default_locale)
    hits = await services.search.search(request.query, where, request.limit, mode=request.mode, query_language=language)
    return SearchResponse(items=[Found.of(hit) for hit in hits])


@router.get("/index", summary="How far the index has followed the records")
async def state(
    services: Wired,
    caller: Anyone,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for it.")] = 0,
) -> IndexState:
    """Content and leads are searchable a moment after they are stored; large imports take longer."""
    if wait:
        await services.follower.wait(wait)
    return await index_state(services.follower, services.index, caller.workspace.id)


@router.post("/index:rebuild", summary="Drop the index and build it anew from the records", status_code=202)
async def rebuild(services: Wired, caller: Admin) -> IndexState:
    """Content that would be cut into other passages by now is cut anew first; `GET /v1/index` tells how far it is."""
    await cut_anew(services.database, services.chunker, services.clock())
    await services.index.reset()
    services.follower.wake()
    return await state(services, caller)
