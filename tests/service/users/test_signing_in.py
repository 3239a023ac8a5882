"""Signing in by password: over HTTP, as a browser without scripts would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy as sa

from service.auth import COOKIE
from service.db.engine import Database
from service.users.throttling import LONGEST, wait_after
from tests.support import NOW, Running, running

ANA = {"email": "Ana@Casa.example", "name": "Ana Prado", "role": "approver", "password": "chá de camomila às 5"}
ENTER = {"email": "ana@casa.example", "password": ANA["password"]}


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def service(sqlite_database: Database, tmp_path: Path, clock: Clock) -> AsyncIterator[Running]:
    async with running(sqlite_database, tmp_path, clock=clock) as started:
        yield started


def browser(service: Running) -> httpx.AsyncClient:
    """Somebody's browser, not signed in."""
    http = service.client()
    del http.headers["Authorization"]
    http.headers.update({"Accept": "text/html", "Accept-Language": "en", "User-Agent": "a browser"})
    return http


async def test_somebody_added_signs_in_and_is_sent_to_where_they_wanted(service: Running) -> None:
    async with service.client() as admin, browser(service) as http:
        assert (await admin.post("/v1/users", json=ANA)).status_code == 201
        answer = await http.post("/studio/sign-in", data=ENTER | {"next": "/studio/campaigns?x=1"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/studio/campaigns?x=1")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
        me = (await http.get("/v1/me")).json()
        assert (me["email"], me["role"], me["password"], me["openid"]) == ("ana@casa.example", "approver", True, False)
        assert "password_hash" not in me


@pytest.mark.parametrize(
    "then",
    [
        "https://evil.example/studio",
        "//evil.example/studio",
        "/studio//evil.example",
        "/v1/leads",
        "/studio\\..",
        "studio",
    ],
)
async def test_nobody_is_sent_to_another_site(service: Running, then: str) -> None:
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json=ANA)
        answer = await http.post("/studio/sign-in", data=ENTER | {"next": then})
        assert answer.headers["location"] == "/studio/inbox"


@pytest.mark.parametrize("email", ["ana@casa.example", "nobody@casa.example"])
async def test_a_wrong_password_and_an_unknown_address_are_told_alike(service: Running, email: str) -> None:
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json=ANA)
        answer = await http.post("/studio/sign-in", data={"email": email, "password": "something else"})
        assert answer.status_code == 401 and COOKIE not in answer.cookies
        assert "The address or the password is not right." in answer.text and email in answer.text


async def test_guessing_gets_slower_and_ends_when_one_waits(service: Running, clock: Clock) -> None:
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json=ANA)
        for _ in range(5):
            assert (await http.post("/studio/sign-in", data=ENTER | {"password": "wrong"})).status_code == 401
        answer = await http.post("/studio/sign-in", data=ENTER)  # the right one: it is not even looked at
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
        clock.now += timedelta(seconds=3)
        assert (await http.post("/studio/sign-in", data=ENTER)).status_code == 303


def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    assert [wait_after(failures, 5).total_seconds() for failures in (0, 4, 5, 6, 7)] == [0, 0, 2, 4, 8]
    assert wait_after(1_000, 5) == LONGEST


async def test_another_site_can_neither_sign_anybody_in_nor_out(service: Running) -> None:
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json=ANA)
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert (await http.post("/studio/sign-in", data=ENTER, headers=headers)).status_code == 403
        await http.post("/studio/sign-in", data=ENTER)
        assert (await http.post("/studio/sign-out", data={"csrf": "made up"})).status_code == 403
        assert (await http.get("/v1/me")).status_code == 200


async def test_a_session_is_over_after_half_a_day_of_rest_and_two_weeks_of_work(service: Running, clock: Clock) -> None:
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json=ANA)
        await http.post("/studio/sign-in", data=ENTER)
        for _ in range(30):
            clock.now += timedelta(hours=11)
            assert (await http.get("/v1/me")).status_code == 200
        clock.now += timedelta(hours=11)
        assert (await http.get("/v1/me")).json()["code"] == "session.over"
        await http.post("/studio/sign-in", data=ENTER)
        clock.now += timedelta(hours=12)
        assert (await http.get("/v1/me")).json()["code"] == "session.over"


async def test_an_invitation_is_good_once_and_for_a_week(service: Running, clock: Clock) -> None:
    async with service.client() as admin, browser(service) as http:
        made = (await admin.post("/v1/users", json={name: ANA[name] for name in ("email", "name")})).json()
        path = urlsplit(made["invitation"]["url"]).path
        assert "Ana Prado" in (await http.get(path)).text
        weak = await http.post(path, data={"password": "short"})
        assert weak.status_code == 422 and "too short" in weak.text
        assert (await http.post(path, data={"password": "uma frase comprida"})).headers["location"] == "/studio/inbox"
        assert (await http.get("/v1/me")).json()["role"] == "writer"
        assert (await http.post(path, data={"password": "another long one"})).status_code == 404
        again = urlsplit((await admin.post("/v1/users/ana@casa.example/invitation")).json()["url"]).path
        clock.now += timedelta(days=7, seconds=1)
        assert (await http.get(again)).status_code == 404
        assert (await http.get("/studio/welcome/made.up")).status_code == 404


async def test_a_new_password_ends_the_other_sessions_and_needs_the_present_one(service: Running) -> None:
    async with service.client() as admin, browser(service) as here, browser(service) as there:
        await admin.post("/v1/users", json=ANA)
        for http in (here, there):
            await http.post("/studio/sign-in", data=ENTER)
        here.headers["X-CSRF-Token"] = (await here.get("/studio/settings/me")).text.split('name="csrf" content="')[1][
            :64
        ]
        wrong = await here.patch("/v1/me", json={"password": "uma frase comprida", "present": "no"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "password.wrong")
        same = await here.patch("/v1/me", json={"password": "ana@casa.example", "present": ANA["password"]})
        assert same.json()["code"] == "password.weak"
        done = await here.patch("/v1/me", json={"password": "uma frase comprida", "present": ANA["password"]})
        assert done.status_code == 200
        assert (await here.get("/v1/me")).status_code == 200
        assert (await there.get("/v1/me")).json()["code"] == "session.over"


async def test_one_s_sessions_are_listed_and_ended_one_by_one(service: Running) -> None:
    async with service.client() as admin, browser(service) as here, browser(service) as there:
        await admin.post("/v1/users", json=ANA)
        for http in (here, there):
            await http.post("/studio/sign-in", data=ENTER)
        found = (await here.get("/v1/me/sessions")).json()["items"]
        assert sorted(one["here"] for one in found) == [False, True] and found[0]["agent"] == "a browser"
        other = next(one["id"] for one in found if not one["here"])
        here.headers["X-CSRF-Token"] = (await here.get("/studio/settings/me")).text.split('name="csrf" content="')[1][
            :64
        ]
        assert (await here.delete(f"/v1/me/sessions/{other}")).status_code == 204
        assert (await here.delete(f"/v1/me/sessions/{other}")).json()["code"] == "session.unknown"
        assert (await there.get("/v1/me")).status_code == 401
        assert (await admin.get("/v1/me")).json()["code"] == "session.none"


async def test_a_session_is_looked_up_once_whoever_else_asks_for_a_password(service: Running) -> None:
    asked = list[str]()

    def note(*executed: Any) -> None:
        asked.append(executed[2])

    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json=ANA)
        await http.post("/studio/sign-in", data=ENTER)
        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            found = await http.get("/v1/me", headers={"Authorization": "Basic YW5hOnByb3h5"})  # of a proxy in front
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        assert (found.status_code, found.json()["email"]) == (200, ENTER["email"])
        assert len([one for one in asked if "sessions" in one]) == 1
        unknown = await http.get("/v1/me", headers={"Authorization": "Bearer smk_unknown"})
        assert (unknown.status_code, unknown.json()["code"]) == (401, "key.unknown")


async def test_whoever_is_kept_out_is_out_at_once_and_an_admin_stays(service: Running) -> None:
    async with service.client() as admin, browser(service) as http:
        await admin.post("/v1/users", json=ANA | {"role": "admin"})
        await admin.post("/v1/users", json=ANA | {"email": "bia@casa.example"})
        last = await admin.patch("/v1/users/ana@casa.example", json={"role": "writer"})
        assert (last.status_code, last.json()["code"]) == (409, "user.last_admin")
        await http.post("/studio/sign-in", data=ENTER | {"email": "bia@casa.example"})
        assert (await http.get("/v1/me")).status_code == 200
        assert (await admin.patch("/v1/users/bia@casa.example", json={"disabled": True})).json()["disabled_at"]
        assert (await http.get("/v1/me")).status_code == 401
        assert (await http.post("/studio/sign-in", data=ENTER | {"email": "bia@casa.example"})).status_code == 401


async def test_with_one_address_in_two_workspaces_one_chooses(service: Running) -> None:
    await service.workspace("loja")
    async with service.client() as casa, service.client("loja") as loja, browser(service) as http:
        for admin in (casa, loja):
            await admin.post("/v1/users", json=ANA)
        page = (await http.post("/studio/sign-in", data=ENTER)).text
        choice = page.split('name="choice" value="')[1].split('"')[0]
        ids = [part.split('"')[0] for part in page.split('name="user" value="')[1:]]
        assert len(ids) == 2 and "Loja loja" in page
        answer = await http.post(
            "/studio/sign-in/workspace", data={"choice": choice, "user": ids[1], "next": "/studio"}
        )
        assert answer.status_code == 303 and (await http.get("/v1/me")).status_code == 200
        wrong = {"choice": choice, "user": "00000000-0000-0000-0000-000000000000"}
        assert (await http.post("/studio/sign-in/workspace", data=wrong)).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "no address", "name": "A"}, "/email"),
        ({"email": "a@b.example", "name": ""}, "/name"),
        ({"email": "a@b.example", "name": "A\u202eB"}, "/name"),
        ({"email": "a@b.example", "name": "A", "role": "king"}, "/role"),
        ({"email": "a@b.example", "name": "A", "password": "a@b.example"}, "/password"),
        ({"email": "a@b.example", "name": "A", "more": 1}, "/more"),
    ],
)
async def test_a_bad_user_is_refused_by_name(service: Running, body: dict[str, object], pointer: str) -> None:
    async with service.client() as admin:
        answer = await admin.post("/v1/users", json=body)
        assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer
        assert (await admin.get("/v1/users")).json()["items"] == []


async def test_only_admins_see_users_and_each_workspace_its_own(service: Running) -> None:
    narrow = await service.key(await service.workspace("loja"), "review", "generate")
    async with service.client() as admin, service.client(key=narrow) as other, service.client("loja") as loja:
        await admin.post("/v1/users", json=ANA)
        assert (await admin.post("/v1/users", json=ANA)).json()["code"] == "user.exists"
        assert (await other.get("/v1/users")).json()["code"] == "key.scope"
        assert (await loja.get("/v1/users")).json()["items"] == []
        assert (await loja.patch("/v1/users/ana@casa.example", json={"role": "admin"})).json()["code"] == "user.unknown"
