"""What whoever works on a draft asks for all day, over HTTP: checks of unsaved words, and comments."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from service.auth import Wired, Write
from service.review.comment_models import CommentBody, Comments, CommentView
from service.review.comment_store import CommentStore
from service.review.models import Edit
from service.review.rechecking import VariantCheck, check_again
from service.variants.store import VariantStore

router = APIRouter(prefix="/v1", tags=["review"])


@router.post("/variants/{variant_id}/checks", summary="Check an edit of a variant before it is kept")
async def check(variant_id: UUID, body: Edit, services: Wired, caller: Write) -> VariantCheck:
    """What the variant would come to with those fields, fast enough for every keystroke: sources are looked for by
    their words, where an edit looks by meaning too. Nothing is kept."""
    async with services.database.read() as connection:
        stored = await VariantStore(connection, caller.workspace.id).get(variant_id)
    return await check_again(
        services.database, services.search, caller.workspace, stored, body.fields, services.clock()
    )


@router.get("/variants/{variant_id}/comments", summary="What was said about a variant")
async def comments(variant_id: UUID, services: Wired, caller: Write) -> Comments:
    """All comments, the oldest first."""
    async with services.database.read() as connection:
        found = await VariantStore(connection, caller.workspace.id).get(variant_id)
        kept = await CommentStore(connection, caller.workspace.id).of(found.id)
    return Comments(items=[CommentView.model_validate(one) for one in kept])


@router.post("/variants/{variant_id}/comments", summary="Say something about a variant", status_code=201)
async def comment(variant_id: UUID, body: CommentBody, services: Wired, caller: Write) -> CommentView:
    """About all of it, or about one text field. It changes nothing of the variant itself."""
    async with services.database.write() as connection:
        found = await VariantStore(connection, caller.workspace.id).get(variant_id)
        made = await CommentStore(connection, caller.workspace.id).add(found, body, caller.name, services.clock())
    return CommentView.model_validate(made)


@router.post("/comments/{comment_id}/resolve", summary="Say that nothing is left to do about a comment")
async def resolve(comment_id: UUID, services: Wired, caller: Write) -> CommentView:
    """Who said so first is remembered."""
    async with services.database.write() as connection:
        done = await CommentStore(connection, caller.workspace.id).resolve(comment_id, caller.name, services.clock())
    return CommentView.model_validate(done)


@router.post("/comments/{comment_id}/reopen", summary="Say that something is left to do about a comment")
async def reopen(comment_id: UUID, services: Wired, caller: Write) -> CommentView:
    """The comment is as if nobody had resolved it."""
    async with services.database.write() as connection:
        done = await CommentStore(connection, caller.workspace.id).reopen(comment_id)
    return CommentView.model_validate(done)
