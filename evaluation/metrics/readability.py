"""How easy copy is to read, by the formula that was fitted to its language.

Flesch reading ease for English (Flesch 1948); its adaptation to Brazilian Portuguese (Martins, Ghiraldelo, Nunes and
Oliveira 1996); Fernández Huerta's (1959) for Spanish, with the correction of its sentence term that Law (2011) points
out. About 100 is very easy, 0 very hard. Syllables are where the hyphenation patterns of Pyphen break a word; a word
that cannot be broken has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import pyphen

from evaluation.metrics.score import Score, not_scored
from evaluation.metrics.words import sentences
from retrieval.languages import Language


class Formula(NamedTuple):
    """constant - a * words per sentence - b * syllables per word"""

    constant: float
    words_per_sentence: float
    syllables_per_word: float
    patterns: str


FORMULAS: Mapping[Language, Formula] = {
    "pt": Formula(248.835, 1.015, 84.6, "pt_BR"),
    "en": Formula(206.835, 1.015, 84.6, "en_US"),
    "es": Formula(206.84, 1.02, 60.0, "es"),
}


def readability(copy: str, language: Language) -> Score:
    """Reading ease divided by 100 and held between 0 and 1."""
    found = [[word.strip(".,;:!?…()\"'“”«»") for word in sentence.split()] for sentence in sentences(copy)]
    found = [[word for word in sentence if any(map(str.isalpha, word))] for sentence in found]
    counted = [sentence for sentence in found if sentence]
    if not counted:
        return not_scored("the copy has no words")
    formula, total = FORMULAS[language], sum(map(len, counted))
    per_sentence = total / len(counted)
    per_word = sum(syllables(word, language) for sentence in counted for word in sentence) / total
    ease = formula.constant - formula.words_per_sentence * per_sentence - formula.syllables_per_word * per_word
    return Score(
        min(max(ease / 100, 0.0), 1.0), f"reading ease {ease:.1f}",
        f"{per_sentence:.1f} words a sentence, {per_word:.2f} syllables a word",
    )  # fmt: skip


def syllables(word: str, language: Language) -> int:
    """How many parts the hyphenation patterns see."""
    return len(_patterns(FORMULAS[language].patterns).positions(word)) + 1


@cache
def _patterns(name: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=name, left=1, right=1)
