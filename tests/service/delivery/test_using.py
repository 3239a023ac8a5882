"""What an approved variant is used as: outputs with a platform's tags, files, and an e-mail as a lead would get it."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import httpx

from tests.service.delivery.test_rendering import COPY, written
from tests.support import Running


async def approved(http: httpx.AsyncClient, channel: str = "email", **fields: Any) -> str:
    """The address of copy that somebody wrote and somebody approved."""
    made = await written(http, channel, **fields)
    for decision in ("submit", "approve"):
        answer = await http.post(f"/v1/variants/{made['id']}/decisions", json={"decision": decision})
        assert answer.status_code == 200, answer.text
    return f"/v1/variants/{made['id']}"


async def test_what_is_approved_is_handed_out_with_a_platform_s_tags(shop: Running) -> None:
    async with shop.client() as http:
        at = await approved(http)
        plain = (await http.get(f"{at}/outputs")).json()["outputs"]
        tagged = (await http.get(f"{at}/outputs", params={"platform": "mailchimp"})).json()["outputs"]
        file = await http.get(f"{at}/file.html", params={"platform": "mailchimp"})
        text = await http.get(f"{at}/file.text")
        unknown = await http.get(f"{at}/outputs", params={"platform": "pigeon"})
    assert plain["subject"] == "cliente, café coado em casa"
    assert tagged["subject"].startswith("*|IF:FNAME|**|FNAME|*")
    assert "*|UNSUB|*" in file.text
    assert file.headers["content-disposition"].endswith('.html"')
    assert "Olá, cliente." in text.text
    assert unknown.json()["code"] == "platform.unknown"


async def test_a_draft_beside_it_is_not_handed_out(shop: Running) -> None:
    async with shop.client() as http:
        at = await approved(http)
        (await http.patch(at, json={"fields": {"subject": "Outro assunto para o café"}})).raise_for_status()
        told = (await http.get(f"{at}/outputs")).json()["outputs"]
        draft = await http.get(f"/v1/variants/{(await written(http))['id']}/outputs")
    assert told["subject"] == "cliente, café coado em casa"
    assert (draft.status_code, draft.json()["code"]) == (409, "variant.unapproved")


async def test_an_e_mail_as_a_lead_would_get_it_opens_in_any_mail_program(shop: Running) -> None:
    async with shop.client() as http:
        at = await approved(http)
        answer = await http.get(f"{at}/eml", params={"lead": "c-1"})
        message = email.message_from_bytes(answer.content, policy=email.policy.default)
        url = message["List-Unsubscribe"].strip("<>")
        seen = await http.get(url.replace(str(http.base_url), ""))
        decisions = (await http.get("/v1/serving")).json()
    assert answer.headers["content-type"] == "message/rfc822"
    assert message["Subject"] == "Helena, café coado em casa"
    assert message["To"] == "helena@correio.example"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert "Olá, Helena." in text.get_content()
    assert url in text.get_content()
    assert "Olá, Helena." in html.get_content()
    assert seen.status_code == 200  # it asks first: a GET never unsubscribes
    assert decisions["campaigns"] == 0


async def test_an_e_mail_as_nobody_has_the_fallbacks_and_no_lead(shop: Running) -> None:
    async with shop.client() as http:
        answer = await http.get(f"{await approved(http)}/eml")
        sms = await http.get(f"{await approved(http, 'sms', text='Café coado em casa.')}/eml")
    message = email.message_from_bytes(answer.content, policy=email.policy.default)
    assert message["Subject"] == "cliente, café coado em casa"
    assert "List-Unsubscribe" not in message
    assert sms.json()["code"] == "variant.channel"


async def test_a_subject_cannot_write_headers(shop: Running) -> None:
    async with shop.client() as http:
        at = await approved(http, **COPY | {"subject": "Café em casa\r\nBcc: todos"})
        message = email.message_from_bytes((await http.get(f"{at}/eml")).content, policy=email.policy.default)
    assert message["Bcc"] is None


async def test_a_channel_without_html_has_no_such_file(shop: Running) -> None:
    async with shop.client() as http:
        at = await approved(http, "sms", text="Café coado em casa.")
        assert (await http.get(f"{at}/file.text")).text.strip() == "Café coado em casa."
        assert (await http.get(f"{at}/file.html")).json()["code"] == "variant.form"
        assert (await http.get(f"{at}/file.pdf")).status_code == 422
