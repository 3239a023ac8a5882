"""Who is asking, and may they."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from service.errors import Forbidden, NotFound, Unauthorized
from service.wiring import Services
from service.workspaces.models import SCOPES, Principal, Scope
from service.workspaces.store import WorkspaceStore, principal_of

_bearer = HTTPBearer(auto_error=False, description="An API key: `smk_...`, made by `sobmedida keys create`.")


async def services(request: Request) -> Services:  # async, since FastAPI sends what is not to a thread
    """The wired service behind this app."""
    found: Services = request.app.state.services
    return found


async def principal(
    services: Annotated[Services, Depends(services)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    x_workspace: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Principal:
    """The holder of the key in the Authorization header. Raises `Unauthorized`."""
    if credentials is None:
        raise Unauthorized("Send an API key: `Authorization: Bearer smk_...`.", code="key.missing")
    async with services.database.read() as connection:
        if x_workspace and secrets.compare_digest(credentials.credentials.encode(), services.local_token.encode()):
            try:
                return Principal(await WorkspaceStore(connection).get(x_workspace), frozenset(SCOPES))
            except NotFound as error:
                raise Unauthorized(error.detail, code="workspace.unknown") from None
        found = await principal_of(connection, credentials.credentials, services.clock())
    if found is None:
        raise Unauthorized("The API key is unknown or was revoked.")
    return found


def require(scope: Scope) -> Callable[[Principal], Awaitable[Principal]]:
    """A dependency that lets only keys with that scope through. Raises `Forbidden`."""

    async def allowed(principal: Annotated[Principal, Depends(principal)]) -> Principal:
        if not principal.may(scope):
            raise Forbidden(
                f"This needs the scope `{scope}`; the key has: {', '.join(sorted(principal.scopes)) or 'none'}."
            )
        return principal

    return allowed


Wired = Annotated[Services, Depends(services)]
Ingest = Annotated[Principal, Depends(require("ingest"))]
Generate = Annotated[Principal, Depends(require("generate"))]
Review = Annotated[Principal, Depends(require("review"))]
Admin = Annotated[Principal, Depends(require("admin"))]
Anyone = Annotated[Principal, Depends(principal)]
