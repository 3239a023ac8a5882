"""What one draft of the composer is written from: the item it is about, its sentences, its facts, worded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from service.channels.base import Channel
from service.generation.material import Item, Quote, title_of
from service.generation.models import Angle, Task
from service.generation.offers import offer_words
from service.generation.sentences import Sentence, concrete, gainful, named, quotable, stems, troubling
from service.generation.tokens import Token
from service.generation.wording import (
    Question,
    asks,
    clause,
    cut,
    inline,
    questions,
    topic,
    with_article,
)

_NEAR = 0.6  # an offer this close to the best hit's score belongs to the subject
_SUBJECT, _PREHEADER = 58, 118
_LETTER = 300  # characters from which on a text is written in paragraphs
_Start = tuple[Sentence, str]
"""A sentence and the evidence it stands in."""


@dataclass(slots=True)
class Words:
    """What the templates get: `values`, the content that fields point to, and what everything rests on."""

    values: dict[str, Any]
    references: dict[str, object] = field(default_factory=dict)
    sources: list[Quote] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Space:
    """What a channel has room for: paragraphs or a sentence, of how many characters, below a title of how many."""

    letter: bool
    sentence: int
    title: int | None

    @classmethod
    def of(cls, channel: Channel, task: Task) -> Self:
        """The room of that channel. Where a message is one text alone, the sender's name stands in it."""
        name, limit = max(
            ((name, limit) for name, limit in channel.limits.items() if limit.required), key=lambda one: one[1].hard
        )
        letter, first = limit.hard >= _LETTER, channel.ladder[0]
        alone = len(task.sender.strip()) + 2 if len(channel.ladder) == 1 else 0
        title = None if letter else channel.limits[first].hard if first != name else _SUBJECT
        return cls(letter, 88 if letter else limit.hard - 2 - alone, title)


def words(
    channel: Channel, task: Task, found: Sequence[Item], angle: Angle, used: Collection[str], attempt: int
) -> Words:
    """Everything one draft says. A later `attempt` begins with another sentence."""
    main, space = _main(found, angle), Space.of(channel, task)
    others = (item for item in found if item is not main and item.facts and _related(item, main))
    side = next(others, None) if main.facts is None else None
    chosen = Words({"greet": _greeting(task), "sender": task.sender.strip() or None})
    _title(chosen, task, main, space)
    for item, prefix in ((main, ""), (side, "side_")):
        values, sources = offer_words(task, item, prefix)
        chosen.values |= values
        chosen.sources += sources
    _quotes(chosen, task, main, angle, space, used=used, attempt=attempt)
    linked = next((item for item in (main, *([side] if side else [])) if item.any.url), None)
    chosen.values |= {"linked": linked is not None, "own_link": linked is main}
    for name, wanted in channel.links.items():
        if wanted == "url":
            chosen.references[name] = linked.content_id if linked else None
        elif wanted == "image_url":
            chosen.references |= _picture(chosen, main, name)
    return chosen


def _main(found: Sequence[Item], angle: Angle) -> Item:
    """The item a draft is about: the best one; where time is the point, a related one that has an end."""
    if angle == "timeliness":
        ending = (item for item in found if item.facts and item.any.valid_until and _related(item, found[0]))
        return next(ending, found[0])
    return found[0]


def _related(item: Item, main: Item) -> bool:
    if item is main:
        return True
    subject = stems(main.any.title)
    return bool(stems(item.any.title) & subject) or (
        item.score >= _NEAR * main.score and bool(stems(f"{item.any.title} {item.text}") & (subject | set(main.wanted)))
    )


def _greeting(task: Task) -> str | None:
    """The first token whose fallback can be said to a person's face, as `cliente`."""
    for name, fallback in task.tokens.items():
        if name in ("first_name", "nome", "nombre", "name") and fallback.isalpha():
            return str(Token(name, fallback))
    return None


def _title(chosen: Words, task: Task, main: Item, space: Space) -> None:
    title = title_of(main, task)
    about = cut(topic(title), 46 if space.letter else 40)
    chosen.values |= {
        "title": cut(title, 60) if len(title) <= 60 else cut(topic(title), _SUBJECT),
        "long_title": cut(title, 88),
        "topic": about,
        "about": with_article(inline(about, main.text), _prose(main.text), task.locale),
        "how_to": any(sign in title.lower() for sign in ("passo a passo", "step by step", "paso a paso")),
    }
    chosen.values |= {"kind": main.any.item_kind, "sold": main.sold, "asking": asks(title, task.locale)}
    chosen.sources.append(Quote(title, main.any.id))


def _prose(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _quotes(
    chosen: Words, task: Task, main: Item, angle: Angle, space: Space, *, used: Collection[str], attempt: int
) -> None:
    """The sentences of a draft: `lead` and `second` for the body, `short` for titles, `teaser` beside a subject."""
    pool = list(main.best(angle, used))
    pool = _turned(pool, attempt)
    brief = not space.letter
    asked = _question(task, main, used, attempt, space) if angle == "question" else None
    starts = _turned(list(main.followers), attempt) if main.facts else pool
    if asked and asked.answer:
        starts = [(asked.answer, asked.evidence), *starts]
    lead = main.run(*starts[0], used) if starts else []
    second = _second(main, pool, starts, lead, used)
    said = set() if brief else {quote.text for quote in (*lead, *second)}
    calm = [one for one in pool if not troubling(one[0].text)]
    free = [one for one in calm if one[0].text not in said]
    figures = angle == "proof"
    fit = [one for one in calm if _stands_as_title(one[0])]
    titles = [one for one in fit if one[0].text not in said]
    titles.sort(key=lambda one: (one[0].text in used, not named(one[0].text)))
    gains = [one for one in titles if gainful(one[0].text)] if angle == "benefit" else []
    short = _fitting(gains, _SUBJECT) or _fitting(titles or fit, _SUBJECT, figures=figures, used=used)
    if short is None or (figures and not concrete(short[1].text)):
        short = _fitting(fit, _SUBJECT, figures=figures, used=used)
    teaser = _fitting([one for one in free if short is None or one[0] is not short[0]], _PREHEADER, at_least=40)
    if main.facts and teaser is None:
        rest = [one for one in calm if short is None or one[0] is not short[0]]
        teaser = _fitting(rest or calm, _PREHEADER, at_least=40)
    answer = [(asked.answer, asked.evidence)] if asked and asked.answer else []
    taken = {one[0].text for one in (short, teaser) if one and not brief}
    rest = [one for one in calm if one[0].text not in taken]
    small = _fitting(answer, space.sentence) or _fitting(
        rest or calm or pool, space.sentence, figures=figures, skip=attempt
    )
    other = _fitting([one for one in titles if one[0].text not in taken], space.sentence)
    quote = next((one for one in (short, other) if one and one[0].text not in used), other or short)
    found = {"short": short, "teaser": teaser, "small": small, "quote": quote}
    chosen.values |= {name: one[1].text if one else None for name, one in found.items()}
    title = short[1].text.rstrip(".") if short else None
    chosen.values |= {
        "lead": " ".join(quote.text for quote in lead) or None,
        "second": " ".join(quote.text for quote in second) or None,
        "short": title,
        "quote": quote[1].text.rstrip(".") if quote else None,
        "figure": title if title and concrete(title) else None,
        "gain": title if title and gainful(title) else None,
        "question": asked.text if asked else None,
        "asked": asked.text if asked and asked.text[0] == "¿" else inline(asked.text, main.text) if asked else None,
    }
    parts = [*lead, *second, *(one[1] for one in found.values() if one)]
    chosen.sources += [Quote(quote.text.rstrip("."), quote.evidence) for quote in parts]
    shown = [small] if brief else [short, teaser, quote]
    chosen.spent |= {one[0].text for one in shown if one} | said


def _stands_as_title(sentence: Sentence) -> bool:
    """Whether it can stand above an e-mail: a later step of some instructions, as "Repita três vezes.", cannot."""
    return sentence.first or named(sentence.text) or gainful(sentence.text)


def _question(task: Task, main: Item, used: Collection[str], attempt: int, space: Space) -> Question | None:
    """The first question whose answer fits and was not given yet; the next one at a later attempt."""
    order = {id(sentence): place for place, (sentence, _) in enumerate(main.best("question", used))}
    pool = sorted(
        main.pool,
        key=lambda one: (
            troubling(f"{one[0].heading} {one[0].text}"),
            0
            if main.any.item_kind == "faq"
            else order.get(id(one[0]), len(order)),  # search has ranked a FAQ's answers
        ),
    )
    for found in questions(title_of(main, task), main.text, pool, task.locale):
        fits = space.title is None or (
            len(found.text) <= space.title and (found.answer is None or clause(found.answer.text, space.sentence))
        )
        if fits and not troubling(found.text) and (found.answer is None or found.answer.text not in used):
            if attempt == 0:
                return found
            attempt -= 1
    return None


def _second(
    main: Item, pool: Sequence[_Start], starts: Sequence[_Start], lead: Sequence[Quote], used: Collection[str]
) -> list[Quote]:
    """Sentences for the next paragraph, from another part of the item where there is one."""
    said = {quote.text for quote in lead}
    rest = [one for one in pool if one[0].text not in said and one[0].words <= 36 and not troubling(one[0].text)]
    apart = [one for one in rest if (one[0].heading, one[1]) != (starts[0][0].heading, starts[0][1])]
    return main.run(*(apart or rest)[0], {*used, *said}) if rest else []


def _turned(pool: list[_Start], by: int) -> list[_Start]:
    return pool[by % len(pool) :] + pool[: by % len(pool)] if pool else pool


def _fitting(
    pool: Sequence[_Start],
    limit: int,
    *,
    figures: bool = False,
    at_least: int = 15,
    skip: int = 0,
    used: Collection[str] = (),
) -> tuple[Sentence, Quote] | None:
    """The best sentence of at most so many characters, else the best such main clause; `skip` takes a later one."""
    fitting = [(one, Quote(one.text, id_)) for one, id_ in pool if at_least <= len(one.text) <= limit]
    if figures or skip or not fitting:  # a clause comes after every whole sentence
        parts = [(one, id_, clause(one.text, limit)) for one, id_ in pool if len(one.text) > limit]
        fitting += [(one, Quote(text, id_)) for one, id_, text in parts if text and len(text) >= at_least]
    if figures:
        fitting.sort(key=lambda one: (one[0].text in used, not (concrete(one[1].text) and named(one[1].text))))
    return fitting[skip % len(fitting)] if fitting else None


def _picture(chosen: Words, main: Item, name: str) -> dict[str, object]:
    """The item's picture, where there are words for it."""
    alt = main.any.image_alt or ""
    if main.any.image_url and 0 < len(alt) <= 125 and quotable(alt):
        chosen.sources.append(Quote(alt, main.any.id))
        return {name: main.content_id, "alt": alt}
    return {name: None, "alt": ""}
