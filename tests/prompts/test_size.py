"""How much a model has to read: 2,500 tokens with eight real passages, by a tokenizer that knows no Portuguese."""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import chain, zip_longest

import pytest
from tokenizers import Tokenizer

from prompts.library import PromptLibrary
from retrieval.embedding import bundled_model
from service.channels.registry import CHANNELS
from service.generation.model_writer import variables
from service.generation.models import Evidence
from tests.service.generation.shop import DATA, articles, evidence, shop, task

MOST, PASSAGES = 2_500, 8
LIBRARY = PromptLibrary.released()
VOICE = tomllib.loads((DATA / "workspace.toml").read_text(encoding="utf-8"))["brand"]["voice"]


@cache
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(bundled_model() / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def tokens(text: str) -> int:
    return len(tokenizer().encode(text, add_special_tokens=False).ids)


def passages() -> list[list[Evidence]]:
    """Eight passages of one item, and eight of as many items as there are; each with an address and a picture."""
    pages = articles() or [item for item in shop().values() if item.kind == "article" and item.locale == "pt-BR"]
    each = [[one for one in evidence([page]) if one.kind == "passage"] for page in pages]
    mixed = [one for one in chain.from_iterable(zip_longest(*each)) if one]
    address = {"url": "https://loja.example", "image_url": "https://loja.example/a.jpg"}
    return [
        [one.model_copy(update={"id": f"e{place}", **address}) for place, one in enumerate(found[:PASSAGES], start=1)]
        for found in [*each, mixed]
    ]


@pytest.mark.parametrize("name", CHANNELS)
def test_a_full_prompt_stays_small(name: str) -> None:
    where = CHANNELS[name]
    for found in passages():
        given = task(
            [shop()["cafe-coado-em-casa"]], name, angles=where.angles, evidence=found, voice=VOICE,
            known={"etapa": "lead", "interesse": "café"}, tone="calmo",
        )  # fmt: skip
        values = variables(given, where.angles) | {"draft": {}, "faulty": []}
        wanted = LIBRARY.get(where.prompt).variables
        prompt = LIBRARY.render(where.prompt, {key: values[key] for key in wanted})
        assert tokens(prompt.system) + tokens(prompt.user) <= MOST
