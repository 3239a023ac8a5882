"""Which weights, which size of passages and how many of them fit somebody's content.

Candidates are compared on the development half of the questions. The best of them is then set against what is set now
on the held-back half, which nothing was chosen by, and is taken only where the paired bootstrap of the difference says
that it is better.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from pydantic import BaseModel

from evaluation.benching import Bench, bench
from evaluation.datasets.questions import Material, Question
from evaluation.figures import Interval, Split, interval
from retrieval.fusion import dense_weight
from retrieval.tuning import Tuning, read_weights, write_weights
from retrieval.types import LANGUAGES, Embedder, Language

WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
WORDS = (45, 60, 90, 120, 150, 200)
PASSAGES = (3, 4, 5, 6, 8, 10, 12, 15, 20)

FEWEST = 15
"""Questions of a language that each half needs: below that hardly any difference is more than chance."""
MOST = 400
"""Questions of a language and half that are asked; more make it slow and little surer."""
PRICE = 0.005
"""The share of answers that each further passage has to bring, since it costs tokens in every generation."""
LOSS = 0.02
"""What fewer passages may lose at most, at the interval's lower end."""

What = Literal["dense_weights", "passage_words", "passages"]
Progress = Callable[[str, int, int], None]


class Trial(BaseModel):
    """One setting tried: `before` is what is set, `best` what the development half likes best. The figures are of the
    held-back half, the interval is that of the difference; they are missing where nothing came to be decided."""

    what: What
    language: Language | None = None
    before: float
    best: float
    measure: str
    development: int
    held_back: int
    score_before: float | None = None
    score_best: float | None = None
    low: float | None = None
    high: float | None = None
    taken: bool = False
    why: str

    @property
    def after(self) -> float:
        """What it comes to."""
        return self.best if self.taken else self.before


class Gain(BaseModel):
    """All settings together, before and after, on the held-back half: each value with its own interval, and that of
    the difference."""

    language: Language
    questions: int
    before: float
    before_interval: tuple[float | None, float | None]
    after: float
    after_interval: tuple[float | None, float | None]
    difference: float
    low: float | None
    high: float | None


class Calibration(BaseModel):
    """What was tried, and what it comes to."""

    model: str
    before: Tuning
    after: Tuning
    trials: list[Trial]
    gains: list[Gain]

    @property
    def settings(self) -> dict[str, str]:
        """What changes, as variables."""
        told = {
            "SOBMEDIDA_DENSE_WEIGHTS": (self.before.dense_weights, self.after.dense_weights),
            "SOBMEDIDA_PASSAGE_WORDS": (self.before.passage_words, self.after.passage_words),
            "SOBMEDIDA_PASSAGES": (self.before.passages, self.after.passages),
        }
        return {name: str(after) for name, (before, after) in told.items() if before != after}


@dataclass
class _State:
    """What is chosen by now."""

    bench: Bench
    weights: dict[Language, float]
    words: int
    passages: int

    async def ndcg(self, question: Question, *, weight: float | None = None, words: int | None = None) -> float:
        weight = self.weights[question.language] if weight is None else weight
        return await self.bench.ndcg(question, weight, words or self.words)

    async def reached(self, question: Question, passages: int) -> float:
        return await self.bench.reached(question, self.weights[question.language], self.words, passages)


async def calibrate(
    materials: Sequence[Material],
    embedder: Embedder,
    tuning: Tuning,
    *,
    seed: int = 7,
    progress: Progress = lambda step, done, total: None,
) -> Calibration:
    """Weights first, then the size of passages with these, then how many of these."""
    given, known = [question for one in materials for question in one.questions], tuning.weights(embedder.name)
    before = {one: dense_weight(embedder.name, one, known) for one in LANGUAGES}
    halves: Halves = {split: _some(given, split, seed) for split in get_args(Split)}
    async with bench(materials, embedder) as made:
        state = _State(made, dict(before), tuning.passage_words, tuning.passages)
        trials = [
            await _weight(state, language, halves, seed, progress)
            for language in LANGUAGES
            if any(question.language == language for question in given)
        ]
        trials.append(await _words(state, halves, seed, progress))
        trials.append(await _passages(state, halves, seed, progress))
        first = _State(made, before, tuning.passage_words, tuning.passages)
        gains = [gain async for gain in _gains(first, state, halves["held-back"], seed)]
    short = embedder.name.partition("@")[0]
    changed = {(short, one.language): one.best for one in trials if one.taken and one.language}
    weights = write_weights({**read_weights(tuning.dense_weights), **changed}) if changed else tuning.dense_weights
    after = Tuning(dense_weights=weights, passage_words=state.words, passages=state.passages)
    return Calibration(model=embedder.name, before=tuning, after=after, trials=trials, gains=gains)


def _some(questions: Iterable[Question], split: Split, seed: int) -> list[Question]:
    """At most so many of each language, drawn by the seed."""
    found = list[Question]()
    for language in LANGUAGES:
        of = [one for one in questions if one.split == split and one.language == language]
        drawn = np.random.default_rng(seed).permutation(len(of))[:MOST]
        found += [of[place] for place in sorted(drawn)]
    return found


Values = np.ndarray[Any, np.dtype[np.float64]]
Halves = dict[Split, list[Question]]
Measure = Callable[[Question, float], Awaitable[float]]


async def _weight(state: _State, language: Language, halves: Halves, seed: int, progress: Progress) -> Trial:
    own: Halves = {split: [one for one in some if one.language == language] for split, some in halves.items()}

    async def measure(question: Question, weight: float) -> float:
        return await state.ndcg(question, weight=weight)

    trial = _blank("dense_weights", state.weights[language], "nDCG@10", own, language)
    if (few := _few(own)) is None:
        trial = await _tried(trial, WEIGHTS, own, measure, seed, progress)
    else:
        trial = trial.model_copy(update={"why": few})
    state.weights[language] = trial.after
    return trial


async def _words(state: _State, halves: Halves, seed: int, progress: Progress) -> Trial:
    async def measure(question: Question, words: float) -> float:
        return await state.ndcg(question, words=int(words))

    trial, own = _blank("passage_words", state.words, "nDCG@10", halves), state.bench.cuts(state.words)
    sizes = [words for words in WORDS if state.bench.cuts(words) != own]
    if (few := _few(halves)) is not None:
        return trial.model_copy(update={"why": few})
    if not sizes:
        return trial.model_copy(update={"why": "no text is cut otherwise at another size"})
    trial = await _tried(trial, sizes, halves, measure, seed, progress)
    state.words = int(trial.after)
    return trial


async def _passages(state: _State, halves: Halves, seed: int, progress: Progress) -> Trial:
    async def measure(question: Question, passages: float) -> float:
        return await state.reached(question, int(passages))

    trial = _blank("passages", state.passages, "answers reached", halves)
    if (few := _few(halves)) is not None:
        return trial.model_copy(update={"why": few})
    values = await _values(halves["development"], {*PASSAGES, state.passages}, measure, "passages", progress)
    best = max(sorted(values), key=lambda count: values[count].mean() - PRICE * count)
    if best == state.passages:
        return trial.model_copy(update={"why": "on the development half no other number is worth its tokens"})
    trial = await _decided(trial, best, halves["held-back"], measure, seed, LOSS if best < trial.before else None)
    state.passages = int(trial.after)
    return trial


async def _tried(
    trial: Trial, candidates: Sequence[float], halves: Halves, measure: Measure, seed: int, progress: Progress
) -> Trial:
    """The best candidate of the development half, set against what is set on the other."""
    step = f"{trial.what.replace('_', ' ')} {trial.language or ''}".strip()
    values = await _values(halves["development"], {*candidates, trial.before}, measure, step, progress)
    top = max(found.mean() for found in values.values())
    best = min((one for one in values if values[one].mean() >= top - 1e-9), key=lambda one: abs(one - trial.before))
    if best == trial.before:
        return trial.model_copy(update={"why": "nothing did better on the development half"})
    return await _decided(trial, best, halves["held-back"], measure, seed)


async def _decided(
    trial: Trial, best: float, held: Sequence[Question], measure: Measure, seed: int, loss: float | None = None
) -> Trial:
    """Whether the held-back half takes it: the difference is above zero, or with `loss` no worse than that."""
    before, after = [np.array([await measure(one, value) for one in held]) for value in (trial.before, best)]
    difference = after - before
    name = f"{trial.what}/{trial.language}"
    low, high = _interval(difference, seed, name)
    taken = low is not None and (low > 0 if loss is None else low >= -loss)
    if loss is not None:
        why = "fewer reach as much" if taken else "the held-back half does not say that fewer reach as much"
    else:
        why = "better on the held-back half" if taken else "the held-back half does not say that it is better"
    return trial.model_copy(
        update={
            "best": best, "score_before": float(before.mean()), "score_best": float(after.mean()), "low": low,
            "high": high, "taken": taken, "why": why,
        }
    )  # fmt: skip


async def _values(
    questions: Sequence[Question], candidates: Iterable[float], measure: Measure, step: str, progress: Progress
) -> dict[float, Values]:
    ordered, found = sorted(candidates), dict[float, Values]()
    for place, candidate in enumerate(ordered):
        scores = list[float]()
        for done, one in enumerate(questions):
            progress(step, place * len(questions) + done, len(ordered) * len(questions))
            scores.append(await measure(one, candidate))
        found[candidate] = np.array(scores)
    progress(step, len(ordered) * len(questions), len(ordered) * len(questions))
    return found


async def _gains(first: _State, last: _State, held: Sequence[Question], seed: int) -> AsyncIterator[Gain]:
    for language in LANGUAGES:
        own = [one for one in held if one.language == language]
        if not own:
            continue
        before = np.array([await first.ndcg(one) for one in own])
        after = np.array([await last.ndcg(one) for one in own])
        difference = after - before
        low, high = _interval(difference, seed, language)
        yield Gain(
            language=language, questions=len(own), before=float(before.mean()), after=float(after.mean()),
            before_interval=_interval(before, seed, language), after_interval=_interval(after, seed, language),
            difference=float(difference.mean()), low=low, high=high,
        )  # fmt: skip


def _interval(values: Values, seed: int, name: str) -> Interval:
    return interval(lambda places: float(values[places].mean()), len(values), seed, name)


def _blank(what: What, before: float, measure: str, halves: Halves, language: Language | None = None) -> Trial:
    return Trial(
        what=what, language=language, before=before, best=before, measure=measure, why="",
        development=len(halves["development"]), held_back=len(halves["held-back"]),
    )  # fmt: skip


def _few(halves: Halves) -> str | None:
    """Why these are too few questions, None where they are enough."""
    if min(map(len, halves.values())) >= FEWEST:
        return None
    return f"too few questions: each half needs {FEWEST}"
