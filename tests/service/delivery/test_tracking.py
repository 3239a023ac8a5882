"""Links marked: only the workspace's own, only by adding."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.policy import DeliveryPolicy, Utm
from service.delivery.tracking import marked, marked_in, marks

VARIANT = UUID(int=7)
POLICY = DeliveryPolicy(domains=["loja.example"], utm={"email": Utm(source="{platform}", campaign="c-{campaign}")})
MARKS = marks(POLICY, variant=VARIANT, campaign="natal", channel="banner")


def test_a_link_to_an_own_domain_tells_campaign_and_variant() -> None:
    assert marked("https://loja.example/cafe", POLICY, MARKS) == (
        "https://loja.example/cafe?utm_source=sobmedida&utm_medium=banner&utm_campaign=natal"
        f"&utm_content={VARIANT}"
    )  # fmt: skip


def test_channels_have_their_own_templates() -> None:
    told = marks(POLICY, variant=VARIANT, campaign="natal", channel="email", platform="braze")
    assert (told["utm_source"], told["utm_medium"], told["utm_campaign"]) == ("braze", "email", "c-natal")


def test_what_an_address_says_already_is_kept_and_not_said_twice() -> None:
    url = marked("https://www.Loja.example/a?b=%C3%A7&utm_source=parceiro&c#preço", POLICY, MARKS)
    assert url.startswith("https://www.Loja.example/a?b=%C3%A7&utm_source=parceiro&c&utm_medium=banner&")
    assert url.endswith("#preço")
    assert url.count("utm_source") == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://outra.example/", "https://minhaloja.example/", "https://loja.example.evil.example/", "https://[bad",
        "mailto:a@loja.example", "javascript:alert(1)//loja.example", "//loja.example/x", "https://e.example/#loja.example",
        "",
    ],
)  # fmt: skip
def test_other_addresses_stay_as_they_are(url: str) -> None:
    assert marked(url, POLICY, MARKS) == url


def test_addresses_in_texts_are_marked_without_the_full_stop_behind_them() -> None:
    text = marked_in("Veja https://loja.example/cafe. Ou (https://outra.example).", POLICY, MARKS)
    assert f"utm_content={VARIANT}. Ou (https://outra.example)." in text


def test_an_address_that_goes_on_into_a_token_stays_as_it_is() -> None:
    text = "https://loja.example/{{ top_category | cafe }}"
    assert marked_in(text, POLICY, MARKS) == text


_WORD = st.text(st.characters(codec="utf-8", exclude_characters="#?&="), max_size=8)


@given(
    path=st.text("abc/é%20", max_size=12),
    query=st.lists(st.tuples(_WORD.filter(bool), _WORD), max_size=4),
    fragment=st.text("abcé/?=&", max_size=8),
    sub=st.sampled_from(["", "www.", "a.b."]),
)
def test_marking_only_adds(path: str, query: list[tuple[str, str]], fragment: str, sub: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query)
    before = f"https://{sub}loja.example/{path}" + (f"?{asked}" if asked else "")
    after = marked(before + (f"#{fragment}" if fragment else ""), POLICY, MARKS)
    assert after.startswith(before)
    told = dict(parse_qsl(urlsplit(after).query, keep_blank_values=True))
    assert MARKS.items() <= told.items()
    assert marked(after, POLICY, MARKS) == after
    assert after.endswith(f"#{fragment}" if fragment else str(VARIANT))
