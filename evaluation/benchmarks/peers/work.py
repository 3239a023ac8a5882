"""What every system is given to do, and how it is asked; light to import, since loading is part of what is measured."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["dense", "hybrid"]
MODES: tuple[Mode, ...] = ("dense", "hybrid")
BATCH = 32  # texts of one forward pass of sentence-transformers, the library's own default
PROMPTED = 8  # passages in a prompt, as the service has it
CANDIDATES = 50  # that each half of a hybrid search brings, where a system lets one say so; as the service has it

_TOPICS = ("café", "chá", "panela", "cerâmica", "lençol", "toalha", "planta", "vaso", "tapete", "prato", "copo")
_QUALITIES = ("artesanal", "leve", "durável", "prático", "reciclado", "compacto", "resistente", "macio", "firme")
_VERBS = ("combina", "dura", "cabe", "chega", "brilha", "seca", "aquece", "organiza", "decora", "serve", "protege")
_PLACES = ("na cozinha", "na sala", "no quarto", "na varanda", "na mesa do café", "no jardim", "no escritório")
_LANGUAGES = ("pt", "pt", "pt", "en", "es")
_STAGES = ("lead", "mql", "customer")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Passage(_Frozen):
    """One text to index. `language` and `stage` are what searches filter by."""

    id: str
    title: str
    text: str
    language: str
    stage: str

    @property
    def whole(self) -> str:
        """What is embedded and searched: the service puts the title before the text, so everyone does."""
        return f"{self.title}\n{self.text}".strip()


class Where(_Frozen):
    """What a hit must be."""

    language: str
    stage: str

    def keeps(self, passage: Passage) -> bool:
        """Whether that passage is one."""
        return (passage.language, passage.stage) == (self.language, self.stage)


class Instructions(_Frozen):
    """The service's own prompt for e-mails, in pieces that others fill with passages of theirs: `user` is a pair of
    texts around the passages, the first with OBJECTIVE in it."""

    system: str
    before: str
    after: str
    answer_schema: Mapping[str, Any]

    def user(self, objective: str, evidence: str) -> str:
        """What is asked, with those passages."""
        return f"{self.before.replace('OBJECTIVE', objective)}{evidence}{self.after}"

    def response_format(self) -> dict[str, Any]:
        """The schema of the answer as OpenAI's endpoint takes it."""
        schema = {"name": "copy", "strict": True, "schema": self.answer_schema}
        return {"type": "json_schema", "json_schema": schema}


class Judged(_Frozen):
    """Passages and queries with known answers, to see how well a system ranks."""

    passages: Sequence[Passage]
    queries: Mapping[str, str]


class Work(_Frozen):
    """All of it."""

    passages: Sequence[Passage]
    where: Where
    instructions: Instructions
    model_url: str
    dtype: Literal["float32", "bfloat16"]
    queries: int = 200
    generations: int = 50
    callers: int = 200
    seconds: float = 8.0
    latency: float = 1.0
    judged: Judged | None = None


class Claim(_Frozen):
    """A statement of fact and the passages that it rests on."""

    text: str
    evidence: Sequence[str]


class Written(_Frozen):
    """One e-mail as a model wrote it."""

    angle: str
    fields: Mapping[str, str | None]
    claims: Sequence[Claim]


class Copy(_Frozen):
    """What a model answers; the others validate it against this, the service by its own parsing and checks."""

    variants: Sequence[Written] = Field(min_length=1)


class Peer(Protocol):
    """One system, its models loaded and its pipelines built."""

    async def fill(self, passages: Sequence[Passage]) -> None:
        """Index all of them; done when they can be found."""
        ...

    async def retrieve(self, text: str, mode: Mode, where: Where | None, limit: int) -> Sequence[str]:
        """The ids of the best, at most `limit`, best first."""
        ...

    async def generate(self, objective: str, where: Where) -> None:
        """One e-mail from a hybrid search, the model's answer parsed and valid. Raises where it is not."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


Opener = Callable[[Work, Path], Coroutine[Any, Any, Peer]]
"""Makes a system ready: after it the first search waits for nothing. The folder is for what it keeps."""


def passages(count: int, seed: int = 7) -> list[Passage]:
    """Short made-up texts in Portuguese, the same for the same seed. Language and stage are only said of them; three
    languages in five are Portuguese and a third of the stages `lead`, so that the filter keeps one in five."""
    rng = random.Random(seed)  # noqa: S311 - made-up text
    return [
        Passage(
            id=f"p{number}", title=_thing(rng).capitalize(), text=" ".join(_sentence(rng) for _ in range(4)),
            language=rng.choice(_LANGUAGES), stage=rng.choice(_STAGES),
        )
        for number in range(count)
    ]  # fmt: skip


def query(number: int) -> str:
    """What is searched for; no two numbers ask the same, since a system may remember texts it has seen."""
    rng = random.Random(number)  # noqa: S311 - made-up text
    return f"Apresentar {_thing(rng)} que {rng.choice(_VERBS)} {rng.choice(_PLACES)} {number}"


def evidence(found: Sequence[tuple[str, str]]) -> str:
    """Passages, by id and text, as they stand in the prompt; a text begins with its title, as in the index."""
    return "\n".join(
        f'<evidence id="e{number}" content_id="{id_}">\n{text}\n</evidence>'
        for number, (id_, text) in enumerate(found, start=1)
    )


def _thing(rng: random.Random) -> str:
    return f"{rng.choice(_TOPICS)} {rng.choice(_QUALITIES)}"


def _sentence(rng: random.Random) -> str:
    return f"{_thing(rng).capitalize()} {rng.choice(_VERBS)} bem {rng.choice(_PLACES)} com {_thing(rng)} todos os dias."
