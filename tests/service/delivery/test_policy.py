"""A workspace's own domains, origins and marks of links."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.delivery.policy import DeliveryPolicy, Utm


def test_links_are_marked_by_channel_and_by_nothing_of_the_reader() -> None:
    policy = DeliveryPolicy.model_validate({"utm": {"email": {"source": "{platform}", "medium": "e-mail {channel}"}}})
    named = {"campaign": "black-friday", "platform": "mautic"}
    assert policy.utm_of("email").filled(channel="email", **named) == {
        "utm_source": "mautic", "utm_medium": "e-mail email", "utm_campaign": "black-friday",
    }  # fmt: skip
    assert policy.utm_of("banner").filled(channel="banner", campaign="black-friday") == {
        "utm_source": "sobmedida", "utm_medium": "banner", "utm_campaign": "black-friday",
    }  # fmt: skip


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    filled = Utm(source="{platform}").filled(campaign="x", channel="email", platform="{campaign}")
    assert filled["utm_source"] == "{campaign}"


@pytest.mark.parametrize(
    "text", ["{lead}", "{}", "{{campaign}}", "campaign}", "{campaign", "", " ", "a" * 101, "a\x00"]
)
def test_other_templates_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Utm(source=text)


def test_a_domain_covers_what_lies_below_it_and_nothing_that_only_ends_alike() -> None:
    policy = DeliveryPolicy(domains=["Loja.Example.", "pão.example"])
    assert policy.domains == ["loja.example", "xn--po-sia.example"]
    assert all(map(policy.owns, ("loja.example", "WWW.loja.example", "xn--po-sia.example")))
    assert not any(map(policy.owns, ("minhaloja.example", "loja.example.evil.test", "example", "")))


def test_origins_are_kept_as_browsers_send_them() -> None:
    given = ["HTTPS://Loja.Example:443/", "http://localhost:8000", "https://pão.example", "http://127.0.0.1"]
    assert DeliveryPolicy(origins=given).origins == [
        "https://loja.example", "http://localhost:8000", "https://xn--po-sia.example", "http://127.0.0.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "origin",
    ["null", "*", "loja.example", "ftp://loja.example", "https://", "https://a@loja.example", "https://loja.example?x",
     "https://loja.example:99999", "https://loja.example/#a", "javascript:alert(1)", "https://lo ja.example"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError):
        DeliveryPolicy(origins=[origin])
