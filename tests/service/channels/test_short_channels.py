"""Popup, push, SMS, WhatsApp, social ad and chat: what is shown of each, and what is too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from service.channels.base import Over
from service.channels.registry import CHANNELS, channel


@dataclass(frozen=True)
class Linked:
    content_id: str
    url: str | None = "https://loja.example/cafe?a=1&b=2"
    image_url: str | None = "https://loja.example/cafe.jpg"


COPY: dict[str, dict[str, Any]] = {
    "email": {"subject": "A", "preheader": "B", "headline": "C", "body": "D", "cta": "E"},
    "banner": {"headline": "A", "body": "B", "cta": "C"},
    "popup": {"headline": "A", "body": "B", "cta": "C"},
    "push": {"title": "A", "body": "B"},
    "sms": {"text": "Promoção de café"},
    "whatsapp": {"header": "A", "body": "B\n\nC", "footer": "D", "button": "E"},
    "social_ad": {"headline": "A", "body": "B", "cta": "C"},
    "chat": {"body": "A"},
}


def shown(name: str, values: Mapping[str, str] | None = None, /, **other: Any) -> dict[str, Any]:
    """A preview of that channel's copy, with every link set."""
    where = channel(name)
    links = dict.fromkeys(where.links, "cafe")
    described = {"alt": "Um bule"} if where.picture else {}
    fields = where.fields.model_validate(COPY[name] | links | described | other)
    return where.preview(fields, values or {}, [Linked("cafe")])


def test_there_are_eight_channels() -> None:
    assert set(CHANNELS) == set(COPY)


@pytest.mark.parametrize("name", CHANNELS)
def test_both_renderings_say_everything_and_escape_it(name: str) -> None:
    where = channel(name)
    attack = '<b onclick="x">&'
    preview = shown(name, **{field: attack for field in where.limits if field != "alt"})
    html = where.html(preview, "pt-BR")
    assert 'lang="pt-BR"' in html
    assert "<b onclick" not in html
    told = sum(field not in ("alt", "subject", "preheader") for field in where.limits)
    assert where.plain(preview).count(attack) == told
    assert html.replace("&#34;", chr(34)).count('&lt;b onclick="x"&gt;&amp;') >= told
    for link in where.links:
        if link != "image_content_id":
            assert 'href="https://loja.example/cafe?a=1&amp;b=2"' in html


@pytest.mark.parametrize("name", CHANNELS)
def test_what_names_no_address_is_no_link(name: str) -> None:
    where = channel(name)
    preview = where.preview(where.fields.model_validate(COPY[name]), {}, [])
    assert "<a " not in where.html(preview, "en")
    assert "None" not in where.html(preview, "en") + where.plain(preview)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_text_over_its_limit_is_named_with_its_length(name: str) -> None:
    where = channel(name)
    assert where.over(shown(name)) == []
    for field, limit in where.limits.items():
        assert where.over(shown(name, **{field: "a" * limit.hard})) == []
        assert where.over(shown(name, **{field: "a" * (limit.hard + 1)})) == [Over(field, limit.hard + 1, limit.hard)]


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("popup", {"headline": 40, "body": 90, "cta": 20}),
        ("push", {"title": 50, "body": 150}),
        ("sms", {"text": 160}),
        ("whatsapp", {"header": 60, "body": 1_024, "footer": 60, "button": 25}),
        ("social_ad", {"headline": 40, "body": 125, "cta": 20}),
    ],
)
def test_limits_are_those_of_the_places_where_copy_is_shown(name: str, limits: dict[str, int]) -> None:
    assert {field: limit.hard for field, limit in channel(name).limits.items()}.items() >= limits.items()


def test_a_long_name_breaks_a_limit_that_the_fallback_keeps() -> None:
    body = "Olá, {{ first_name | cliente }}! " + "a" * 120
    assert channel("push").over(shown("push", body=body)) == []
    name = "Maria Aparecida das Dores de Albuquerque"
    assert [one.field for one in channel("push").over(shown("push", {"first_name": name}, body=body))] == ["body"]
    text = "{{ first_name | cliente }}: " + "a" * 140
    assert channel("sms").over(shown("sms", {"first_name": name}, text=text)) == [Over("text", 182, 160)]


def test_a_push_notification_is_4096_bytes_at_most() -> None:
    fields = channel("push").fields.model_validate(COPY["push"] | {"link_content_id": "cafe"})
    preview = channel("push").preview(fields, {}, [Linked("cafe", url="https://loja.example/" + "a" * 4_100)])
    assert [one.field for one in channel("push").over(preview)] == ["payload"]


def test_a_text_message_tells_how_it_goes_out_and_how_it_would_without_accents() -> None:
    preview = shown("sms", text="Promoção " + "a" * 80)
    assert (preview["encoding"], preview["length"], preview["parts"]) == ("UCS-2", 89, 2)
    assert preview["transliterated"] == "Promocao " + "a" * 80
    assert (preview["transliterated_encoding"], preview["transliterated_parts"]) == ("GSM-7", 1)
    html = channel("sms").html(preview, "pt-BR")
    assert "Promoção" in html and "Promocao" in html
    assert "Promocao" not in channel("sms").html(shown("sms"), "pt-BR")


def test_a_whatsapp_message_is_filed_as_marketing_unless_it_says_otherwise() -> None:
    fields = channel("whatsapp").fields
    assert fields.model_validate(COPY["whatsapp"]).model_dump()["category"] == "marketing"
    with pytest.raises(ValidationError, match="category"):
        fields.model_validate(COPY["whatsapp"] | {"category": "spam"})


def test_a_popup_is_a_dialog_that_can_be_closed() -> None:
    html = channel("popup").html(shown("popup"), "pt-BR")
    assert 'role="dialog"' in html
    assert 'aria-label="Fechar"' in html
    assert 'alt="Um bule"' in html


def test_only_chat_answers() -> None:
    assert [(name, one.angles) for name, one in CHANNELS.items() if one.answers] == [("chat", ("answer",))]
