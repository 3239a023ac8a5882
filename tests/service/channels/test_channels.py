"""Channels: fields, previews and what they look like."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pydantic import ValidationError

from service.channels.banner import BannerFields
from service.channels.email import EmailFields
from service.channels.registry import CHANNELS, channel
from service.errors import Invalid


@dataclass(frozen=True)
class Linked:
    content_id: str
    url: str | None = None
    image_url: str | None = None


EMAIL = EmailFields(
    subject="{{ first_name | cliente }}, o café chegou",
    headline="Café & leite",
    body="Olá, {{ first_name | cliente }}!\n\nPrimeiro parágrafo.\n\nUm abraço,\nCasa",
    cta="Ver o café",
    cta_content_id="cafe",
)
CAFE = Linked("cafe", url="https://loja.example/cafe?a=1&b=2", image_url="https://loja.example/cafe.jpg")


def test_an_unknown_channel_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(Invalid, match="email, banner") as caught:
        channel("pigeon")
    assert (caught.value.code, caught.value.faults[0].pointer) == ("channel.unknown", "/channel")


def test_limits_stand_in_the_order_in_which_fields_are_met() -> None:
    assert channel("email").ladder == ("subject", "preheader", "headline", "body", "cta")
    assert channel("email").limits["subject"].hard == 78
    assert channel("banner").limits["body"].hard == 90


@pytest.mark.parametrize("name", CHANNELS)
def test_a_field_that_the_channel_does_not_have_is_refused(name: str) -> None:
    given = dict.fromkeys(channel(name).limits, "a")
    channel(name).fields.model_validate(given)
    with pytest.raises(ValidationError, match="fax"):
        channel(name).fields.model_validate(given | {"fax": "e"})


def test_a_preview_binds_tokens_and_finds_addresses() -> None:
    preview = channel("email").preview(EMAIL, {"first_name": "Helena"}, [Linked("other"), CAFE])
    assert preview["subject"] == "Helena, o café chegou"
    assert preview["cta_url"] == CAFE.url


def test_a_preview_without_a_value_shows_the_fallback() -> None:
    assert channel("email").preview(EMAIL, {}, [])["subject"] == "cliente, o café chegou"
    assert channel("email").preview(EMAIL, {"first_name": ""}, [])["cta_url"] is None


def test_a_name_that_looks_like_a_token_stays_text() -> None:
    preview = channel("email").preview(EMAIL, {"first_name": "{{ first_name | x }}"}, [])
    assert preview["subject"] == "{{ first_name | x }}, o café chegou"


def test_html_is_escaped_and_says_its_language() -> None:
    email = channel("email")
    html = email.html(email.preview(EMAIL, {"first_name": "<script>alert(1)</script>"}, [CAFE]), "pt-BR")
    assert '<html lang="pt-BR"' in html
    assert "<script>" not in html
    assert "Café &amp; leite" in html
    assert 'href="https://loja.example/cafe?a=1&amp;b=2"' in html
    assert "Um abraço,<br>Casa" in html


def test_the_text_part_has_everything_that_is_read() -> None:
    email = channel("email")
    text = email.plain(email.preview(EMAIL, {}, [CAFE]))
    assert text.startswith("Café & leite\n\nOlá, cliente!\n\n")
    assert text.endswith("Ver o café: https://loja.example/cafe?a=1&b=2\n")


def test_a_button_without_an_address_is_no_link() -> None:
    email = channel("email")
    assert "<a " not in email.html(email.preview(EMAIL, {}, []), "en")


def test_a_banner_with_a_picture_needs_a_text_alternative() -> None:
    with pytest.raises(ValidationError, match="text alternative"):
        BannerFields(headline="a", body="b", cta="c", image_content_id="cafe")


def test_a_banner_shows_its_picture_with_the_alternative() -> None:
    banner = channel("banner")
    fields = BannerFields(headline="Café", body="Novo", cta="Ver", image_content_id="cafe", alt='Um "bule"')
    preview = banner.preview(fields, {}, [CAFE])
    html = banner.html(preview, "pt-BR")
    assert 'alt="Um &#34;bule&#34;"' in html
    assert 'aria-label="Café"' in html
    assert banner.plain(preview) == "Café\nNovo\nVer\n"
