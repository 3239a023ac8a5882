"""Who is asking, and may they."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from service.errors import Forbidden, NotFound, Unauthorized
from service.users.models import SignedIn
from service.users.store import NOTED_AFTER, SessionStore, signed_in_with
from service.wiring import Services
from service.workspaces.models import SCOPES, Principal, Scope
from service.workspaces.store import WorkspaceStore, principal_of

_bearer = HTTPBearer(auto_error=False, description="An API key: `smk_...`, made by `sobmedida keys create`.")


async def services(request: Request) -> Services:  # async, since FastAPI sends what is not to a thread
    """The wired service behind this app."""
    found: Services = request.app.state.services
    return found


COOKIE = "sobmedida_session"
CSRF = "X-CSRF-Token"
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


def csrf_of(services: Services, signed_in: SignedIn) -> str:
    """What a page of the studio sends along with all that changes something: no other site can know it."""
    return services.signer.digest("csrf", str(signed_in.session.id))


async def signed_in(request: Request, services: Annotated[Services, Depends(services)]) -> SignedIn | None:
    """Whoever is signed in in this browser, None where nobody is (any more)."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    now = services.clock()
    async with services.database.read() as connection:
        found = await signed_in_with(connection, secret, now)
    if found is not None and now - found.session.seen_at >= NOTED_AFTER:
        async with services.database.write() as connection:
            await SessionStore(connection, found.workspace.id).note(found.session.id, now)
    return found


async def principal(
    request: Request,
    services: Annotated[Services, Depends(services)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    x_workspace: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Principal:
    """The holder of the key in the Authorization header, or whoever is signed in in the studio. Raises `Unauthorized`;
    `Forbidden` where a page of another site makes the browser of somebody signed in ask for a change."""
    if credentials is not None:
        return await holder(services, credentials, x_workspace)
    return (await _at_work(request, services)).principal


async def person(
    request: Request,
    services: Annotated[Services, Depends(services)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    x_workspace: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> SignedIn:
    """Whoever is signed in in the studio. Raises as `principal` does, and `Forbidden` for a key, which is nobody's."""
    if credentials is not None:
        await holder(services, credentials, x_workspace)
        raise Forbidden("This is about whoever is signed in in the studio; a key is not anybody.", code="session.none")
    return await _at_work(request, services)


async def _at_work(request: Request, services: Services) -> SignedIn:
    if (visitor := await signed_in(request, services)) is None:
        code = "session.over" if COOKIE in request.cookies else "key.missing"
        raise Unauthorized("Send an API key: `Authorization: Bearer smk_...`, or sign in.", code=code)
    if request.method not in _SAFE and not _ours(request, csrf_of(services, visitor)):
        raise Forbidden(f"Send the page's token as `{CSRF}`.", code="session.csrf")
    return visitor


async def holder(
    services: Services, credentials: HTTPAuthorizationCredentials, x_workspace: str | None = None
) -> Principal:
    """Whoever holds that key. Raises `Unauthorized`."""
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


def _ours(request: Request, token: str) -> bool:
    return secrets.compare_digest(request.headers.get(CSRF, "").encode(), token.encode())


def require(scope: Scope) -> Callable[[Principal], Awaitable[Principal]]:
    """A dependency that lets only keys with that scope through. Raises `Forbidden`."""

    async def allowed(principal: Annotated[Principal, Depends(principal)]) -> Principal:
        if not principal.may(scope):
            raise refused(principal, scope)
        return principal

    return allowed


def refused(principal: Principal, scope: Scope) -> Forbidden:
    """What somebody without that scope is told."""
    return Forbidden(f"This needs the scope `{scope}`; the key has: {', '.join(sorted(principal.scopes)) or 'none'}.")


Wired = Annotated[Services, Depends(services)]
Visitor = Annotated[SignedIn | None, Depends(signed_in)]
Read = Annotated[Principal, Depends(require("read"))]
Ingest = Annotated[Principal, Depends(require("ingest"))]
Generate = Annotated[Principal, Depends(require("generate"))]
Write = Annotated[Principal, Depends(require("write"))]
Review = Annotated[Principal, Depends(require("review"))]
Admin = Annotated[Principal, Depends(require("admin"))]
Anyone = Annotated[Principal, Depends(principal)]
Person = Annotated[SignedIn, Depends(person)]
