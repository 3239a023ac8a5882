"""The link to unsubscribe by: where there is room for it, in HTML and text alike."""

from __future__ import annotations

from uuid import UUID

import pytest

from service.channels.registry import channel
from service.delivery.platforms.registry import emit
from service.delivery.policy import DeliveryPolicy
from service.delivery.prepared import Prepared
from service.delivery.preparing import prepare
from service.delivery.unsubscribing import with_unsubscribe
from service.types import Locale

EMAIL = {"subject": "Oi", "headline": "Café", "body": "Novo, {{ first_name | cliente }}", "cta": "Ver"}


def email(locale: Locale = "pt-BR") -> Prepared:
    return prepare(
        channel("email"), locale, EMAIL, [], variant=UUID(int=7), campaign="natal", workspace_name="Casa & Cia",
        delivery=DeliveryPolicy(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "words"), [("pt-BR", "Cancelar inscrição"), ("es", "Cancelar suscripción"), ("en", "Unsubscribe")]
)
def test_an_email_has_the_link_in_the_language_of_its_copy(locale: Locale, words: str) -> None:
    made = with_unsubscribe(email(locale).bind({}), "https://app.example/u/x?a=1&b=2")
    assert f'href="https://app.example/u/x?a=1&amp;b=2" style="color:#5c5d58;">{words}</a>' in made["html"]
    assert made["text"].endswith(f"\n\n{words}: https://app.example/u/x?a=1&b=2\n")


def test_without_a_link_nothing_of_it_is_seen() -> None:
    made = email().bind({})
    assert "Casa &amp; Cia" in made["html"]
    assert "Cancelar" not in made["html"].replace("<!--unsubscribe:Cancelar inscrição-->", "")
    assert "Cancelar" not in made["text"]


def test_what_has_no_room_stays_as_it_is() -> None:
    assert with_unsubscribe({"headline": "Oi", "html": "<p>Oi</p>"}, "https://app.example") == {
        "headline": "Oi", "html": "<p>Oi</p>",
    }  # fmt: skip


def test_a_platform_gets_its_own_tag() -> None:
    made = emit(email(), "mailchimp")
    assert '<a href="*|UNSUB|*"' in made["html"]
    assert "Cancelar inscrição: *|UNSUB|*" in made["text"]
