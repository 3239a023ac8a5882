import pytest

from retrieval.lexical import Lexical
from retrieval.types import LANGUAGES, Language


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("pt", "Promoções compradas", "promoção comprada"),
        ("en", "running shoes", "run shoe"),
        ("es", "zapatillas", "zapatilla"),
    ],
)
def test_words_meet_at_their_stem(language: Language, one: str, other: str) -> None:
    lexical = Lexical()

    assert set(lexical.query(one, language).indices) == set(lexical.query(other, language).indices)


@pytest.mark.parametrize(
    ("language", "text"), [("pt", "o que é de"), ("en", "the of and"), ("es", "el de la"), ("pt", "")]
)
def test_stop_words_leave_nothing(language: Language, text: str) -> None:
    assert Lexical().query(text, language) == ([], [])


def test_a_term_weighs_more_the_more_often_it_comes_and_the_shorter_the_passage() -> None:
    lexical = Lexical()
    (term,) = lexical.query("tênis", "pt").indices

    def weight(text: str) -> float:
        found = lexical.document(text, "pt")
        return dict(zip(found.indices, found.values, strict=True))[term]

    assert weight("tênis tênis azul") > weight("tênis azul")
    assert weight("tênis azul") > weight("tênis azul com muitas outras palavras compridas depois")


def test_every_language_has_a_model() -> None:
    assert all(Lexical().query("marketing", language).indices for language in LANGUAGES)
