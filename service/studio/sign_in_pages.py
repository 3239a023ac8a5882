"""Signing in and out, choosing a workspace, and setting a password for the first time. Works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from service.auth import COOKIE, Visitor, Wired, csrf_of
from service.errors import Forbidden, NotFound, SobMedidaError, Unauthorized
from service.privacy.forms import Form, form_of
from service.studio.rendering import open_page
from service.studio.visiting import Reader, reader_of
from service.users.addresses import root_of
from service.users.models import LASTS, User
from service.users.passwords import SHORTEST
from service.users.store import SessionStore
from service.wiring import Services
from service.workspaces.store import WorkspaceStore

router = APIRouter(prefix="/studio")

HOME = "/studio/inbox"
ON_THE_WAY = "sobmedida_openid"


@router.get("/sign-in")
async def form(
    request: Request, services: Wired, visitor: Visitor, then: Annotated[str, Query(alias="next")] = HOME
) -> Response:
    """Address and password, or the provider. Whoever is signed in already goes on."""
    if visitor is not None:
        return RedirectResponse(_inside(then), 303)
    return _form(request, services, then)


@router.post("/sign-in")
async def sign_in(request: Request, services: Wired) -> Response:
    """Go on to where they wanted; what is wrong stands above the form."""
    _same_site(request, services)
    given = await form_of(request)
    then, email = _one(given, "next") or HOME, _one(given, "email")
    try:
        users = await services.sign_in.known(email, _one(given, "password"), _place(request))
    except SobMedidaError as error:
        if error.status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
            raise
        return _form(request, services, then, email, error)
    if len(users) > 1:
        return await _choose(request, services, users, then)
    return await _enter(request, services, users[0], then)


@router.post("/sign-in/workspace")
async def choose(request: Request, services: Wired) -> Response:
    """Into that one of several workspaces."""
    _same_site(request, services)
    given = await form_of(request)
    user = await services.sign_in.chosen(_one(given, "choice"), _one(given, "user"))
    return await _enter(request, services, user, _one(given, "next") or HOME)


@router.post("/sign-out")
async def sign_out(request: Request, services: Wired, visitor: Visitor) -> Response:
    """End this session."""
    if visitor is not None:
        if _one(await form_of(request), "csrf") != csrf_of(services, visitor):
            raise Forbidden("Send the page's token.", code="session.csrf")
        async with services.database.write() as connection:
            await SessionStore(connection, visitor.workspace.id).close(visitor.user.id, visitor.session.id)
    answer = RedirectResponse("/studio/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/sign-in/openid")
async def through_provider(
    request: Request, services: Wired, then: Annotated[str, Query(alias="next")] = HOME
) -> Response:
    """To the provider, and back to `/studio/sign-in/back`."""
    if services.openid is None:
        raise NotFound("No sign-in provider is set up.", code="openid.unset")
    url, kept = await services.openid.start(_back(request, services), _inside(then))
    answer = RedirectResponse(url, 303)
    _keep(request, services, answer, ON_THE_WAY, kept, 600)
    return answer


@router.get("/sign-in/back")
async def back(request: Request, services: Wired, state: str = "", code: str = "") -> Response:
    """From the provider, with what it vouches for."""
    if services.openid is None:
        raise NotFound("No sign-in provider is set up.", code="openid.unset")
    try:
        kept = request.cookies.get(ON_THE_WAY, "")
        person, then = await services.openid.finish(_back(request, services), kept, state, code)
        user = await services.openid.user_for(services.database, person)
    except Unauthorized as error:
        return _form(request, services, HOME, error=error)
    answer = await _enter(request, services, user, then)
    answer.delete_cookie(ON_THE_WAY, path="/")
    return answer


@router.get("/welcome/{token}")
async def welcome(token: str, request: Request, services: Wired) -> Response:
    """Somebody invited sets their password."""
    user = await services.sign_in.invited(token)
    return open_page(_reader(request, user), "welcome.html", services.clock(), user=user, error=None, shortest=SHORTEST)


@router.post("/welcome/{token}")
async def set_password(token: str, request: Request, services: Wired) -> Response:
    """From now on they sign in with it; they are signed in already."""
    _same_site(request, services)
    user, given = await services.sign_in.invited(token), await form_of(request)
    try:
        user = await services.sign_in.set_password(user, _one(given, "password"))
    except SobMedidaError as error:
        if error.code != "password.weak":
            raise
        return open_page(
            _reader(request, user), "welcome.html", services.clock(), error.status, user=user, error=error,
            shortest=SHORTEST,
        )  # fmt: skip
    return await _enter(request, services, user, HOME)


def _form(
    request: Request, services: Services, then: str, email: str = "", error: SobMedidaError | None = None
) -> Response:
    status = error.status if error else 200
    answer = open_page(
        reader_of(request), "sign_in.html", services.clock(), status, then=_inside(then), email=email, error=error,
        openid=services.openid,
    )  # fmt: skip
    if error and error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


async def _choose(request: Request, services: Services, users: Sequence[User], then: str) -> Response:
    async with services.database.read() as connection:
        store = WorkspaceStore(connection)
        choices = [(user, await store.by_id(user.workspace)) for user in users]
    return open_page(
        reader_of(request), "choose.html", services.clock(), choices=choices, choice=services.sign_in.choice(users),
        then=_inside(then),
    )  # fmt: skip


async def _enter(request: Request, services: Services, user: User, then: str) -> Response:
    secret = await services.sign_in.enter(user, request.headers.get("user-agent", ""))
    answer = RedirectResponse(_inside(then), 303)
    _keep(request, services, answer, COOKIE, secret, int(LASTS.total_seconds()))
    return answer


def _keep(request: Request, services: Services, answer: Response, name: str, value: str, seconds: int) -> None:
    secure = root_of(request, services).startswith("https:")
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")


def _inside(then: str) -> str:
    """A page of the studio and of nowhere else, whatever the address says."""
    parts = urlsplit(then)
    good = not parts.scheme and not parts.netloc and parts.path.startswith("/studio") and "\\" not in then
    return then if good and "//" not in parts.path and then.isprintable() else HOME


def _same_site(request: Request, services: Services) -> None:
    """Raises `Forbidden` where another site sends a form of ours."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none") or (
        origin not in (None, root_of(request, services), str(request.base_url).rstrip("/"))
    ):
        raise Forbidden("This form was sent from another site.", code="session.csrf")


def _place(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _back(request: Request, services: Services) -> str:
    return f"{root_of(request, services)}/studio/sign-in/back"


def _reader(request: Request, user: User) -> Reader:
    return reader_of(request, user.locale)


def _one(given: Form, name: str) -> str:
    return given.get(name, [""])[0]
