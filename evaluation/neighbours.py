"""A second tenant in a lab: copies of the first one's content, which nobody but itself may ever be shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from evaluation.lab import Lab
from service.content.models import ContentInput
from service.content.store import ContentStore
from service.workspaces.store import WorkspaceStore

SLUG = "neighbour"
MOST = 20
PAGE = 200


async def items_of(lab: Lab) -> dict[str, dict[str, Any]]:
    """All content items of the workspace, by external id."""
    found, cursor = dict[str, dict[str, Any]](), ""
    while True:
        params = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        page = await lab.api.call("GET", "/v1/content", params=params)
        found |= {item["external_id"]: item for item in page["items"]}
        if not (cursor := page["next_cursor"]):
            return found


async def settle(lab: Lab, items: Collection[dict[str, Any]]) -> None:
    """Put copies of the items, under other ids, into a workspace beside the lab's. On somebody's own service nothing
    is put anywhere."""
    if lab.services is None:
        return
    services = lab.services
    async with services.database.write() as connection:
        workspaces = WorkspaceStore(connection)
        if await workspaces.find(SLUG) is not None:
            return
        neighbour = await workspaces.create(SLUG, lab.now, name="A neighbour")
        copies = [
            ContentInput.model_validate(
                {name: item[name] for name in ContentInput.model_fields} | {"external_id": f"{SLUG}-{number}"}
            )
            for number, item in enumerate(list(items)[:MOST])
        ]
        await ContentStore(connection, neighbour.id).put_many(
            copies, lab.now, default_locale=neighbour.default_locale, chunker=services.chunker
        )
    services.follower.wake()
    await lab.api.call("GET", "/v1/index", params={"wait": 60})
