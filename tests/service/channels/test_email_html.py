"""The HTML of e-mails: what mail programs need, within what they show."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.email_html import MOST_BYTES, email_html
from service.channels.registry import channel
from service.errors import Invalid

COPY: dict[str, Any] = {
    "subject": "O café chegou", "preheader": "Torrado ontem", "headline": "Café & leite", "body": "Um.\n\nDois,\ntrês.",
    "cta": "Ver", "cta_url": "https://loja.example/cafe?a=1&b=2", "sender": "Casa",
}  # fmt: skip


class Page(HTMLParser):
    """What a reader of the page meets: texts outside of the head, and the attributes of tags by name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._quiet = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._quiet = tag in ("style", "title") or (self._quiet and tag != "body")

    def handle_data(self, data: str) -> None:
        self.text += "" if self._quiet else data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_it_says_its_language_and_hides_its_preheader_above_the_copy() -> None:
    html = email_html(COPY, "pt-BR")
    page = Page(html)
    assert page.all("html")[0]["lang"] == "pt-BR"
    assert page.text.strip().startswith("Torrado ontem")
    assert "display:none" in html[html.index("<body") : html.index("Torrado")]


def test_tables_are_for_layout_and_styles_stand_inline() -> None:
    page = Page(email_html(COPY, "en"))
    assert {table["role"] for table in page.all("table")} == {"presentation"}
    assert all("margin" in (paragraph["style"] or "") for paragraph in page.all("p"))


def test_it_knows_dark_and_light() -> None:
    html = email_html(COPY, "pt-BR")
    assert {"name": "color-scheme", "content": "light dark"} in Page(html).all("meta")
    assert "@media (prefers-color-scheme: dark)" in html


def test_the_button_is_a_link_to_its_page_alone() -> None:
    assert [link["href"] for link in Page(email_html(COPY, "pt-BR")).all("a")] == [COPY["cta_url"]]
    assert not Page(email_html({**COPY, "cta_url": None}, "pt-BR")).all("a")


def test_what_runs_or_loads_is_not_in_it_whatever_a_template_let_through() -> None:
    html = email_html(
        {**COPY, "cta_url": "javascript:alert(1)", "body": "<script>x</script><img src=x onerror=y>"}, "en"
    )
    assert not {"script", "img", "iframe", "form", "link"} & {tag for tag, _ in Page(html).tags}
    assert "javascript:" not in html


@pytest.mark.parametrize("unit", ["a\n\n", "a\n", '"', "&", "\U0001f600", "{{a|b}}"])
def test_the_longest_copy_there_can_be_stays_under_the_limit(unit: str) -> None:
    limits = channel("email").limits
    longest = {name: (unit * limits[name].hard)[: limits[name].hard] for name in limits}
    url = "https://loja.example/?" + "&" * 2_000
    assert len(email_html({**COPY, **longest, "cta_url": url}, "pt-BR").encode()) < MOST_BYTES


def test_an_email_that_would_be_cut_off_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        email_html({**COPY, "body": "a\n\n" * 5_000}, "pt-BR")
    assert caught.value.code == "email.too_large"


def test_styles_hold_nothing_that_platforms_take_for_a_tag_of_theirs() -> None:
    html = email_html(COPY, "pt-BR")
    assert not re.search(r"\{\{|\{%|\{#|%%|\*\||\[\[|%[A-Z]+%", html)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=40))
def test_any_words_come_through(words: str) -> None:
    assert words in Page(email_html({**COPY, "headline": words}, "pt-BR")).text


@pytest.mark.parametrize("odd", ["\x00", "\x0c", "\x1b", "\ufffe"])
def test_characters_that_no_page_can_hold_are_left_out(odd: str) -> None:
    html = email_html({**COPY, "headline": f"Ca{odd}fé", "subject": odd, "cta": f"Ver{odd}"}, "pt-BR")
    assert "Café" in Page(html).text
    assert odd not in html
