"""What of retrieval can be set to fit somebody's content: weights, the size of passages, and how many are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from retrieval.chunking import WORDS, Chunk, chunks
from retrieval.fusion import WEIGHTS
from retrieval.types import Language

Weights = dict[tuple[str, Language], float]
"""By model and language; "" stands for whichever model there is."""

MOST_WEIGHT = 10.0
PASSAGES = 8


def read_weights(text: str) -> Weights:
    """Weights as they are set: `pt=0.5,en=1` for whichever model, `pt@model=0.5` for one. Raises ValueError."""
    found: Weights = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = entry.rpartition("=")
        language, _, model = name.strip().partition("@")
        if language not in get_args(Language):
            raise ValueError(f"{entry!r} does not begin with one of {', '.join(get_args(Language))}")
        try:
            weight = float(value)
        except ValueError:
            raise ValueError(f"{entry!r} has no number after the =") from None
        if not 0 <= weight <= MOST_WEIGHT:
            raise ValueError(f"{entry!r}: a weight is from 0 to {MOST_WEIGHT:g}")
        if (model, language) in found:
            raise ValueError(f"{name.strip()!r} is there twice")
        found[model, language] = weight  # type: ignore[index]  # it is one of them
    return found


def write_weights(weights: Mapping[tuple[str, Language], float]) -> str:
    """The same as text."""
    return ",".join(
        f"{language}{'@' if model else ''}{model}={weight:g}" for (model, language), weight in weights.items()
    )


def _weights(text: str) -> str:
    read_weights(text)
    return text


class Tuning(BaseModel):
    """One set of such settings, the service's own where none is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dense_weights: Annotated[str, AfterValidator(_weights)] = ""
    passage_words: Annotated[int, Field(ge=30, le=300)] = WORDS
    passages: Annotated[int, Field(ge=1, le=20)] = PASSAGES

    def weights(self, model: str) -> Mapping[tuple[str, Language], float]:
        """What `Search` weighs by: what is set for that model, else for any, else what we measured."""
        given, short = read_weights(self.dense_weights), model.partition("@")[0]
        for_any: Weights = {(short, language): weight for (of, language), weight in given.items() if not of}
        return {**WEIGHTS, **for_any, **{key: weight for key, weight in given.items() if key[0]}}

    def cut(self, text: str) -> list[Chunk]:
        """A text's passages. Sentences are cut where they always were, so that what rests on one finds it again."""
        return chunks(text, self.passage_words, longest=WORDS)
