"""What is read of a model's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ModelNonsense
from service.generation.models import MAX_VARIANTS, Citation, Draft
from service.generation.parsing import MAX_CHARACTERS, DraftReader, drafts

GOOD: dict[str, Any] = {"angle": "benefit", "fields": {"subject": "Olá", "cta_content_id": None}, "claims": []}


def answer(*variants: Any) -> str:
    return json.dumps({"variants": list(variants)}, ensure_ascii=False)


@pytest.mark.parametrize(
    "around",
    ["{}", "```json\n{}\n```", "Claro! Aqui está:\n\n{}\n\nEspero que ajude.", "Use {{ name }} :\n{}", "\ufeff{}"],
)
def test_json_is_found_in_whatever_surrounds_it(around: str) -> None:
    found, unread = drafts(around.replace("{}", answer(GOOD)))
    assert (found[0].angle, dict(found[0].fields), unread) == (
        "benefit",
        {"subject": "Olá", "cta_content_id": None},
        [],
    )


def test_claims_come_with_their_evidence() -> None:
    found, _ = drafts(answer(GOOD | {"claims": [{"text": "R$ 10", "evidence": ["e1"]}]}))
    assert found[0].citations == (Citation(text="R$ 10", evidence=["e1"]),)


@pytest.mark.parametrize(
    "bad",
    [
        {"angle": "benefit"},
        GOOD | {"fields": {}},
        GOOD | {"fields": {"subject": 3}},
        GOOD | {"fields": {"subject": ["a"]}},
        GOOD | {"thoughts": "hm"},
        GOOD | {"claims": "none"},
        GOOD | {"angle": ""},
        "text",
        None,
    ],
)
def test_a_variant_that_cannot_be_read_does_not_spoil_the_others(bad: Any) -> None:
    found, unread = drafts(answer(bad, GOOD))
    assert len(found) == 1
    assert len(unread) == 1
    assert unread[0].startswith("variant 1: ")
    with pytest.raises(ModelNonsense, match="no usable variant"):
        drafts(answer(bad))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON object"),
        ("I am sorry, I cannot do that.", "no JSON object"),
        (answer(GOOD)[:-5], "cut off"),
        (answer(GOOD)[:40], "cut off"),
        ('{"copy": []}', "with `variants`"),
        ('{"variants": {}}', "not a list"),
        ('{"variants": []}', "the list is empty"),
        (answer(*[GOOD] * 9), "9 variants"),
        ("[" * 50_000 + "{", "no JSON object with"),
        ('{"variants": ' + "[" * 200_000, "nested|cut off"),
        (" " * (MAX_CHARACTERS + 1), "longer than"),
    ],
)
def test_nonsense_is_told_in_a_few_words(text: str, reason: str) -> None:
    with pytest.raises(ModelNonsense, match=reason) as caught:
        drafts(text)
    assert len(caught.value.detail) < 300


@given(st.text(max_size=200) | st.from_regex(r"[{}\[\]\",:a0 ]{0,120}"))
def test_no_answer_does_worse_than_nonsense(text: str) -> None:
    try:
        drafts(text)
    except ModelNonsense as error:
        assert error.detail


def read(text: str, size: int) -> list[Draft]:
    """What an incremental reader makes of the text in pieces of that many characters."""
    reader = DraftReader()
    return [draft for at in range(0, len(text), size) for draft in reader.feed(text[at : at + size])]


TRICKY = GOOD | {"angle": 'b"}', "fields": {"subject": 'a { [ ] } \\ "variants": [ ç', "body": "\\"}}


@given(st.lists(st.sampled_from([GOOD, TRICKY, GOOD | {"claims": 3}, "text", 3, [1, [GOOD]], {}]), max_size=8),
       st.integers(1, 50), st.booleans())  # fmt: skip
def test_drafts_read_in_pieces_are_those_of_the_whole(variants: list[Any], size: int, indented: bool) -> None:
    text = "Use {{ nome }}:\n```json\n" + json.dumps({"variants": variants}, indent=2 if indented else None) + "\n```"
    try:
        whole = drafts(text)[0]
    except ModelNonsense:
        whole = []
    assert read(text, size) == whole


def test_a_draft_is_given_as_soon_as_it_is_complete() -> None:
    reader, text = DraftReader(), answer(GOOD, GOOD)
    first = text.index("}, {") + 1
    assert [len(reader.feed(part)) for part in (text[: first - 1], text[first - 1 : first], text[first:])] == [0, 1, 1]


def test_what_is_cut_off_gives_what_was_whole_and_what_is_too_much_is_not_read() -> None:
    assert len(read(answer(GOOD, GOOD, GOOD)[:-10], 7)) == 2
    assert len(read(answer(*[GOOD] * 20), 500)) == MAX_VARIANTS
    assert read(" " * (MAX_CHARACTERS + 1) + answer(GOOD), 100_000) == []
    assert read('{"variants": ' + "[" * 200_000 + "]" * 200_000, 1000) == []


@given(st.text(max_size=200) | st.from_regex(r'(\{"variants": ?\[)?[{}\[\]"\\,:a0 ]{0,120}'), st.integers(1, 9))
def test_no_text_upsets_the_reader(text: str, size: int) -> None:
    assert all(isinstance(draft, Draft) for draft in read(text, size))
