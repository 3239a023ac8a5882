"""How well search finds what answers a question: by words, by meaning and by both, and nothing that was filtered out.

Questions about content are asked through the service, as anybody asks them. Those with a corpus of their own are asked
of the same search over an index of that corpus.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from evaluation.datasets.ranking import FILES, RankingSet, named_folder, read_judged
from evaluation.figures import CaseResult, Metric
from evaluation.lab import Lab, file_hash
from evaluation.metrics.score import Score, not_scored
from evaluation.neighbours import items_of, settle
from evaluation.ranking import DEEP, MODES, by_rank, per_query, ranked, searching
from evaluation.runs import Config
from evaluation.suites.base import CannotRun, Measured, Plan
from retrieval.search import Mode
from retrieval.tuning import Tuning
from service.errors import CannotRead
from service.types import Locale, language_of

SAMPLE = Path(__file__).parents[1] / "datasets" / "sample" / "judged"
PASSAGES = 50
"""How many passages are asked for: enough for ten items."""

_SAYS: Mapping[Mode, str] = {"lexical": "by words", "dense": "by meaning", "hybrid": "by both, as the service searches"}
_MEASURED = {
    "ndcg@10": "how near the first ten are to the best order there is",
    "recall@10": "share of what answers that is among the first ten",
    "mrr": "one divided by the place of the first that answers",
}
METRICS = (
    *(Metric(f"{mode}.{name}", f"{says}; {_SAYS[mode]}") for mode in MODES for name, says in _MEASURED.items()),
    Metric("outside", "share of hits that the filter should have kept out: another language or workspace, or not valid",
           "lower"),
)  # fmt: skip

Found = dict[Mode, list[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A set, and the locale of those of its questions that name none."""

    data: RankingSet
    locale: Locale

    def locale_of(self, query: str) -> Locale:
        """The locale of a question."""
        return self.data.locales.get(query, self.locale)


class RetrievalSuite:
    """Each judged question once in each mode. Planning lists the content, which measuring asks about."""

    name = "retrieval"
    says = "Whether search finds what answers, and nothing that it should not."
    metrics = METRICS

    def __init__(self, sets: Sequence[Judged], data: Mapping[str, str], tuning: Tuning) -> None:
        self._sets = {one.data.name: one for one in sets}
        self._data = data
        self._tuning = tuning
        self._items: Mapping[str, dict[str, Any]] = {}

    async def plan(self, lab: Lab) -> Plan:
        """See `Suite`."""
        if not self._sets:
            raise CannotRun("there are no judged questions about this content (--judged)")
        about = [one for one in self._sets.values() if not one.data.documents]
        self._items = await items_of(lab) if about else {}
        for one in about:
            known_ids(one.data, self._items)
        if lab.parts is None and len(about) < len(self._sets):
            raise CannotRun("questions with a corpus of their own are not about a workspace: leave --workspace out")
        cases = [f"{name}/{query}" for name, one in self._sets.items() for query in one.data.answered]
        return Plan(cases, self._data)

    async def measure(self, lab: Lab, wanted: Collection[str]) -> AsyncIterator[Measured]:
        """See `Suite`."""
        for name, one in self._sets.items():
            queries = [query for query in one.data.answered if f"{name}/{query}" in wanted]
            if not queries:
                continue
            measuring = self._corpus(lab, one, queries) if one.data.documents else self._content(lab, one, queries)
            async for measured in measuring:
                yield measured

    async def _corpus(self, lab: Lab, one: Judged, queries: Sequence[str]) -> AsyncIterator[Measured]:
        assert lab.parts is not None  # noqa: S101 - the plan says so
        embedder, language = lab.parts.embedder, language_of(one.locale)
        async with searching(one.data, embedder, language, self._tuning.weights(embedder.name)) as search:
            for query in queries:
                started, found = time.perf_counter(), Found()
                for mode in MODES:
                    found[mode] = await ranked(search, one.data.queries[query], mode, language)
                outside = not_scored("a corpus of its own has nothing to keep out")
                yield Measured(_result(one, query, found, outside), _since(started))

    async def _content(self, lab: Lab, one: Judged, queries: Sequence[str]) -> AsyncIterator[Measured]:
        items = self._items
        judged = sorted({document for found in one.data.relevance.values() for document in found})
        await settle(lab, [items[document] for document in judged])
        for query in queries:
            started, found, hits = time.perf_counter(), Found(), list[dict[str, Any]]()
            locale = one.locale_of(query)
            for mode in MODES:
                body = {"query": one.data.queries[query], "locale": locale, "mode": mode, "limit": PASSAGES}
                answer = await lab.api.call("POST", "/v1/search", json=body)
                hits += answer["items"]
                found[mode] = list(dict.fromkeys(hit["content_id"] for hit in answer["items"]))[:DEEP]
            yield Measured(_result(one, query, found, _outside(hits, items, locale, lab.now)), _since(started))


def known_ids(data: RankingSet, items: Collection[str]) -> None:
    """Raises `CannotRead`, with the file and the line, for a judgement about an item that is not there."""
    for (_, document), at in data.at.items():
        if document not in items:
            raise CannotRead(f"{at}: there is no content item {document!r} in this workspace.")


def _outside(hits: Sequence[dict[str, Any]], items: Mapping[str, Any], locale: Locale, now: datetime) -> Score:
    """The share of hits that should not have come."""
    if not hits:
        return Score(0.0, "no hits", "nothing came that should not")
    wrong = [f"{hit['content_id']} ({why})" for hit in hits if (why := _why(hit, items, locale, now))]
    told = ", ".join(dict.fromkeys(wrong)) or "none"
    return Score(len(wrong) / len(hits), f"{len(wrong)} of {len(hits)} hits", f"outside: {told}")


def _why(hit: dict[str, Any], items: Mapping[str, Any], locale: Locale, now: datetime) -> str | None:
    item = items.get(hit["content_id"])
    if item is None:
        return "of another workspace"
    if language_of(item["locale"]) != language_of(locale):
        return f"in {item['locale']}"
    return why_not(item, now)


def why_not(item: Mapping[str, Any], now: datetime) -> str | None:
    """Why a content item of the API may not be found at that time, None where it may."""
    begins, ends = (item[name] and datetime.fromisoformat(item[name]) for name in ("valid_from", "valid_until"))
    if begins and now < begins:
        return "not valid yet"
    return "expired" if ends and now >= ends else None


def _result(one: Judged, query: str, found: Found, outside: Score) -> CaseResult:
    relevance, text = one.data.relevance[query], one.data.queries[query]
    scores = dict[str, Score]()
    for mode in MODES:
        values = per_query({query: relevance}, {query: by_rank(found[mode])})[query]
        first = found[mode][0] if found[mode] else "nothing"
        for name, value in values.items():
            scores[f"{mode}.{name}"] = Score(value, f"{first} first", _places(relevance, found[mode]))
    return CaseResult(
        id=f"{one.data.name}/{query}", title=text, locale=one.locale_of(query), split=one.data.split(query),
        scores=scores | {"outside": outside},
        shown={"question": text, "answers": relevance, **{mode: found[mode] for mode in MODES}},
    )  # fmt: skip


def _places(relevance: Mapping[str, int], found: Sequence[str]) -> str:
    told = [f"{document} ({grade}): {found.index(document) + 1 if document in found else 'not among them'}"
            for document, grade in sorted(relevance.items(), key=lambda one: -one[1]) if grade > 0]  # fmt: skip
    return "places of what answers: " + ", ".join(told)


def _since(started: float) -> dict[str, float]:
    return {"search": (time.perf_counter() - started) * 1000}


def judged_sets(config: Config) -> tuple[list[Judged], dict[str, str]]:
    """The sets that were named, else the sample's own on the sample, and the hash of each of their files.

    Raises `CannotRead`, naming file and line.
    """
    folders = config.judged or ([str(SAMPLE)] if config.source == "sample" else [])
    sets, hashes = dict[str, Judged](), dict[str, str]()
    for locale, folder in map(named_folder, folders):
        try:
            data = read_judged(folder)
        except ValueError as error:
            raise CannotRead(f"{error}.") from None
        if data.name in sets:
            raise CannotRead(f"{folder}: another folder of judged questions has the name {data.name!r} too.")
        sets[data.name] = Judged(data, locale or config.locale)
        for file in FILES:
            if (folder / file).is_file():
                hashes[f"{data.name}/{file}"] = file_hash(folder / file)
    return list(sets.values()), hashes


def retrieval_suite(config: Config) -> RetrievalSuite:
    """Over the judged questions of that configuration."""
    return RetrievalSuite(*judged_sets(config), config.retrieval)
