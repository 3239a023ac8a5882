"""BM25 sparse vectors, one model a language.

Only term frequency and length are weighed here; the inverse document frequency is the index's work at query time, over
the workspace and language that is searched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from qdrant_edge import Bm25, Bm25Config

from retrieval.types import Language, SparseVector

SNOWBALL: Mapping[Language, str] = {"pt": "portuguese", "en": "english", "es": "spanish"}

# A full passage with its title and heading keeps about this many tokens once stop words are gone. From 60 to 100
# nDCG@10 moves by less than 0.007 on a set of sentences (FaQuAD) and of long passages (Pira); at 20 both lose more.
AVERAGE_LENGTH = 80.0

# Snowball's Portuguese stemmer leaves "promoções" and "promoção" apart, and so most nouns that offers are made of.
_PLURAL = re.compile(r"(?<=\w\w)ões\b", re.IGNORECASE)


class Lexical:
    """Texts to BM25 vectors (k 1.2, b 0.75), stemmed and without the language's stop words."""

    def __init__(self, average_length: float = AVERAGE_LENGTH) -> None:
        self._models = {
            language: Bm25(Bm25Config(language=name, avg_len=average_length)) for language, name in SNOWBALL.items()
        }

    def document(self, text: str, language: Language) -> SparseVector:
        """Term weights of a passage, saturated and set against the average length."""
        vector = self._models[language].embed_document(_singular(text, language))
        return SparseVector(list(vector.indices), list(vector.values))

    def query(self, text: str, language: Language) -> SparseVector:
        """Weight 1 for each distinct term; empty where the text has stop words only."""
        vector = self._models[language].embed_query(_singular(text, language))
        return SparseVector(list(vector.indices), list(vector.values))


def _singular(text: str, language: Language) -> str:
    return _PLURAL.sub("ão", text) if language == "pt" else text
