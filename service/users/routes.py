"""Users over HTTP: for admins, and what each person may do about themselves."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from service.auth import Admin, Person, Wired
from service.errors import Conflict, Fault, Invalid, NotFound
from service.users.addresses import root_of
from service.users.models import User
from service.users.passwords import check_password
from service.users.store import SessionStore, UserStore
from service.users.views import (
    Invitation,
    MePatch,
    NewUser,
    SessionList,
    SessionView,
    UserAdded,
    UserList,
    UserPatch,
    UserView,
)
from service.wiring import Services

router = APIRouter(prefix="/v1", tags=["users"])

Email = Annotated[str, Path(max_length=254)]


@router.get("/users", summary="Everybody who may work in the studio")
async def all_(services: Wired, caller: Admin) -> UserList:
    """By address."""
    async with services.database.read() as connection:
        return UserList(items=[UserView.of(one) for one in await UserStore(connection, caller.workspace.id).all()])


@router.post("/users", summary="Add somebody", status_code=201)
async def add(body: NewUser, request: Request, response: Response, services: Wired, caller: Admin) -> UserAdded:
    """Without a password the answer has an invitation: a link with which they set one, shown this once."""
    hashed = None
    if body.password is not None:
        hashed = await services.sign_in.passwords.hashed(check_password(body.password, body.email))
    async with services.database.write() as connection:
        user = await UserStore(connection, caller.workspace.id).create(
            body.email, body.name, body.role, services.clock(), password_hash=hashed, locale=body.locale
        )
    response.headers["Cache-Control"] = "no-store"
    invitation = None if hashed else _invitation(request, services, user)
    return UserAdded(**UserView.of(user).model_dump(), invitation=invitation)


@router.patch("/users/{email}", summary="Change somebody's role or name, or keep them out")
async def change(email: Email, body: UserPatch, services: Wired, caller: Admin) -> UserView:
    """A role holds from the next request on. 409 where nobody would be left as admin."""
    given = body.model_dump(exclude_unset=True)
    if (disabled := given.pop("disabled", None)) is not None:
        given["disabled_at"] = services.clock() if disabled else None
    async with services.database.write() as connection:
        store = UserStore(connection, caller.workspace.id)
        user = await store.get(email)
        if given:
            user = await store.update(user, given)
        if disabled:
            await SessionStore(connection, caller.workspace.id).close(user.id)
        everybody = await store.all()
        if not any(one.role == "admin" and one.disabled_at is None for one in everybody):
            raise Conflict("Somebody has to stay admin.", code="user.last_admin")
    return UserView.of(user)


@router.post("/users/{email}/invitation", summary="A link with which somebody sets their password anew")
async def invite(email: Email, request: Request, response: Response, services: Wired, caller: Admin) -> Invitation:
    """Good once, for seven days. The present password stays good until then."""
    async with services.database.read() as connection:
        user = await UserStore(connection, caller.workspace.id).get(email)
    response.headers["Cache-Control"] = "no-store"
    return _invitation(request, services, user)


@router.delete("/users/{email}/sessions", summary="Sign somebody out everywhere", status_code=204)
async def sign_out(email: Email, services: Wired, caller: Admin) -> None:
    """Whatever they have open asks them to sign in again."""
    async with services.database.write() as connection:
        user = await UserStore(connection, caller.workspace.id).get(email)
        await SessionStore(connection, caller.workspace.id).close(user.id)


@router.get("/me", summary="Whoever is signed in")
async def me(person: Person) -> UserView:
    """403 for a key."""
    return UserView.of(person.user)


@router.patch("/me", summary="Change one's own language or password")
async def change_me(body: MePatch, services: Wired, person: Person) -> UserView:
    """A new password ends one's other sessions; this one stays."""
    user = person.user
    if body.password is not None:
        right = user.password_hash is None or await services.sign_in.passwords.right(
            user.password_hash, body.present or ""
        )
        if not right:
            told = "is not the password so far"
            raise Invalid(f"present: {told}.", code="password.wrong", faults=[Fault("/present", told)])
        hashed = await services.sign_in.passwords.hashed(check_password(body.password, user.email))
        async with services.database.write() as connection:
            store = SessionStore(connection, user.workspace)
            for session in await store.of(user.id, services.clock()):
                if session.id != person.session.id:
                    await store.close(user.id, session.id)
            user = await UserStore(connection, user.workspace).update(user, {"password_hash": hashed})
    if "locale" in body.model_fields_set:
        async with services.database.write() as connection:
            user = await UserStore(connection, user.workspace).update(user, {"locale": body.locale})
    return UserView.of(user)


@router.get("/me/sessions", summary="Where one is signed in")
async def sessions(services: Wired, person: Person) -> SessionList:
    """The last used first."""
    async with services.database.read() as connection:
        found = await SessionStore(connection, person.workspace.id).of(person.user.id, services.clock())
    return SessionList(items=[SessionView.of(one, person.session.id) for one in found])


@router.delete("/me/sessions/{id}", summary="Sign out in one browser", status_code=204)
async def end(id: UUID, services: Wired, person: Person) -> None:  # noqa: A002
    """404 for a session that is not one's own."""
    async with services.database.write() as connection:
        if not await SessionStore(connection, person.workspace.id).close(person.user.id, id):
            raise NotFound("There is no such session of yours.", code="session.unknown")


def _invitation(request: Request, services: Services, user: User) -> Invitation:
    token, until = services.sign_in.invitation(user)
    return Invitation(url=f"{root_of(request, services)}/studio/welcome/{token}", expires_at=until)
