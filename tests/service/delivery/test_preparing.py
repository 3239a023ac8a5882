"""Copy made ready: rendered once, bound by joining."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.registry import CHANNELS, channel
from service.delivery.policy import DeliveryPolicy
from service.delivery.prepared import Prepared
from service.delivery.preparing import prepare
from service.errors import Invalid
from service.generation.tokens import Token, bind

EVIDENCE = [{"content_id": "cafe", "url": "https://loja.example/cafe", "image_url": "https://loja.example/cafe.jpg"}]
EMAIL = {
    "subject": "{{ first_name | cliente }}, o café chegou",
    "preheader": "Torrado ontem",
    "headline": "Café & leite",
    "body": "Olá, {{ first_name | cliente }}!\n\nVeja https://loja.example/blog.",
    "cta": "Ver o café",
    "cta_content_id": "cafe",
}
BANNER = {"headline": "Oi, {{ first_name | você }}", "body": "Novo", "cta": "Ver", "cta_content_id": "cafe"}
MARKS = f"utm_source=sobmedida&utm_medium=email&utm_campaign=natal&utm_content={UUID(int=7)}"


def ready(name: str, fields: dict[str, Any], policy: DeliveryPolicy | None = None) -> Prepared:
    return prepare(
        channel(name), "pt-BR", fields, EVIDENCE, variant=UUID(int=7), campaign="natal", workspace_name="Casa",
        delivery=policy or DeliveryPolicy(domains=["loja.example"]),
    )  # fmt: skip


def test_an_email_is_bound_in_every_output() -> None:
    out = ready("email", EMAIL).bind({"first_name": "Zé <b>"})
    assert set(out) == {"subject", "preheader", "html", "text", "cta_url"}
    assert out["subject"] == "Zé <b>, o café chegou"
    assert "Olá, Zé &lt;b&gt;!" in out["html"]
    assert "Olá, Zé <b>!" in out["text"]


def test_without_a_value_the_fallback_is_read() -> None:
    out = ready("email", EMAIL).bind({})
    assert out["subject"] == "cliente, o café chegou"
    assert "Olá, cliente!" in out["html"]


def test_links_are_marked_alike_in_html_text_and_data() -> None:
    out = ready("email", EMAIL).bind({})
    assert out["cta_url"] == f"https://loja.example/cafe?{MARKS}"
    assert out["text"].endswith(f"Ver o café: https://loja.example/cafe?{MARKS}\n")
    assert f'href="https://loja.example/cafe?{MARKS.replace("&", "&amp;")}"' in out["html"]
    assert f"https://loja.example/blog?{MARKS}." in out["text"]


def test_links_of_others_are_not_marked() -> None:
    assert ready("email", EMAIL, DeliveryPolicy()).bind({})["cta_url"] == "https://loja.example/cafe"


def test_a_banner_is_typed_fields_and_html() -> None:
    out = ready("banner", {**BANNER, "image_content_id": "cafe", "alt": "Bule"}).bind({"first_name": '"Ana" & cia'})
    assert set(out) == {"headline", "body", "cta", "alt", "cta_url", "image_url", "html", "text"}
    assert out["headline"] == 'Oi, "Ana" & cia'
    assert "Oi, &quot;Ana&quot; &amp; cia" in out["html"]
    assert out["image_url"] == "https://loja.example/cafe.jpg"


def test_what_is_no_page_has_no_button() -> None:
    wrong = [{"content_id": "cafe", "url": "javascript:alert(1)", "image_url": None}]
    made = prepare(
        channel("banner"), "pt-BR", BANNER, wrong, variant=UUID(int=7), campaign="n", workspace_name="Casa",
        delivery=DeliveryPolicy(),
    )  # fmt: skip
    assert made.bind({})["cta_url"] == ""
    assert "javascript" not in made.bind({})["html"]


def test_a_text_message_is_not_made_longer_than_it_may_be() -> None:
    text = "Café novo: https://loja.example/cafe " + "a" * 110
    assert ready("sms", {"text": text}).bind({})["text"] == text


def test_fields_of_another_channel_are_refused() -> None:
    with pytest.raises(Invalid, match="banner"):
        ready("banner", {**BANNER, "subject": "a"})


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_a_text(name: str) -> None:
    fields = {field: "a {{ first_name | b }}" for field, limit in channel(name).limits.items() if limit.required}
    assert "a Helena" in ready(name, fields).bind({"first_name": "Helena"})["text"]


@given(
    text=st.lists(
        st.sampled_from(["{{ first_name | cliente }}", "{{", "}}", "{", "|", "\ue000", "\ue001", "é", "&", "<", " x "])
    ).map("".join),
    value=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20),
)
def test_binding_is_the_same_as_rendering_the_bound_text(text: str, value: str) -> None:
    out = ready("push", {"title": f"a{text}z", "body": "b"}).bind({"first_name": value})
    assert out["title"] == bind(f"a{text}z", {"first_name": value})


def test_tokens_are_named() -> None:
    made = ready("email", EMAIL)
    assert made.tokens == {"first_name"}
    assert Token("first_name", "cliente") in made.outputs["html"]
