"""What the evidence offers to write with: items with their sentences and facts, the best of them first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from retrieval.types import Language
from service.content.models import Facts
from service.generation.models import Angle, Evidence, Task
from service.generation.sentences import (
    Sentence,
    about_itself,
    commands,
    complete,
    concrete,
    gainful,
    leans,
    refers,
    sentences,
    shared,
    stems,
    troubling,
    weight,
)
from service.generation.wording import sentence_case
from service.types import language_of

_LONGEST_RUN = 46  # words: about three lines on a phone, times two


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the evidence, whole sentences unless a clause was asked for, and where they come from."""

    text: str
    evidence: str


@dataclass(frozen=True)
class Item:
    """A content item in the evidence: its passages, and its offer where it has one."""

    content_id: str
    passages: Sequence[Evidence]
    offer: Evidence | None
    language: Language
    wanted: Collection[str] = field(repr=False)
    banned: re.Pattern[str] | None = field(default=None, repr=False)

    @property
    def any(self) -> Evidence:
        """One piece of its evidence, for what they share: title, address, picture."""
        return self.offer or self.passages[0]

    @property
    def facts(self) -> Facts | None:
        """The facts of its offer, where there is something to buy."""
        facts = self.offer.facts if self.offer else None
        return facts if facts and facts.price is not None and facts.stock != 0 else None

    @property
    def sold(self) -> bool:
        """Whether it is something to get, with or without a price; what is sold out is not, nor is a page."""
        gone = self.offer is not None and self.offer.facts is not None and self.offer.facts.stock == 0
        return self.any.item_kind in ("product", "offer") and not gone

    @property
    def score(self) -> float:
        """How well search thought of it."""
        return max(one.score for one in (*self.passages, *([self.offer] if self.offer else [])))

    @cached_property
    def text(self) -> str:
        """All its text."""
        return "\n\n".join(passage.text for passage in self.passages) or self.any.text

    @cached_property
    def pool(self) -> Sequence[tuple[Sentence, str]]:
        """Its sentences with the evidence of each, none twice and none with a word that the sender never uses."""
        return list(
            {
                sentence.text: (sentence, one.id)
                for one in self.passages
                for sentence in sentences(one.text, one.heading)
                if self.banned is None or not self.banned.search(sentence.text)
            }.values()
        )

    @cached_property
    def openers(self) -> Sequence[tuple[float, Sentence, str]]:
        """The sentences that can stand by themselves, each with how well it carries copy for this objective."""
        rank = {one.id: one.score for one in self.passages}
        return [
            (weight(sentence) + min(shared(sentence.text, self.wanted), 2) + rank[id_], sentence, id_)
            for sentence, id_ in self.pool
            if not leans(sentence.text, self.language)
            and (not sentence.listed or complete(sentence.text, self.language))
        ]

    @cached_property
    def followers(self) -> Sequence[tuple[Sentence, str]]:
        """The sentences that can stand where the item has just been named: those above, and those that say "it"."""
        free = {sentence.text for _, sentence, _ in self.openers}
        return [one for one in self.pool if one[0].text in free or refers(one[0].text, self.language)]

    def best(self, angle: Angle, used: Collection[str], *, longest: int = 400) -> Iterator[tuple[Sentence, str]]:
        """The sentences that suit the angle, best first; those in `used` come last."""
        bonus = {"proof": concrete, "benefit": gainful}.get(angle)
        ranked = [
            (
                base
                + (2.5 if bonus and bonus(sentence.text) else 0.0)
                - 6.0 * (sentence.text in used)
                - 7.0 * troubling(sentence.text),
                -place,
                sentence,
                id_,
            )
            for place, (base, sentence, id_) in enumerate(self.openers)
            if len(sentence.text) <= longest
        ]
        for _, _, sentence, id_ in sorted(ranked, key=lambda one: one[:2], reverse=True):
            yield sentence, id_

    def run(self, start: Sentence, id_: str, used: Collection[str]) -> list[Quote]:
        """A sentence and those after it in its paragraph, as far as they are short and pleasant enough."""
        chosen, total = [Quote(start.text, id_)], start.words
        follow = [
            one for one, from_ in self.pool if from_ == id_ and one.block == start.block and one.place > start.place
        ]
        for expected, sentence in enumerate(follow, start.place + 1):
            total += sentence.words
            if (
                about_itself(sentence.text)
                or sentence.place != expected
                or total > _LONGEST_RUN
                or len(chosen) == 3
                or (sentence.text in used and not self.facts)
            ):
                break
            if weight(sentence) < 0 or (sentence.listed and not start.listed):
                break
            chosen.append(Quote(sentence.text, id_))
        return chosen


def items(task: Task) -> list[Item]:
    """The items of the evidence that hold now, most fitting first. What the audience is known by steers a little."""
    wanted = stems(task.objective)
    leanings = stems(" ".join(task.known.values()))
    grouped: dict[str, list[Evidence]] = {}
    for one in task.evidence:
        if (one.valid_until is None or one.valid_until > task.now) and not commands(one.title):
            grouped.setdefault(one.content_id, []).append(one)
    language = language_of(task.locale)
    found = [
        Item(
            content_id,
            [one for one in ones if one.kind == "passage"],
            next((one for one in ones if one.kind == "offer"), None),
            language,
            wanted,
            banned(task),
        )
        for content_id, ones in grouped.items()
    ]
    about = {item.content_id: f"{item.any.title} {item.text}" for item in found}

    def fit(item: Item) -> float:
        title = min(shared(item.any.title, wanted), 2)
        return item.score + 0.25 * title + 0.1 * bool(shared(about[item.content_id], leanings))

    return sorted(found, key=fit, reverse=True)


def banned(task: Task) -> re.Pattern[str] | None:
    """Finds any word that the workspace never wants in its copy."""
    words = "|".join(re.escape(word) for word in sorted(task.terms.banned, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None


def title_of(item: Item, task: Task) -> str:
    """The item's title; in sentence case, unless it is a product's name."""
    title = " ".join(item.any.title.split()).rstrip(".")
    return title if item.any.item_kind in ("product", "offer") else sentence_case(title, item.text, task.locale)
