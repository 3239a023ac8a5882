"""The caller's own workspace over HTTP."""

from __future__ import annotations

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from service.auth import Admin, Anyone, Wired
from service.checks.models import Terms
from service.db import changes
from service.delivery.policy import DeliveryPolicy
from service.privacy.policy import Policy
from service.review.policy import ReviewPolicy
from service.review.rule_store import RuleStore
from service.types import Locale
from service.workspaces.models import Workspace
from service.workspaces.settings import RULES, Money, WorkspacePatch
from service.workspaces.store import WorkspaceStore
from service.workspaces.style import Style

router = APIRouter(prefix="/v1", tags=["workspace"])


class WorkspaceView(BaseModel):
    """How a workspace writes and what it allows itself; `daily_budget` is in US dollars, null for no limit."""

    slug: str
    name: str
    voice: str
    timezone: str
    default_locale: Locale
    terms: Terms
    style: Style
    daily_budget: Money | None
    smallest_audience: int
    policy: Policy
    review: ReviewPolicy
    delivery: DeliveryPolicy

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """A workspace without its id."""
        return cls.model_validate({name: getattr(workspace, name) for name in cls.model_fields})


@router.get("/workspace", summary="The caller's workspace")
async def get(caller: Anyone) -> WorkspaceView:
    """How it writes, and its limits."""
    return WorkspaceView.of(caller.workspace)


@router.patch("/workspace", summary="Change the caller's workspace")
async def patch(body: WorkspacePatch, services: Wired, caller: Admin) -> WorkspaceView:
    """Only what is given changes, for the next request already. `terms`, `style`, `policy`, `review` and
    `delivery` are replaced as a whole."""
    before = caller.workspace
    async with services.database.write() as connection:
        after = await WorkspaceStore(connection).update(before, body.given)
        if not RULES.isdisjoint(body.given):
            await changes.append(connection, before.id, "rule", [before.id], services.clock())
        if not {"terms", "style"}.isdisjoint(body.given):
            await RuleStore(connection, before.id).settle(after, caller.name, services.clock())
        if after.policy.purposes != before.policy.purposes:  # whoever judges leads by their consents looks again
            await changes.append(connection, before.id, "contract", [before.id], services.clock())
    return WorkspaceView.of(after)
