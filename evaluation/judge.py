"""A model as judge of copy: two pieces at a time, in both orders, several times over.

Models lean to one place, the first more often than not, and to what sounds like themselves. So each vote asks twice,
with the pieces in either order, and a vote that follows the place and not the piece is no vote for anybody. What could
not be read, or was never answered, is not scored: it is neither a tie nor a loss. How good the judge itself is, is
measured on pairs that people have judged.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evaluation.datasets.lines import Named, read_lines
from evaluation.figures import CaseResult, Figure, Metric, Split, figures
from evaluation.metrics.agreement import agreement
from evaluation.metrics.score import Score, not_scored
from prompts.library import PromptLibrary
from service.errors import Invalid, ModelError, ModelNonsense
from service.generation.breaker import Breaker
from service.generation.client import ModelClient, Price
from service.generation.endpoint import Around, Endpoint
from service.generation.fallback import Models
from service.generation.openai_client import OpenAIClient
from service.generation.retrying import Retries
from service.section import Section
from service.settings import Settings
from service.types import Locale

PROMPTS = PromptLibrary(Path(__file__).parent / "prompts")
VOTES = 3
AT_ONCE = 8
_NOBODY = UUID(int=0)

Choice = Literal["first", "second", "tie"]
Outcome = Literal["first", "second", "tie", "undecided"]
Texts = Annotated[dict[str, str], Field(min_length=1, max_length=20)]


class JudgeSettings(Section):
    """Which model judges."""

    model: str | None = Field(
        None,
        alias="SOBMEDIDA_JUDGE_MODEL",
        description="a model's name at OPENAI_BASE_URL; unset means OPENAI_MODEL, which then judges its own copy",
    )


class Pair(Named):
    """Two pieces of copy for one brief. `sources` are what is known to be true; `better` is what people said of it.
    Nothing in it says who wrote them, or who reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: Texts
    second: Texts
    channel: str = "email"
    locale: Locale = "pt-BR"
    objective: str
    tone: str = ""
    sources: list[str] = Field(default_factory=list)
    better: Choice | None = None
    split: Split = "held-back"


class Said(BaseModel):
    """One answer of the model, about the pair and not about places; None where there was none, and then why."""

    better: Choice | None
    turned: bool
    reason: str


class Vote(BaseModel):
    """Both orders."""

    straight: Said
    turned: Said

    @property
    def outcome(self) -> Outcome | None:
        """The piece that both orders name; undecided where they differ, None where one of them was not answered."""
        one, other = self.straight.better, self.turned.better
        if one is None or other is None:
            return None
        return one if one == other else "undecided"

    @property
    def follows_place(self) -> bool | None:
        """Whether the same place won both times, whichever piece stood there; None where a place did not win twice."""
        one, other = self.straight.better, self.turned.better
        if one is None or other is None or "tie" in (one, other):
            return None
        return one != other


class Judged(BaseModel):
    """What came of a pair: the outcome of more than half of all votes, undecided without one. None where half of the
    votes or more could not be read."""

    pair: str
    votes: list[Vote]

    @property
    def outcome(self) -> Outcome | None:
        """See above."""
        found = Counter(vote.outcome for vote in self.votes if vote.outcome is not None)
        if 2 * found.total() <= len(self.votes):
            return None
        (most, count), *_ = found.most_common()
        return most if 2 * count > len(self.votes) else "undecided"


METRICS = (
    Metric("accuracy", "pairs of which the judge says what people said, of all that it could judge"),
    Metric("orders_agree", "votes in which both orders name the same piece"),
    Metric("follows_place", "decided votes that follow the place and not the piece: the judge's bias", "lower"),
    Metric("first_place", "answers for the piece that was told first, of all for either; half is fair", "lower"),
    Metric("votes_agree", "of two votes on the same pair, how often they say the same"),
)


class Measured(BaseModel):
    """How good a judge is. `alpha` is Krippendorff's, over votes; `outcomes` counts pairs by what came of them."""

    model: str
    votes: int
    pairs: int
    figures: dict[str, Figure]
    alpha: float | None
    outcomes: dict[str, int]
    not_scored: int
    cost: Decimal


class Judge:
    """Compares pieces with a model; `close` it."""

    def __init__(self, client: ModelClient, model: str, votes: int = VOTES) -> None:
        if votes < 1 or votes % 2 == 0:
            raise Invalid(f"--votes {votes}: an odd number, so that votes have a majority.", code="eval.option")
        self.model = model
        self.votes = votes
        self.cost = Decimal(0)
        self._client = client
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def judge(self, pair: Pair) -> Judged:
        """All votes on a pair."""
        said = await asyncio.gather(*(self._ask(pair, turned) for _ in range(self.votes) for turned in (False, True)))
        return Judged(
            pair=pair.id,
            votes=[Vote(straight=one, turned=other) for one, other in zip(said[::2], said[1::2], strict=True)],
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _ask(self, pair: Pair, turned: bool) -> Said:
        left, right = (pair.second, pair.first) if turned else (pair.first, pair.second)
        prompt = PROMPTS.render("judge", {
            "locale": pair.locale, "channel": pair.channel, "objective": pair.objective, "tone": pair.tone,
            "sources": pair.sources, "left": left, "right": right,
        })  # fmt: skip
        try:
            async with self._slots:
                completion = await self._client.complete(prompt, workspace=_NOBODY, fresh=True)
            self.cost += completion.cost
            answer = read_answer(completion.text)
        except ModelError as error:
            return Said(better=None, turned=turned, reason=f"{error.code}: {error.detail}")
        told: Choice = answer.better
        if turned and told != "tie":
            told = "first" if told == "second" else "second"
        return Said(better=told, turned=turned, reason=answer.reason)


class Answer(BaseModel):
    """What the model is asked for."""

    reason: Annotated[str, Field(max_length=4_000)] = ""
    better: Choice


def read_answer(text: str) -> Answer:
    """The JSON object in an answer, whatever stands around it. Raises `ModelNonsense`."""
    try:
        return Answer.model_validate_json(text[max(text.find("{"), 0) : text.rfind("}") + 1])
    except ValidationError:
        raise ModelNonsense("The judge did not say which is better.") from None


def judge_of(settings: Settings, judging: JudgeSettings, votes: int = VOTES) -> Judge | None:
    """The model of the settings as judge; None where none is named. Nothing that it answers is remembered."""
    named = settings.model
    model = judging.model or named.model
    if model is None:
        return None
    key = named.api_key.get_secret_value() if named.api_key else None
    endpoint = Endpoint(
        OpenAIClient.at(named.base_url, key, model), Around(use=read_answer),
        retries=Retries(named.attempts), breaker=Breaker(named.breaker_failures, named.breaker_pause),
        price=Price(Decimal(str(named.price_input)), Decimal(str(named.price_output))), concurrency=AT_ONCE,
    )  # fmt: skip
    return Judge(Models(endpoint, timeout=named.timeout), model, votes)


def read_pairs(path: Path) -> list[Pair]:
    """Pairs of a file. Raises `CannotRead`, naming the line."""
    return read_lines(path, Pair, "pairs")


async def measure(
    judge: Judge, pairs: Sequence[Pair], seed: int, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[Measured, list[Judged]]:
    """How good the judge is on pairs that people have judged. Raises `Invalid` where one has no `better`."""
    if unjudged := [pair.id for pair in pairs if pair.better is None]:
        raise Invalid(f"The pair {unjudged[0]!r} has no `better`: nobody said which is.", code="eval.pair_unjudged")
    judged = [one async for one in _all(judge, pairs, progress)]
    cases = [
        CaseResult(
            id=pair.id, locale=pair.locale, split=pair.split, scores=scores(one) | {"accuracy": _right(pair, one)}
        )
        for pair, one in zip(pairs, judged, strict=True)
    ]
    outcomes = Counter(one.outcome for one in judged if one.outcome is not None)
    return Measured(
        model=judge.model, votes=judge.votes, pairs=len(pairs), figures=figures(METRICS, cases, seed),
        alpha=alpha(judged), outcomes=dict(sorted(outcomes.items())), not_scored=len(judged) - outcomes.total(),
        cost=judge.cost,
    ), judged  # fmt: skip


async def _all(judge: Judge, pairs: Sequence[Pair], progress: Callable[[int, int], None]) -> AsyncIterator[Judged]:
    for done, pair in enumerate(pairs):
        progress(done, len(pairs))
        yield await judge.judge(pair)
    progress(len(pairs), len(pairs))


def scores(judged: Judged) -> dict[str, Score]:
    """What one pair says of its judge."""
    outcomes = [vote.outcome for vote in judged.votes if vote.outcome is not None]
    followed = [vote.follows_place for vote in judged.votes if vote.follows_place is not None]
    places = [
        said.better == ("second" if said.turned else "first")
        for vote in judged.votes for said in (vote.straight, vote.turned) if said.better not in (None, "tie")
    ]  # fmt: skip
    couples = [one == other for at, one in enumerate(outcomes) for other in outcomes[at + 1 :]]
    unread = next((said.reason for vote in judged.votes for said in (vote.straight, vote.turned)
                   if said.better is None), "no vote could be read")  # fmt: skip
    return {
        "orders_agree": _mean([outcome != "undecided" for outcome in outcomes], unread),
        "follows_place": _mean(followed, "no vote named a piece in both orders"),
        "first_place": _mean(places, "no answer named a piece"),
        "votes_agree": _mean(couples, "fewer than two votes could be read"),
    }


def alpha(judged: Sequence[Judged]) -> float | None:
    """Krippendorff's alpha over the votes on each pair."""
    return agreement([[vote.outcome for vote in one.votes if vote.outcome is not None] for one in judged]).value


def _right(pair: Pair, judged: Judged) -> Score:
    if judged.outcome is None:
        return not_scored("most votes could not be read")
    return Score(float(judged.outcome == pair.better), judged.outcome, f"people said {pair.better}")


def _mean(told: Sequence[bool], none: str) -> Score:
    return Score(sum(told) / len(told), f"{sum(told)} of {len(told)}", "") if told else not_scored(none)
