"""Who looks at a page of the studio, and in which language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from service.auth import Visitor, Wired, csrf_of, refused
from service.errors import Unauthorized
from service.studio.words import locale_of
from service.types import Locale
from service.users.models import SignedIn
from service.wiring import Services
from service.workspaces.models import Principal, Scope, Workspace

THEME = "sobmedida_theme"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads a page, signed in or not: the language, the theme (`light`, `dark` or as the system has it) and
    the address of the page."""

    locale: Locale
    theme: str
    path: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody signed in at a page. `csrf` goes along with all that the page changes."""

    reader: Reader
    signed_in: SignedIn
    principal: Principal
    csrf: str
    services: Services

    @property
    def workspace(self) -> Workspace:
        """Where they work."""
        return self.signed_in.workspace

    def need(self, scope: Scope) -> None:
        """Raises `Forbidden` for somebody who may not."""
        if not self.principal.may(scope):
            raise refused(self.principal, scope)


def reader_of(request: Request, wanted: Locale | None = None) -> Reader:
    """Whoever asks for that page."""
    theme = request.cookies.get(THEME, "system")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Reader(
        locale_of(wanted, request.headers.get("accept-language", "")),
        theme if theme in ("light", "dark") else "system",
        path,
    )


async def visit(request: Request, services: Wired, visitor: Visitor) -> Visit:
    """Whoever is signed in. Raises `Unauthorized`, which the studio answers with its sign-in page."""
    if visitor is None:
        raise Unauthorized("Sign in to see this page.", code="session.over")
    return Visit(
        reader_of(request, visitor.user.locale), visitor, visitor.principal,
        csrf_of(services, visitor), services,
    )  # fmt: skip


Visiting = Annotated[Visit, Depends(visit)]
