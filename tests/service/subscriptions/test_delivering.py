"""What happened reaches whoever subscribed to it: signed, once, again after failure, and to nobody inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook

from service.db import changes
from service.db.engine import Database
from service.db.tables import actions, jobs, leads, triggers
from service.subscriptions.addresses import public_or_loopback
from service.subscriptions.dispatching import IN_A_ROW, Dispatcher
from service.subscriptions.models import SubscriptionInput
from service.subscriptions.routes import new_secret
from service.subscriptions.sending import Sender
from service.subscriptions.store import DispatchStore, SubscriptionStore
from service.variants.living import quarantine
from service.variants.store import VariantStore
from tests.conftest import new_workspace
from tests.service.delivery.stocked import workspace_of
from tests.service.subscriptions.receiver import Receiver, receiver
from tests.support import NOW, PATIENCE, Running, fill, running, says

OWN = {
    "channel": "banner", "locale": "pt-BR", "brief": {"objective": "Convidar"},
    "fields": {"headline": "Um café melhor em casa", "body": "Água quente e sem pressa.", "cta": "Ver mais"},
}  # fmt: skip


class Time:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


class Scene:
    """A service with one subscription, its receiver, and the time."""

    def __init__(self, service: Running, to: Receiver, time: Time, made: dict[str, Any]) -> None:
        self.service, self.to, self.time, self.made = service, to, time, made
        self.path = f"/v1/subscriptions/{made['id']}"

    async def call(self, method: str, path: str, **options: Any) -> Any:
        async with self.service.client() as http:
            answer = await http.request(method, path, **options)
            assert answer.is_success, answer.text
            return answer.json() if answer.content else None

    async def settled(self) -> None:
        await self.service.services.dispatcher.settled()

    async def test(self) -> dict[str, Any]:
        sent: dict[str, Any] = await self.call("POST", f"{self.path}/test")
        await self.settled()
        return await self.delivery(sent["id"])

    async def delivery(self, id_: str) -> dict[str, Any]:
        items = (await self.call("GET", f"{self.path}/deliveries"))["items"]
        return next(one for one in items if one["id"] == id_)

    async def subscription(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.call("GET", self.path)
        return found


@asynccontextmanager
async def scene(database: Database, folder: Path, time: Time) -> AsyncIterator[Scene]:
    async with receiver() as to, running(database, folder, clock=time, reachable=public_or_loopback) as service:
        async with service.client() as http:
            answer = await http.post("/v1/subscriptions", json={"url": to.url})
            assert answer.status_code == 201, answer.text
        yield Scene(service, to, time, answer.json())


@pytest.fixture
async def told(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene(sqlite_database, tmp_path, Time()) as made:
        yield made


@pytest.fixture
async def anywhere(database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """The same on either kind of database."""
    async with scene(database, tmp_path, Time()) as made:
        yield made


async def test_a_message_is_signed_so_that_the_usual_library_verifies_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    async with scene(sqlite_database, tmp_path, Time(datetime.now(UTC))) as told:  # the library looks at the clock
        sent = await told.test()
        [(_, headers, body)] = told.to.calls
        payload = Webhook(told.made["secret"]).verify(body, headers)
        assert payload["type"] == "subscription.test" and sent["state"] == "delivered"
        assert headers["webhook-id"] == sent["id"] and headers["content-type"] == "application/json"
        fresh = (await told.call("POST", f"{told.path}/rotate"))["secret"]
        await told.test()
        for secret in (told.made["secret"], fresh):
            Webhook(secret).verify(told.to.calls[1][2], told.to.calls[1][1])


async def test_after_a_day_the_earlier_secret_signs_no_more(told: Scene) -> None:
    await told.call("POST", f"{told.path}/rotate")
    await told.test()
    told.time.later(days=1)
    await told.test()
    assert [len(headers["webhook-signature"].split(" ")) for _, headers, _ in told.to.calls] == [2, 1]


async def test_what_happens_to_a_variant_is_told_once_by_ids(anywhere: Scene) -> None:
    await fill(anywhere.service)
    made = await anywhere.call("POST", "/v1/variants", json=OWN)
    path = f"/v1/variants/{made['id']}/decisions"
    await anywhere.call("POST", path, json={"decision": "approve"})
    await anywhere.call("POST", path, json={"decision": "reject", "note": "Muito longo para a loja da Helena."})
    await anywhere.settled()
    async with anywhere.service.services.database.write() as connection:  # followed once more, as after a stop
        await changes.append(connection, await workspace_of(anywhere.service), "variant", [UUID(made["id"])], NOW)
    await anywhere.settled()
    assert [one["type"] for one in anywhere.to.told()] == ["variant.approved", "variant.rejected"]
    for one in anywhere.to.told():
        assert set(one) == {"type", "timestamp", "data"} and one["data"]["variant_id"] == made["id"]
        assert set(one["data"]) == {"variant_id", "revision", "campaign_id"}
    assert len(set(anywhere.to.ids())) == 2


async def test_a_quarantine_is_told(told: Scene) -> None:
    await fill(told.service)
    made = await told.call("POST", "/v1/variants", json=OWN)
    await told.call("POST", f"/v1/variants/{made['id']}/decisions", json={"decision": "approve"})
    workspace = await workspace_of(told.service)
    async with told.service.services.database.write() as connection:
        variant = await VariantStore(connection, workspace).get(UUID(made["id"]))
        await quarantine(connection, workspace, variant, [{"kind": "content"}], "keeper", NOW)
    await told.settled()
    assert [one["type"] for one in told.to.told()] == ["variant.approved", "variant.quarantined"]
    assert told.to.told()[1]["data"]["revision"] == variant.revision


async def test_a_run_that_ended_and_an_action_are_told_and_name_no_lead(anywhere: Scene) -> None:
    workspace, lead, trigger, job, action = await workspace_of(anywhere.service), *(uuid4() for _ in range(4))
    async with anywhere.service.services.database.write() as connection:
        for table, row in (
            (leads, {"external_id": "c-1", "id": lead, "traits": {"email": "helena@correio.example"},
                     "locale": "pt-BR", "updated_at": NOW}),
            (triggers, {"id": trigger, "slug": "carrinho", "kind": "audience", "settings": {}, "enabled": True}),
            (actions, {"id": action, "trigger_id": trigger, "lead_id": lead, "occasion": "1", "action": {}}),
            (jobs, {"id": job, "kind": "campaigns:generate", "status": "done", "progress": 1.0,
                    "parameters": {"campaign": "c"}, "finished_at": NOW}),
        ):  # fmt: skip
            await connection.execute(sa.insert(table).values({**row, "workspace_id": workspace, "created_at": NOW}))
        await changes.append(connection, workspace, "membership", [lead], NOW)
    await anywhere.settled()
    await anywhere.settled()
    messages = {one["type"]: one["data"] for one in anywhere.to.told()}
    assert messages == {
        "run.finished": {"job_id": str(job), "campaign_id": "c", "status": "done"},
        "lead.action": {"action_id": str(action), "trigger": "carrinho"},
    }
    assert len(anywhere.to.calls) == 2
    for _, _, body in anywhere.to.calls:
        assert str(lead).encode() not in body and b"helena" not in body and not says(body.decode(), "c-1")


async def test_only_what_is_subscribed_to_is_told_and_nothing_of_before(told: Scene) -> None:
    await told.call("PATCH", told.path, json={"events": ["variant.rejected"]})
    await fill(told.service)
    made = await told.call("POST", "/v1/variants", json=OWN)
    await told.call("POST", f"/v1/variants/{made['id']}/decisions", json={"decision": "approve"})
    await told.settled()
    told.time.later(minutes=1)
    await told.call("PATCH", told.path, json={"events": ["variant.approved", "variant.rejected"]})
    await told.call("POST", f"/v1/variants/{made['id']}/decisions", json={"decision": "reject", "note": "Não."})
    await told.settled()
    assert [one["type"] for one in told.to.told()] == ["variant.rejected"]


async def test_what_fails_is_tried_again_later_and_later_under_the_same_id(anywhere: Scene) -> None:
    anywhere.to.statuses = [500, 503, 204]
    sent = await anywhere.test()
    assert (sent["state"], sent["attempts"], sent["last_status"]) == ("waiting", 1, 500)
    waits = [datetime.fromisoformat(sent["next_at"]) - anywhere.time.now]
    await anywhere.settled()
    assert len(anywhere.to.calls) == 1, "tried before its time"
    for span in ({"seconds": 7}, {"seconds": 400}):
        anywhere.time.later(**span)
        await anywhere.settled()
        sent = await anywhere.delivery(sent["id"])
        if sent["next_at"]:
            waits.append(datetime.fromisoformat(sent["next_at"]) - anywhere.time.now)
    assert timedelta(seconds=5) <= waits[0] <= timedelta(seconds=6)
    assert timedelta(minutes=5) <= waits[1] <= timedelta(minutes=6)
    assert (sent["state"], sent["attempts"], set(anywhere.to.ids())) == ("delivered", 3, {sent["id"]})
    assert (await anywhere.subscription())["failing_since"] is None


async def test_a_receiver_may_say_when_to_come_back(told: Scene) -> None:
    told.to.statuses, told.to.headers = [429], {"Retry-After": "900"}
    sent = await told.test()
    assert datetime.fromisoformat(sent["next_at"]) == NOW + timedelta(seconds=900)
    told.to.headers = {"Retry-After": "9" * 5_000}
    sent = await told.test()
    assert datetime.fromisoformat(sent["next_at"]) == NOW + timedelta(days=1), "however long it wishes"


async def test_a_message_is_sent_again_when_asked_for(told: Scene) -> None:
    sent = await told.test()
    again = await told.call("POST", f"{told.path}/deliveries/{sent['id']}/replay")
    assert again["state"] == "waiting"
    await told.settled()
    assert told.to.ids() == [sent["id"]] * 2 and (await told.delivery(sent["id"]))["state"] == "delivered"


async def test_whoever_sends_is_woken_by_all_that_gives_it_something_to_send(told: Scene) -> None:
    kinds: list[str] = []
    told.service.services.database.listeners.add(kinds.extend)
    sent = await told.test()
    await told.call("POST", f"{told.path}/deliveries/{sent['id']}/replay")
    await told.call("PATCH", told.path, json={"enabled": True})
    assert kinds == ["subscription"] * 3


class Patient(Dispatcher):
    """Looks by itself when every test is long over."""

    rest: ClassVar[float] = 10 * PATIENCE


async def test_more_than_is_sent_in_a_row_is_sent_without_waiting_for_a_look(sqlite_database: Database) -> None:
    workspace = await new_workspace(sqlite_database, NOW)
    async with receiver() as to:
        async with sqlite_database.write() as connection:
            body = SubscriptionInput(url=to.url)
            made = await SubscriptionStore(connection, workspace).create(body, new_secret(), NOW)
            for _ in range(IN_A_ROW + 1):
                await DispatchStore(connection, workspace).test(made.id, NOW)
        dispatcher = Patient(sqlite_database, Sender(public_or_loopback), lambda: NOW, lambda: 0.0)
        sending = asyncio.create_task(dispatcher.run())
        async with asyncio.timeout(PATIENCE):
            while len(to.calls) <= IN_A_ROW:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_a_receiver_that_is_gone_is_told_nothing_more_until_it_is_enabled(told: Scene) -> None:
    told.to.statuses = [410]
    sent = await told.test()
    assert sent["state"] == "failed"
    found = await told.subscription()
    assert not found["enabled"] and "410" in found["disabled_reason"]
    async with told.service.client() as http:
        for path in (f"{told.path}/test", f"{told.path}/deliveries/{sent['id']}/replay"):
            refused = await http.post(path)
            assert (refused.status_code, refused.json()["code"]) == (409, "subscription.disabled")
    await fill(told.service)
    made = await told.call("POST", "/v1/variants", json=OWN)
    await told.call("POST", f"/v1/variants/{made['id']}/decisions", json={"decision": "approve"})
    await told.settled()
    told.to.statuses = [204]
    await told.call("PATCH", told.path, json={"enabled": True})
    await told.settled()
    assert len(told.to.calls) == 1, "what happened meanwhile is sent when asked for"
    missed = (await told.call("GET", f"{told.path}/deliveries", params={"state": "failed"}))["items"]
    assert {one["type"] for one in missed} == {"variant.approved", "subscription.test"}
    approved = next(one for one in missed if one["type"] == "variant.approved")
    await told.call("POST", f"{told.path}/deliveries/{approved['id']}/replay")
    await told.settled()
    assert told.to.told()[-1]["type"] == "variant.approved"


async def test_lasting_failure_disables_with_a_reason(told: Scene) -> None:
    told.to.statuses = [500]
    await told.test()
    told.time.later(days=4)
    await told.test()
    assert (await told.subscription())["enabled"]
    told.time.later(days=1)
    await told.test()
    found = await told.subscription()
    assert not found["enabled"] and "5 days" in found["disabled_reason"]


async def test_a_redirect_is_not_followed(told: Scene) -> None:
    async with receiver() as other:
        told.to.statuses, told.to.headers = [307], {"Location": other.url}
        sent = await told.test()
        assert (sent["state"], sent["last_status"]) == ("waiting", 307) and "redirect" in sent["last_error"]
        assert other.calls == []


async def test_nothing_is_sent_inside_of_the_house(sqlite_database: Database, tmp_path: Path) -> None:
    """Also where the URL was taken in while that was still allowed."""
    time = Time()
    async with receiver() as to:
        async with (
            running(sqlite_database, tmp_path, clock=time, reachable=public_or_loopback) as service,
            service.client() as http,
        ):
            made = (await http.post("/v1/subscriptions", json={"url": to.url})).json()
        async with running(sqlite_database, tmp_path, clock=time, keys=service.keys) as strict:
            told = Scene(strict, to, time, made)
            time.later(minutes=1)  # the first one's lease is over
            sent = await told.test()
            assert to.calls == [] and sent["state"] == "waiting" and "127.0.0.1" in sent["last_error"]
            async with strict.client() as http:
                refused = await http.post("/v1/subscriptions", json={"url": to.url})
                changed = await http.patch(told.path, json={"url": "https://10.0.0.1/"})
            for answer in (refused, changed):
                assert (answer.status_code, answer.json()["code"]) == (422, "subscription.url")


async def test_another_workspace_sees_nothing_of_it(told: Scene) -> None:
    await told.service.workspace("outra")
    sent = await told.test()
    async with told.service.client("outra") as http:
        assert (await http.get("/v1/subscriptions")).json() == {"items": []}
        for method, path in (
            ("GET", told.path), ("DELETE", told.path), ("PATCH", told.path), ("POST", f"{told.path}/test"),
            ("GET", f"{told.path}/deliveries"), ("POST", f"{told.path}/deliveries/{sent['id']}/replay"),
        ):  # fmt: skip
            answer = await http.request(method, path, json={} if method == "PATCH" else None)
            assert answer.status_code == 404, path


async def test_the_secret_is_shown_once(told: Scene) -> None:
    listed = await told.call("GET", "/v1/subscriptions")
    assert told.made["secret"].startswith("whsec_")
    assert told.made["secret"] not in str(listed) and "secret" not in await told.subscription()
    await told.call("DELETE", told.path)
    assert (await told.call("GET", "/v1/subscriptions"))["items"] == []
