"""Generation over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from service.auth import Generate, Wired
from service.generation.models import GenerateRequest, GenerateResponse

router = APIRouter(prefix="/v1", tags=["generation"])


@router.post("/generate", summary="Write copy for a lead or an audience")
async def generate(request: GenerateRequest, services: Wired, caller: Generate) -> GenerateResponse:
    """Variants in different angles, each with its evidence, a preview as the lead would read it, and its provenance."""
    return await services.pipeline.generate(caller.workspace, request)
