"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.auth import Wired
from service.studio.rendering import open_page
from service.studio.visiting import reader_of

router = APIRouter()


@router.get("/sign-in")
async def form(request: Request, services: Wired) -> HTMLResponse:
    """Address and password."""
    return open_page(reader_of(request), "sign_in.html", services.clock())
