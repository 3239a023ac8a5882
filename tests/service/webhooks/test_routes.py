"""Webhooks over HTTP, from setting one up to what its calls change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from service.db.engine import Database
from service.db.tables import events, hooks
from service.webhooks.registry import Adapters, adapters
from service.webhooks.routes import MOST_BYTES, known
from tests.service.webhooks.calls import (
    AT,
    BODIES,
    EMAIL,
    NOW,
    SIGN,
    TOPIC,
    Call,
    certificates,
    secret_of,
    ses,
)
from tests.support import CONSENTS, Running, running

ALL = sorted(SIGN)


async def _known() -> Adapters:
    return adapters(certificates())


@pytest.fixture
async def started(database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    """A service on either database."""
    async with running(database, tmp_path) as service:
        service.app.dependency_overrides[known] = _known
        yield service


@pytest.fixture
async def hooked(service: Running) -> Running:
    """A service in which every provider is set up, and which knows Helena."""
    service.app.dependency_overrides[known] = _known
    async with service.client() as http:
        lead = {"traits": {"email": EMAIL, "firstName": "Helena"}, "consents": CONSENTS}
        (await http.put("/v1/leads/c-1", json=lead)).raise_for_status()
    await set_up(service, *ALL)
    return service


async def set_up(service: Running, *providers: str) -> None:
    async with service.client() as http:
        for provider in providers:
            told = await http.put(f"/v1/hooks/{provider}", json={"secret": secret_of(provider)})
            assert told.status_code == 200, told.text


async def call(service: Running, provider: str, made: Call, workspace: str = "casa") -> httpx.Response:
    """As the provider does it, without a key of ours."""
    transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.post(
            f"/v1/hooks/{provider}",
            params={"workspace": workspace} | dict(made.query),
            content=made.body,
            headers=dict(made.headers),
        )


async def stored(service: Running) -> list[Any]:
    async with service.services.database.read() as connection:
        return list(await connection.execute(sa.select(events)))


async def lead(service: Running, external_id: str = "c-1") -> Any:
    async with service.client() as http:
        answer = await http.get(f"/v1/leads/{external_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


async def test_every_providers_call_is_stored_once(started: Running) -> None:
    await set_up(started, *ALL)
    for provider in ALL:
        first = await call(started, provider, SIGN[provider](BODIES[provider]))
        assert first.status_code == 200, first.text
        count = 2 if provider == "rd_station" else 1
        assert {**first.json(), "unmatched": 0} == {"stored": count, "duplicates": 0, "skipped": 0, "unmatched": 0}
        again = await call(started, provider, SIGN[provider](BODIES[provider]))
        assert {**again.json(), "unmatched": 0} == {"stored": 0, "duplicates": count, "skipped": 0, "unmatched": 0}
    assert len(await stored(started)) == 8


@pytest.mark.parametrize("provider", ALL)
async def test_a_call_that_is_not_the_providers_changes_nothing(hooked: Running, provider: str) -> None:
    good = SIGN[provider](BODIES[provider])
    bare = Call(good.body if good.headers or good.query else b'{"Type": "Notification"}')
    for made in (bare, Call(b"{}", dict.fromkeys(good.headers, "bm8="), dict.fromkeys(good.query, "guess"))):
        answer = await call(hooked, provider, made)
        assert (answer.status_code, answer.json()["code"]) == (401, "hook.signature")
        assert answer.headers["content-type"] == "application/problem+json"
    assert await stored(hooked) == []


@pytest.mark.parametrize("provider", ["hubspot", "sendgrid", "mailgun", "ses"])
async def test_a_replay_changes_nothing(hooked: Running, provider: str) -> None:
    answer = await call(hooked, provider, SIGN[provider](BODIES[provider], NOW.replace(hour=10)))
    assert (answer.status_code, answer.json()["code"]) == (401, "hook.signature")
    assert "replay" in answer.json()["detail"]
    assert await stored(hooked) == []


async def test_what_is_not_set_up_tells_no_more_than_that(hooked: Running) -> None:
    async with hooked.client() as http:
        (await http.delete("/v1/hooks/brevo")).raise_for_status()
    made = SIGN["brevo"](BODIES["brevo"])
    answers = [
        await call(hooked, "brevo", made),
        await call(hooked, "brevo", made, workspace="nobody"),
        await call(hooked, "rd_station", made, workspace="nobody"),
        await call(hooked, "carrier_pigeon", made),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "hook.unknown"


async def test_one_workspaces_webhook_is_not_anothers(hooked: Running) -> None:
    await hooked.workspace("outra")
    answer = await call(hooked, "mautic", SIGN["mautic"](BODIES["mautic"]), workspace="outra")
    assert answer.status_code == 404
    assert await stored(hooked) == []


async def test_a_body_of_more_than_a_megabyte_is_not_read(hooked: Running) -> None:
    answer = await call(hooked, "mautic", SIGN["mautic"](b" " * (MOST_BYTES + 1)))
    assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")


async def test_a_signed_body_that_is_no_json_is_told(hooked: Running) -> None:
    for provider in ("mautic", "brevo", "sendgrid", "mailgun"):
        for body in (b"", b"{", b"\xff\xfe{}", b'{"a":' * 5_000, "é".encode("latin-1")):
            answer = await call(hooked, provider, SIGN[provider](body))
            assert (answer.status_code, answer.json()["code"]) == (422, "hook.body")


UNKNOWN: tuple[Any, ...] = (None, 7, "x", [], {}, [[]], [{"event": "new_kind"}], b"[" * 900 + b"]" * 900)


async def test_what_we_do_not_know_is_taken_and_left_out(hooked: Running) -> None:
    for provider in ALL:
        for body in UNKNOWN:
            answer = await call(hooked, provider, SIGN[provider](body))
            assert answer.status_code == 200, answer.text
            assert answer.json()["stored"] == 0


async def test_unsubscribing_there_is_unsubscribing_here(started: Running) -> None:
    async with started.client() as http:
        told = {"traits": {"email": EMAIL}, "consents": CONSENTS}
        (await http.put("/v1/leads/c-1", json=told)).raise_for_status()
    await set_up(started, "sendgrid")
    left = [{"email": EMAIL, "event": "unsubscribe", "timestamp": AT, "sg_event_id": "1"}]
    answer = await call(started, "sendgrid", SIGN["sendgrid"](left))
    assert answer.json() == {"stored": 1, "duplicates": 0, "skipped": 0, "unmatched": 0}
    (ruling,) = [row for row in (await lead(started))["consents"] if row["channel"] == "email"]
    assert (ruling["status"], ruling["source"]) == ("revoked", "sendgrid")


async def test_a_refusal_is_kept_even_of_whom_we_do_not_know(hooked: Running) -> None:
    item = {"email": "new@correio.example", "timestamp": AT}
    opened = await call(hooked, "sendgrid", SIGN["sendgrid"]([item | {"event": "open", "sg_event_id": "1"}]))
    assert opened.json()["unmatched"] == 1
    await call(hooked, "sendgrid", SIGN["sendgrid"]([item | {"event": "spamreport", "sg_event_id": "2"}]))
    async with hooked.client() as http:
        found = [one for one in (await http.get("/v1/leads")).json()["items"] if one["external_id"] != "c-1"]
    assert [row["status"] for row in found[0]["consents"]] == ["revoked"]


async def test_a_conversion_makes_and_changes_a_lead(hooked: Running) -> None:
    await call(hooked, "rd_station", SIGN["rd_station"](BODIES["rd_station"]))
    kept = await lead(hooked)
    assert kept["traits"]["title"] == "Barista"
    assert kept["traits"]["cf_metodo"] == ["Coado", "Espresso"]
    change = BODIES["hubspot"][0] | {"propertyName": "clube", "propertyValue": "raiz", "eventId": 2}
    await call(hooked, "hubspot", SIGN["hubspot"]([*BODIES["hubspot"], change]))
    kept = await lead(hooked)  # the same person, by the address
    assert kept["traits"]["clube"] == "raiz"
    assert {row.source for row in await stored(hooked)} == {"rd_station", "hubspot"}
    assert len({row.lead_id for row in await stored(hooked)}) == 1


async def test_robots_are_kept_and_marked(hooked: Running) -> None:
    clicks = [
        BODIES["sendgrid"][0] | {"sg_event_id": str(number), "url": f"https://casa.example/{number}"}
        for number in range(3)
    ]
    proxy = clicks[0] | {"event": "open", "sg_event_id": "open", "sg_machine_open": True}
    later = clicks[0] | {"sg_event_id": "later", "timestamp": AT + 50}
    answer = await call(hooked, "sendgrid", SIGN["sendgrid"]([*clicks, proxy, later]))
    assert answer.json()["stored"] == 5
    assert sorted(str(row.robot) for row in await stored(hooked)) == ["None", "proxy_open"] + ["scanner_click"] * 3


async def test_amazons_subscription_waits_to_be_confirmed_by_people(started: Running) -> None:
    await set_up(started, "ses")
    url = f"https://sns.sa-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
    asked = ses(b"You have chosen to subscribe.", Type="SubscriptionConfirmation", SubscribeURL=url, Token="2336412f37")
    with capture_logs() as told:
        answer = await call(started, "ses", asked)
    assert answer.json() == {"stored": 0, "duplicates": 0, "skipped": 0, "unmatched": 0}
    assert [line["event"] for line in told if line["log_level"] == "warning"] == ["webhook_to_confirm"]
    async with started.client() as http:
        assert (await http.get("/v1/hooks")).json()["items"][0]["confirm_url"] == url
        await call(started, "ses", ses(BODIES["ses"]))
        assert (await http.get("/v1/hooks")).json()["items"][0]["confirm_url"] is None


async def test_no_other_link_is_shown_to_be_opened(hooked: Running) -> None:
    for url in ("https://evil.example/?x", "http://sns.sa-east-1.amazonaws.com/?x", "javascript:x"):
        await call(hooked, "ses", ses(b"Subscribe.", Type="SubscriptionConfirmation", SubscribeURL=url, Token="1"))
    async with hooked.client() as http:
        items = (await http.get("/v1/hooks")).json()["items"]
    assert [item["confirm_url"] for item in items if item["provider"] == "ses"] == [None]


async def test_a_wish_to_be_forgotten_is_logged_without_whom(hooked: Running) -> None:
    item = BODIES["hubspot"][0] | {"subscriptionType": "contact.privacyDeletion", "propertyName": None}
    with capture_logs() as told:
        answer = await call(hooked, "hubspot", SIGN["hubspot"]([item]))
    assert answer.json()["skipped"] == 1
    (line,) = [line for line in told if line["event"] == "webhook_erasure_asked"]
    assert line["people"] == 1
    assert "173595" not in str(told)


async def test_setting_up_tells_the_url_and_shows_a_token_once(hooked: Running) -> None:
    body = {"settings": {"base_url": "https://copy.loja.example/"}}
    async with hooked.client() as http:
        made = (await http.put("/v1/hooks/brevo", json=body)).json()
        listed = (await http.get("/v1/hooks")).json()
    start, _, token = made["url"].partition("&token=")
    assert start == "https://copy.loja.example/v1/hooks/brevo?workspace=casa"
    assert len(token) >= 43
    assert "paste the whole URL" in made["steps"]
    assert token not in str(listed)
    assert not any(secret_of(provider) in str(listed) for provider in ALL if provider != "ses")
    assert listed["providers"] == ["rd_station", "hubspot", "sendgrid", "mailgun", "ses", "brevo", "mautic"]
    assert (await call(hooked, "brevo", SIGN["brevo"](BODIES["brevo"]))).status_code == 401  # the earlier token
    assert (await call(hooked, "brevo", Call(b"{}", query={"token": token}))).status_code == 200


async def test_hubspot_signs_the_address_that_it_calls(hooked: Running) -> None:
    async with hooked.client() as http:
        settings = {"base_url": "https://copy.loja.example"}
        await http.put("/v1/hooks/hubspot", json={"secret": secret_of("hubspot"), "settings": settings})
    assert (await call(hooked, "hubspot", SIGN["hubspot"](BODIES["hubspot"]))).status_code == 401


REFUSED: tuple[tuple[str, Any, str], ...] = (
    ("sendgrid", {"secret": "no key"}, "hook.secret"),
    ("mailgun", {}, "hook.secret"),
    ("ses", {"secret": "topic"}, "hook.secret"),
    ("brevo", {"secret": "short"}, "hook.secret"),
    ("brevo", {"settings": {"confirm_url": "https://evil.example"}}, "invalid"),
    ("brevo", {"settings": {"base_url": "https://user:x@loja.example"}}, "invalid"),
    ("brevo", {"settings": {"base_url": "ftp://loja.example"}}, "invalid"),
    ("brevo", {"colour": "blue"}, "invalid"),
    ("carrier_pigeon", {}, "hook.unknown"),
)


async def test_what_cannot_be_set_up_is_told(service: Running) -> None:
    async with service.client() as http:
        for provider, body, code in REFUSED:
            answer = await http.put(f"/v1/hooks/{provider}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404 if code == "hook.unknown" else 422, code)
        assert (await http.get("/v1/hooks")).json()["items"] == []


async def test_only_an_administrator_sets_webhooks_up(service: Running) -> None:
    workspace = await service.workspace("loja")
    key = await service.key(workspace, "ingest", "generate", "serve", "review")
    async with service.client(key=key) as http:
        answers = [
            await http.get("/v1/hooks"),
            await http.put("/v1/hooks/brevo", json={}),
            await http.delete("/v1/hooks/brevo"),
        ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_what_is_removed_calls_no_more(started: Running) -> None:
    await set_up(started, "brevo", "mautic")
    async with started.client() as http:
        assert (await http.delete("/v1/hooks/brevo")).status_code == 204
        assert (await http.delete("/v1/hooks/brevo")).json()["code"] == "hook.unknown"
    assert (await call(started, "brevo", SIGN["brevo"](BODIES["brevo"]))).status_code == 404
    assert (await call(started, "mautic", SIGN["mautic"](BODIES["mautic"]))).status_code == 200
    async with started.services.database.read() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(hooks)) == 1
