from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunking import chunks, sentences

prose = st.lists(
    st.sampled_from(
        ["Oferta", "até", "R$", "1.299,00.", "Sr.", "fim!", "\n\n", "é", "— sim?", "\n- item", "x" * 40, "…"]
    ),
    max_size=80,
).map(" ".join)
plain = st.text(st.characters(exclude_characters="#", exclude_categories=["Cs"]), max_size=300)


@pytest.mark.parametrize(
    "text",
    [
        "O Sr. Silva ligou.",
        "Custa R$ 1.299,00 à vista.",
        "É o nº 1 do Brasil.",
        "Use frutas, p. ex. maçã.",
        "Veja https://exemplo.com.br/a.b?c=1 agora.",
        "Cresceu 3.5 vezes em 2.024 dias.",
        "A Dra. Ana M. Souza assina.",
        "Dr. Smith, e.g. the best, is here.",
        "La Sra. García vive en la Av. Central.",
        "Às 10h... talvez depois.",
    ],
)
def test_a_stop_that_ends_nothing_does_not_split(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Acabou. Volte amanhã!", 2),
        ("Custa R$ 10,00. Aproveite.", 2),
        ("Sério?! Sim. ¿Y tú? Bien.", 4),
        ("“Fim.” Outra começa.", 2),
        ("Itens:\n- um\n- dois", 3),
        ("Parágrafo sem ponto\n\nOutro parágrafo", 2),
    ],
)
def test_sentences_end_where_they_do(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_sentences_are_joined_up_to_the_limit() -> None:
    found = chunks("Um dois três. Quatro cinco. Seis sete oito nove.", words=5)

    assert [chunk.text for chunk in found] == ["Um dois três. Quatro cinco.", "Seis sete oito nove."]


def test_a_heading_starts_a_passage_and_stays_as_context() -> None:
    found = chunks("Antes.\n\n## **Preço** ##\n\nCusta pouco.\n\n### Prazo\nAté sexta.")

    assert [(chunk.heading, chunk.text) for chunk in found] == [
        ("", "Antes."),
        ("Preço", "Custa pouco."),
        ("Prazo", "Até sexta."),
    ]


@pytest.mark.parametrize("text", ["", "  \n\n ", "# Só o título", "## Um\n\n## Dois\n"])
def test_text_without_sentences_has_no_passages(text: str) -> None:
    assert chunks(text) == []


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one word"):
        chunks("Texto.", words=0)


@given(st.one_of(prose, plain), st.integers(1, 12))
def test_passages_hold_all_of_the_text_in_order_within_the_limit(text: str, words: int) -> None:
    found = chunks(text, words)

    assert "".join("".join(chunk.text.split()) for chunk in found) == "".join(text.split())
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in found)
    assert all(1 <= len(chunk.text.split()) <= words for chunk in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert [chunk.ordinal for chunk in found] == list(range(len(found)))
