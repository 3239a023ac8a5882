"""A brand voice to begin with, over HTTP."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from service.auth import Admin
from service.workspaces.voice import PastEmails, VoiceProposal, propose_voice

router = APIRouter(prefix="/v1", tags=["workspace"])


@router.post("/voice:propose", summary="A brand voice read from past e-mails")
async def propose(body: PastEmails, caller: Admin) -> VoiceProposal:
    """Personal data is taken out first, the texts go to no model, and nothing of them is kept. Save what is right with
    `PATCH /v1/workspace`."""
    locale = body.locale or caller.workspace.default_locale
    return await asyncio.to_thread(propose_voice, body.texts, locale)
