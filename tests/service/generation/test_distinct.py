"""Variants that differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.generation.distinct import repeats, same_wording, text_of

ONE = "Café coado em casa pede água a 92 graus e filtro molhado. Veja o passo a passo no artigo."
NEAR = "Café coado em casa pede água a 92 graus e filtro molhado. Veja o passo a passo em nosso artigo."
OTHER = "Sessenta gramas por litro: a medida que deixa a xícara equilibrada, de manhã ou à tarde."


class Meanings:
    """An embedder that knows which texts mean the same."""

    name, dimensions = "meanings", 2

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1.0, 0.0] if "litro" in text else [0.0, 1.0] for text in texts], dtype=np.float32)


def test_a_word_more_is_no_other_variant() -> None:
    assert same_wording(ONE, NEAR) and not same_wording(ONE, OTHER)


async def test_only_the_first_of_a_kind_is_new() -> None:
    assert await repeats([ONE, OTHER, NEAR, OTHER], None) == [None, None, 0, 1]


async def test_the_same_meaning_in_other_words_is_a_repeat() -> None:
    told = "Um litro de água leva sessenta gramas de café."
    assert not same_wording(told, OTHER)
    assert await repeats([OTHER.replace("por litro", "por litro d'água"), told], Meanings()) == [None, 0]


def test_tokens_count_as_their_fallback() -> None:
    assert text_of({"subject": "{{ first_name | cliente }}, olá", "preheader": ""}) == "cliente, olá"
