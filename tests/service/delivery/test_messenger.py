"""listmonk posts its messages here and gets each recipient's copy."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.service.delivery.support import selling
from tests.support import Running

MESSAGE: dict[str, Any] = {
    "subject": "Notícias", "body": "<p>Oi</p>", "content_type": "html",
    "recipients": [
        {"uuid": "u-1", "email": "helena@correio.example", "name": "Helena", "status": "enabled"},
        {"uuid": "u-2", "email": "ninguem@correio.example", "attribs": {"external_id": 7}},
    ],
    "campaign": {"uuid": "l-1", "name": "Café de novembro", "tags": ["news", "sobmedida:cafe"]},
}  # fmt: skip


async def test_every_recipient_gets_its_copy(shop: Running) -> None:
    made = await selling(shop)
    async with shop.client() as http:
        answer = await http.post("/v1/messenger/listmonk", json=MESSAGE)
        plain = await http.post("/v1/messenger/listmonk", json=MESSAGE | {"content_type": "plain"})
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["messages"]
    assert (first["uuid"], first["send"], second["uuid"], second["send"]) == ("u-1", True, "u-2", True)
    assert first["variant_id"] in map(str, made.variants[made.audience])
    assert second["variant_id"] in map(str, made.variants[None])
    assert first["body"].startswith("<!DOCTYPE html>")
    assert first["subject"] != MESSAGE["subject"]
    assert "<" not in plain.json()["messages"][0]["body"]


async def test_the_key_is_the_password_and_a_campaign_must_be_there(shop: Running) -> None:
    await selling(shop)
    async with shop.client() as http:
        bearer = http.headers["Authorization"].removeprefix("Bearer ")
        basic = b64encode(f"listmonk:{bearer}".encode()).decode()
        for header, status in ((f"Basic {basic}", 200), ("Basic !", 401), ("Basic bm8=", 401)):
            answer = await http.post("/v1/messenger/listmonk", json=MESSAGE, headers={"Authorization": header})
            assert answer.status_code == status, header
        absent = MESSAGE | {"campaign": {"name": "../x", "tags": None}}
        answer = await http.post("/v1/messenger/listmonk", json=absent)
        assert (answer.status_code, answer.json()["code"]) == (404, "campaign.unknown")  # makes listmonk pause
