"""What calibration asks: judged questions, or such as are made of content alone, whose titles and headings ask for it.

A title finds itself, so content that asks of itself is searched by its bodies alone: no passage carries the title or
the heading it stands under. A title or heading that its own text repeats word for word asks nothing, and neither does a
heading that several items have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaluation.datasets.ranking import RankingSet, split_of
from evaluation.figures import Split
from evaluation.metrics.words import folded
from retrieval.chunking import chunks
from retrieval.types import Language
from service.types import Locale, language_of

FEWEST_WORDS = 3
"""A heading of two words, such as "How often?", says too little alone."""

Level = Literal["item", "section"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be found."""

    id: str
    title: str
    body: str
    language: Language


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and which items answer it how well; or sections of items, as `item#heading`."""

    id: str
    text: str
    language: Language
    split: Split
    relevance: Mapping[str, int]
    level: Level = "item"


@dataclass(frozen=True, slots=True)
class Material:
    """Items and questions about them. `titled` says whether passages carry title and heading, as in the service."""

    name: str
    items: Sequence[Item]
    questions: Sequence[Question]
    titled: bool = True


def section(item: str, heading: str) -> str:
    """The name of what stands under a heading."""
    return f"{item}#{heading}"


def of_judged(data: RankingSet, locale: Locale, content: Sequence[Item] = ()) -> Material:
    """A judged set, about its own corpus or about `content`; `locale` is that of questions that name none."""
    language = language_of(locale)
    items = [Item(one.id, one.title, one.text, language) for one in data.documents] or content
    questions = [
        Question(
            f"{data.name}/{query}", data.queries[query], language_of(data.locales.get(query, locale)),
            data.split(query), found,
        )
        for query, found in data.answered.items()
    ]  # fmt: skip
    return Material(data.name, items, questions)


def of_content(items: Sequence[Item]) -> Material:
    """Content that asks of itself."""
    return Material("content", items, [*_titles(items), *_headings(items)], titled=False)


def items_at(found: Mapping[str, Mapping[str, Any]], valid: Collection[str]) -> list[Item]:
    """Content items of the API, those of them that hold."""
    return [
        Item(id_, one["title"], one["body"], language_of(one["locale"])) for id_, one in found.items() if id_ in valid
    ]


def _titles(items: Sequence[Item]) -> Iterator[Question]:
    often = Counter((item.language, folded(item.title)) for item in items)
    for item in items:
        title = folded(item.title)
        if often[item.language, title] == 1 and title not in folded(item.body):
            id_ = f"title/{item.id}"
            yield Question(id_, item.title, item.language, split_of(id_), {item.id: 1})


def _headings(items: Sequence[Item]) -> Iterator[Question]:
    found = [
        (item, heading, text) for item in items for heading, text in _sections(item.body).items()
    ]  # fmt: skip
    often = Counter((item.language, folded(heading)) for item, heading, _ in found)
    for item, heading, text in found:
        asked = folded(heading)
        if len(asked.split()) >= FEWEST_WORDS and often[item.language, asked] == 1 and asked not in folded(text):
            name = section(item.id, heading)
            id_ = f"heading/{name}"
            yield Question(id_, heading, item.language, split_of(id_), {name: 1}, "section")


def _sections(body: str) -> dict[str, str]:
    found = dict[str, str]()
    for chunk in chunks(body):
        if chunk.heading:
            found[chunk.heading] = f"{found.get(chunk.heading, '')} {chunk.text}"
    return found
