"""Tokens in copy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.generation.tokens import Part, Token, bind, bound, find, parse, render, tokens_in

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
FALLBACKS = st.text(st.characters(exclude_characters="{}|\r\n", exclude_categories=["Z", "C"]), min_size=1, max_size=20)
TOKENS = st.builds(Token, NAMES, FALLBACKS)
TEXTS = st.text(st.characters(exclude_characters="{}"), min_size=1, max_size=30)


def merged(parts: list[Part]) -> list[Part]:
    """Neighbouring texts in one, as a reader of the rendered copy would find them."""
    result: list[Part] = []
    for part in parts:
        if result and isinstance(part, str) and isinstance(result[-1], str):
            result[-1] += part
        else:
            result.append(part)
    return result


@given(st.lists(st.one_of(TEXTS, TOKENS), max_size=8))
def test_what_is_rendered_is_parsed_as_the_same_parts(parts: list[Part]) -> None:
    assert parse(render(parts)) == merged(parts)


@given(st.text(max_size=80))
def test_any_text_survives_parsing(text: str) -> None:
    assert parse(render(parse(text))) == parse(text)
    if not tokens_in(text):
        assert render(parse(text)) == text


@given(st.lists(st.one_of(TEXTS, TOKENS), max_size=5), st.dictionaries(NAMES, st.text(max_size=30), max_size=3))
def test_values_are_bound_as_plain_text_whatever_is_in_them(parts: list[Part], values: dict[str, str]) -> None:
    shown = [part if isinstance(part, str) else values.get(part.name) or part.fallback for part in parts]
    assert bind(render(parts), values) == "".join(shown)


def test_a_value_with_braces_is_not_read_again() -> None:
    assert bind("Oi, {{ first_name | cliente }}!", {"first_name": "{{ x | y }}"}) == "Oi, {{ x | y }}!"


def test_spaces_inside_a_token_do_not_matter() -> None:
    assert tokens_in("{{first_name|tudo bem}}") == [Token("first_name", "tudo bem")]
    assert render(parse("{{first_name|tudo bem}}")) == "{{ first_name | tudo bem }}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ first_name }}",
        "{{ first_name | }}",
        "{{ first_name | a",
        "{{ First | a }}",
        "{ first_name | a }",
        "*|FNAME|*",
        "{{ a | b } }",
    ],
)
def test_anything_else_is_text(text: str) -> None:
    assert parse(text) == [text]


def test_only_names_that_are_allowed_are_tokens() -> None:
    assert parse("{{ city | aqui }} {{ first_name | oi }}", {"first_name"}) == [
        "{{ city | aqui }} ",
        Token("first_name", "oi"),
    ]


def test_a_token_is_found_where_it_stands() -> None:
    found = next(find("Oi, {{ n | a }}!"))
    assert (found.start, found.end) == (4, 15)


BRACED = st.text(st.sampled_from("{}|ab _\n\t-é"), max_size=60)
PIECES = st.lists(st.one_of(BRACED, TOKENS), max_size=6)


@given(PIECES, st.sets(NAMES, max_size=3))
def test_what_is_no_token_is_bound_byte_for_byte(pieces: list[Part], names: set[str]) -> None:
    text = render(pieces)
    values = dict.fromkeys(names, "{{ a | b }}")
    shown, at = "", 0
    for found in find(text):
        if found.token.name in names:
            shown += text[at : found.start] + "{{ a | b }}"
            at = found.end
    assert bind(text, values, names) == shown + text[at:]
    assert bound(parse(text, ()), values) == text  # with nothing to mention all of it is text


@given(BRACED, BRACED)
def test_braces_of_content_and_of_values_are_text(content: str, value: str) -> None:
    if "{{" not in content:
        assert bind(f"{content} {{{{ n | a }}}}", {"n": value or "a"}) == f"{content} {value or 'a'}"
