"""Under which address people's browsers know the service."""

from __future__ import annotations

from fastapi import Request

from service.wiring import Services


def root_of(request: Request, services: Services) -> str:
    """The address that is set, or else as the request names it; without a slash at the end."""
    return services.public_url or str(request.base_url).rstrip("/")
