"""Everything of this room over HTTP: consents, rights, retention, and the pages for leads."""

from __future__ import annotations

from fastapi import APIRouter

from service.privacy import consent_routes, retention_routes, rights_routes
from service.privacy.pages import pages

router = APIRouter()
for part in (pages, consent_routes.router, retention_routes.router, rights_routes.router):
    router.include_router(part)
