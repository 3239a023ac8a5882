"""How far the index has followed the records."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from retrieval.index import Index
from service.db.following import Follower


class IndexState(BaseModel):
    """The index follows the records: `followed` of `latest` changes are in it."""

    followed: int
    latest: int
    passages: int
    leads: int


async def index_state(follower: Follower, index: Index, workspace: UUID) -> IndexState:
    """How far it is, and how much of that workspace is in it."""
    progress = await follower.progress()
    return IndexState(
        followed=progress.followed,
        latest=progress.latest,
        passages=await index.count("passages", str(workspace)),
        leads=await index.count("leads", str(workspace)),
    )
