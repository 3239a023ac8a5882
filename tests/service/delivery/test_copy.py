"""Copy at send time: who gets what, and that nothing stale or unallowed is ever said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from service.db.engine import Database
from tests.service.delivery.support import selling
from tests.support import CONSENTS, OFFER, Running, fill, running


async def copy(http: httpx.AsyncClient, recipient: str = "c-1", campaign: str = "cafe", **more: Any) -> dict[str, Any]:
    answer = await http.get("/v1/copy", params={"campaign": campaign, "recipient": recipient, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_lead_gets_its_audience_s_variant_with_its_name(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        answer = await copy(http)
        assert (answer["send"], answer["rung"], answer["reason"]) == (True, "audience", None)
        assert answer["variant_id"] in map(str, made.variants[made.audience])
        assert answer["subject"]
        assert answer["html"].lstrip().lower().startswith("<!doctype html")
        assert answer["text"]
        assert "{{" not in answer["subject"] + answer["html"] + answer["text"]
        assert answer["list_unsubscribe"].startswith("<http")
        by_mail = await copy(http, "Helena@correio.example")
        assert by_mail["variant_id"] == answer["variant_id"]
        assert by_mail["decision_id"] != answer["decision_id"]


async def test_who_is_in_no_audience_gets_the_control_and_so_does_a_stranger(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        await http.put("/v1/leads/c-2", json={"traits": {"categoria": "plantas"}, "consents": CONSENTS})
        await shop.services.audiences.catch_up()
        await shop.seen()
        for recipient in ("c-2", "nobody", "../../etc/passwd", "x' OR 1=1 --", "a\r\nSet-Cookie: x=1", ""):
            answer = await copy(http, recipient)
            assert (answer["send"], answer["rung"]) == (True, "control"), recipient
            assert answer["variant_id"] in map(str, made.variants[None])


async def test_a_stranger_is_skipped_where_the_campaign_says_so(shop: Running) -> None:
    await selling(shop, settings={"unknown_recipient": "skip"})
    async with shop.client() as http:
        answer = await copy(http, "nobody")
    assert (answer["send"], answer["reason"], answer["rung"]) == (False, "unknown_recipient", "none")


async def test_a_withdrawn_consent_is_obeyed(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        assert (await copy(http))["send"] is True
        withdrawn = CONSENTS[0] | {"status": "revoked", "collected_at": "2026-11-20T00:00:00Z"}
        await http.put("/v1/leads/c-1", json={"consents": [withdrawn]})
        await shop.seen()
        answer = await copy(http)
    assert (answer["send"], answer["reason"]) == (False, "no_consent")


async def test_a_new_price_takes_copy_that_told_the_old_one_out_at_once(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        before = await copy(http)
        assert "170,10" in before["text"]
        await http.put("/v1/content/kit", json=OFFER | {"facts": {"price": 150, "currency": "BRL"}})
        await shop.services.shelf.catch_up()
        answer = await copy(http)
        assert "170,10" not in answer.get("text", "")
        assert (answer["send"], answer["reason"]) == (False, "nothing_approved")


async def test_unknown_campaigns_and_keys_are_told_apart(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        unknown = await http.get("/v1/copy", params={"campaign": "none-such"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "campaign.unknown")
        odd = await http.get("/v1/copy", params={"campaign": "cafe", "platform": "carrier-pigeon"})
        assert (odd.status_code, odd.json()["code"]) == (422, "platform.unknown")
    async with shop.client(key="smk_abcdefgh_" + "x" * 40) as http:
        assert (await http.get("/v1/copy", params={"campaign": "cafe"})).status_code == 401


async def test_a_process_that_is_behind_says_nothing_that_could_be_untrue(
    sqlite_database: Database, tmp_path: Path
) -> None:
    time, step = 0.0, 0.0

    def monotonic() -> float:
        nonlocal time
        time += step
        return time

    async with running(sqlite_database, tmp_path, monotonic=monotonic) as service:
        await fill(service)
        made = await selling(service)
        async with service.client() as http:
            assert (await copy(http))["send"] is True
            step = 1.5  # between any two looks at the clock
            behind = await copy(http)
            assert (behind["send"], behind["reason"]) == (False, "behind")
            step = 0
            await service.services.shelf.catch_up()
            await service.services.crowd.catch_up()
            assert (await copy(http))["variant_id"] in map(str, made.variants[made.audience])


async def test_platforms_get_their_tags_and_others_values(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        braze, bound = await copy(http, platform="braze"), await copy(http, platform="none")
    assert braze["variant_id"] == bound["variant_id"]
    assert "{{" not in bound["text"]


async def test_a_campaign_s_token_opens_that_campaign_only(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        made = await http.post("/v1/keys", json={"name": "braze", "kind": "campaign", "campaign": "cafe"})
        assert made.status_code == 201, made.text
        token = made.json()["key"]
        await shop.services.shelf.catch_up()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.app), base_url="http://test") as http:
        assert (await copy(http, key=token))["send"] is True
        other = await http.get("/v1/copy", params={"campaign": "other", "key": token})
        assert other.status_code == 403


async def test_everybody_keeps_what_they_got(shop: Running) -> None:
    await selling(shop, variants_each=2)
    async with shop.client() as http:
        first = {name: (await copy(http, name))["variant_id"] for name in ("c-1", "ana", "bia", "caio", "davi")}
        again = {name: (await copy(http, name, delivery="later"))["variant_id"] for name in first}
    assert first == again


async def test_what_a_platform_cannot_write_is_not_sent_and_never_an_error(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        for variant in [id_ for ids in made.variants.values() for id_ in ids]:
            found = (await http.get(f"/v1/variants/{variant}")).json()
            edited = await http.patch(
                f"/v1/variants/{variant}", json={"fields": found["fields"] | {"subject": "Kit Café Coado *|FNAME|*"}}
            )
            assert edited.status_code == 200, edited.text
            refused = await http.post(f"/v1/variants/{variant}/decisions", json={"decision": "approve"})
            assert refused.status_code == 409  # its own checks see foreign tags first
        await shop.seen()
        assert (await copy(http, platform="mailchimp"))["send"] is True
