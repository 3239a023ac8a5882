"""What a revision rests on, fact by fact, and whether that still stands.

Facts are hashed one by one, so that a new price takes copy out of service and a mended typo does not. Where a claim is
supported by facts of offers, all of those must stand, whatever else says the same: an article that still tells the old
price is no support for it. A claim that only texts support stands as long as one of them still says so, in the same
sentence: three words of it would also stand in one that says the contrary.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from retrieval.chunking import chunks, sentences
from service.checks.models import Claim, ClaimKind, Support
from service.checks.words import fold
from service.content.models import Facts, fact_hashes

FACTS = tuple(Facts.model_fields)
LINKS = ("url", "image_url")
_MONEY = (
    "price", "old_price", "pix_price", "currency", "discount_percent", "installments", "installment_amount", "terms"
)  # fmt: skip
_TOLD_BY: Mapping[ClaimKind, tuple[str, ...]] = {
    "price": _MONEY, "percent": _MONEY, "scarcity": ("stock", "terms"), "scope": ("free_shipping_region", "terms"),
    "date": ("terms",), "quantity": FACTS,
}  # fmt: skip
"""By which facts an offer tells such things. Stock goes down all day, so nothing else rests on it."""
_ALL_BUT_STOCK = tuple(name for name in FACTS if name != "stock")
_BESIDE = {
    "price": ("currency",), "old_price": ("currency",), "pix_price": ("currency",),
    "installments": ("installment_amount", "currency"), "installment_amount": ("installments", "currency"),
}  # fmt: skip
"""What is said in the same breath: a price is one in a currency."""
_OVERRULED: Mapping[ClaimKind, tuple[str, ...]] = {
    "price": _MONEY, "percent": _MONEY, "scarcity": ("stock",), "scope": ("free_shipping_region", "terms"),
}  # fmt: skip
"""What an item's own text tells no truer than its facts do."""
_TYPO = 0.75  # "coador" and "cuador" are 0.83 alike, "inclui" and "exclui" 0.67
_NAMES = frozenset(("entity", "link"))  # which stand where the name does, whatever else the sentence says


class Source(Protocol):
    """Evidence as far as resting on it goes."""

    @property
    def id(self) -> str: ...
    @property
    def item_id(self) -> UUID: ...
    @property
    def content_id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def image_url(self) -> str | None: ...
    @property
    def facts(self) -> Facts | None: ...
    @property
    def valid_until(self) -> datetime | None: ...


class Rest(BaseModel):
    """Something in a content item: facts by name, each as its hash, a name that must still stand somewhere in its words
    (`quote`), and sentences that must still stand there whole."""

    item: UUID
    content_id: str
    version: int
    facts: dict[str, str] = Field(default_factory=dict)
    quote: str = ""
    sentences: list[str] = Field(default_factory=list)
    valid_until: datetime | None = None


RestsOn = list[list[Rest]]
"""Groups, each of which needs one of its rests to stand."""


@dataclass(frozen=True, slots=True)
class ItemNow:
    """A content item as it is now, as far as anything may rest on it."""

    version: int
    facts: Mapping[str, str]
    words: str
    sentences: frozenset[str]
    valid_until: datetime | None
    valid_from: datetime | None = None


FallenKind = Literal["content", "contract", "consent", "rule", "time"]


class Fallen(NamedTuple):
    """Something that a revision rests on and that stands no longer: `what` is a fact, `text`, `deleted` or
    `valid_until` of a content item, an attribute of the contract or of a consent, a term, or `expired`."""

    content_id: str
    what: str
    kind: FallenKind = "content"


def rests_on(claims: Sequence[Claim], evidence: Sequence[Source], links: Mapping[str, str]) -> RestsOn:
    """What claims and links rest on. `links` are the fields that name a content item, as the channel has them, by what
    is wanted of it: `url` or `image_url` to its content id."""
    by_id = {source.id: source for source in evidence}
    hashes = {source.item_id: _hashes(source.facts) for source in evidence if source.facts is not None}
    groups: RestsOn = []
    for claim in claims:
        named = [(one, by_id[one.evidence]) for one in claim.support if one.evidence in by_id]
        exact = {one.evidence for one in claim.support if one.fact is not None}
        by_facts, by_texts = list[Rest](), list[Rest]()
        for one, source in named:
            known = hashes.get(source.item_id, _NOTHING)
            if one.fact is not None or _in_facts(one, source):
                if one.fact is None and (one.evidence in exact or _said_within(claim, one, claims)):
                    by_facts.append(_rest(source, _only(known, ("terms",))))  # its facts are named already
                else:
                    by_facts.append(_of_facts(claim, one, source, known))
            else:
                by_texts.append(_of_text(claim, one, source, known))
        groups += [[rest] for rest in by_facts] or [by_texts]
    for wanted, content_id in links.items():
        groups.append([_rest(one, _of_link(wanted, one)) for one in evidence if one.content_id == content_id])
    return _distinct(group for group in groups if group)


def fallen(groups: Sequence[Sequence[Rest]], items: Mapping[UUID, ItemNow]) -> list[Fallen]:
    """What stands no longer; empty where everything does. Items that are not among `items` are gone."""
    found = []
    for group in groups:
        why = [_why(rest, items.get(rest.item)) for rest in group]
        if all(why):
            found.append(Fallen(group[0].content_id, why[0] or ""))
    return list(dict.fromkeys(found))


def holds_between(
    groups: Sequence[Sequence[Rest]], items: Mapping[UUID, ItemNow]
) -> tuple[datetime | None, datetime | None]:
    """From when (included) until when (excluded) all that stands holds, as the items say now; None for no limit. Of a
    group whatever holds longest counts, and what begins first."""
    begins, ends = list[datetime](), list[datetime]()
    for group in groups:
        standing = [now for rest in group if (now := items.get(rest.item)) and _why(rest, now) is None]
        starts = [now.valid_from for now in standing]
        if starts and all(starts):
            begins.append(min(one for one in starts if one))
        stops = [now.valid_until for now in standing]
        if stops and all(stops):
            ends.append(max(one for one in stops if one))
    return max(begins, default=None), min(ends, default=None)


def item_now(
    version: int,
    title: str,
    body: str,
    facts: Facts,
    valid_until: datetime | None,
    *,
    valid_from: datetime | None = None,
    **links: str | None,
) -> ItemNow:
    """An item of the records in that form; `links` are its `url` and its `image_url`."""
    hashes = _hashes(facts) | fact_hashes({name: links.get(name) for name in LINKS})
    texts = [title, *(chunk.text for chunk in chunks(body)), facts.terms or ""]
    words = plain(f"{title} {body} {facts.terms or ''}")
    whole = frozenset(said for text in texts for said, _, _ in _sentences(text)) | {plain(title)}
    return ItemNow(version, hashes, words, whole, valid_until, valid_from)


def revision_of(scope: Mapping[str, Any], fields: Mapping[str, Any], groups: Sequence[Sequence[Rest]]) -> str:
    """The name of a state: SHA-256 over workspace, brief, audience, channel and locale (`scope`), the fields, and the
    facts behind them, each item's end among them. A new version of an item in which those facts are the same makes no
    new revision."""
    told = sorted({_named(rest) for group in groups for rest in group})
    return hashlib.sha256(
        orjson.dumps([dict(scope), dict(fields), told], default=str, option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


def facts_of(groups: Sequence[Sequence[Rest]]) -> dict[tuple[UUID, str], str]:
    """The facts that anything rests on, each as its hash. The address of a page is none of them: copy names the page,
    and whoever follows the link reads it wherever it is."""
    return {
        (rest.item, name): hash_
        for group in groups
        for rest in group
        for name, hash_ in rest.facts.items()
        if name != "url"
    }


def same_ground(before: Sequence[Sequence[Rest]], after: Sequence[Sequence[Rest]]) -> bool:
    """Whether both rest on the same: on no other facts, and on sentences that were mended at most. The checks compare
    words with evidence; whether a sentence that was written anew still means it, only people can tell."""
    if not facts_of(after).items() <= facts_of(before).items():
        return False
    told = {said for group in before for rest in group for said in (rest.quote, *rest.sentences) if said}
    new = {said for group in after for rest in group for said in (rest.quote, *rest.sentences) if said} - told
    return all(any(mended(said, old) for old in told) for said in new)


def mended(one: str, other: str) -> bool:
    """Whether they are the same but for typos: word by word, with no word more or less and the same numbers."""
    words, others = fold(one).split(), fold(other).split()
    return len(words) == len(others) and all(map(_nearly, words, others))


def _nearly(one: str, other: str) -> bool:
    if one == other:
        return True
    if any(letter.isdigit() for letter in one + other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _TYPO


def evidence_versions(groups: Sequence[Sequence[Rest]]) -> list[tuple[str, int]]:
    """The content items and versions that anything rests on."""
    return sorted({(rest.content_id, rest.version) for group in groups for rest in group})


def items_of(groups: Sequence[Sequence[Rest]]) -> set[UUID]:
    """The content items that anything rests on."""
    return {rest.item for group in groups for rest in group}


def plain(text: str) -> str:
    """Words with one space between."""
    return " ".join(text.split())


def _named(rest: Rest) -> tuple[str, ...]:
    until = rest.valid_until.astimezone(UTC).isoformat() if rest.valid_until else ""
    return (rest.content_id, until, rest.quote, *rest.sentences, *map("=".join, sorted(rest.facts.items())))


def _why(rest: Rest, now: ItemNow | None) -> str | None:
    """What of it stands no longer, None where all does."""
    if now is None:
        return "deleted"
    changed = next((name for name, hash_ in rest.facts.items() if now.facts.get(name) != hash_), None)
    if changed:
        return changed
    if (rest.quote and not _stands(rest.quote, now.words)) or not now.sentences.issuperset(rest.sentences):
        return "text"
    return "valid_until" if rest.valid_until != now.valid_until else None


def _stands(quote: str, words: str) -> bool:
    """Whether it is there as whole words."""
    if quote not in words:
        return False
    before = r"(?<!\w)" if quote[0].isalnum() else ""
    after = r"(?!\w)" if quote[-1].isalnum() else ""
    return re.search(f"{before}{re.escape(quote)}{after}", words) is not None


def _in_facts(support: Support, source: Source) -> bool:
    """Whether it stands in the line that tells an offer's facts, and not in the offer's title or terms."""
    return source.facts is not None and bool(source.facts.items()) and (support.start is not None or not support.quote)


def _of_facts(claim: Claim, support: Support, source: Source, known: Mapping[str, str]) -> Rest:
    """The facts that say it; all of that kind where it follows from them."""
    if support.fact in LINKS:
        return _rest(source, _of_link(support.fact, source))
    if support.fact == "valid_until":
        return _rest(source, {})
    if support.fact is not None and not support.derived:
        names: Collection[str] = (support.fact, *_BESIDE.get(support.fact, ()), "terms")
    elif support.fact in _MONEY:
        names = _MONEY
    elif support.fact is not None:
        names = (support.fact, "terms")
    else:
        names = _saying(support.quote, source.facts) or _TOLD_BY.get(claim.kind, _ALL_BUT_STOCK)
    return _rest(source, _only(known, names))


def _said_within(claim: Claim, support: Support, claims: Sequence[Claim]) -> bool:
    """Whether a statement on an offer holds claims that name its facts one by one."""
    return claim.kind == "statement" and any(
        inner.field == claim.field
        and claim.start <= inner.start
        and inner.end <= claim.end
        and any(one.evidence == support.evidence and one.fact is not None for one in inner.support)
        for inner in claims
    )


def _saying(quote: str, facts: Facts | None) -> tuple[str, ...]:
    """The facts whose own words or counts stand in the quote, or that it is a part of."""
    said = facts.items() if facts and quote else {}
    words = (name for name in ("coupon", "free_shipping_region") if (word := said.get(name)) and _either(word, quote))
    counts = (name for name in ("stock", "installments") if name in said and _stands(str(said[name]), quote))
    return (*words, *counts)


def _either(one: str, other: str) -> bool:
    return one in other or other in one


def _of_text(claim: Claim, support: Support, source: Source, known: Mapping[str, str]) -> Rest:
    """The words that say it. What offers have facts for is no truer than those, though a text tells it too."""
    facts = _only(known, _OVERRULED.get(claim.kind, ()))
    quote = plain(support.quote)
    if quote and claim.kind in _NAMES:
        return _rest(source, facts, quote=quote)
    return _rest(source, facts, sentences=_around(support, source))


def _around(support: Support, source: Source) -> list[str]:
    """The sentences in which it stands: of the text, the terms, or the title, which is one."""
    if support.start is not None and support.end is not None:
        start, end = support.start, support.end
        return [said for said, first, last in _sentences(source.text) if first < end and start < last]
    quote = plain(support.quote)
    if not quote:
        return [said for said, _, _ in _sentences(source.text)]
    if quote in plain(source.title):
        return [plain(source.title)]
    terms = (source.facts.terms if source.facts else None) or ""
    return [said for said, _, _ in _sentences(terms) if quote in said] or [said for said, _, _ in _sentences(terms)]


@lru_cache(maxsize=4_096)
def _sentences(text: str) -> tuple[tuple[str, int, int], ...]:
    """Each sentence, and where it stands."""
    found, at = list[tuple[str, int, int]](), 0
    for said in sentences(text):
        start = text.index(said, at)
        at = start + len(said)
        found.append((plain(said), start, at))
    return tuple(found)


def _of_link(wanted: str, source: Source) -> dict[str, str]:
    return fact_hashes({wanted: getattr(source, wanted)})


def _only(known: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: hash_ for name, hash_ in known.items() if name in names}


def _hashes(facts: Facts | None) -> dict[str, str]:
    """A hash for each fact, also for those that are not told: one that comes to be told is a change."""
    told = facts.items() if facts else {}
    return fact_hashes({name: told.get(name) for name in FACTS})


_NOTHING = _hashes(None)


def _rest(source: Source, facts: Mapping[str, str], *, quote: str = "", sentences: Sequence[str] = ()) -> Rest:
    return Rest(
        item=source.item_id, content_id=source.content_id, version=source.version, facts=dict(facts), quote=quote,
        sentences=list(sentences), valid_until=source.valid_until,
    )  # fmt: skip


def _distinct(groups: Iterable[list[Rest]]) -> RestsOn:
    def key(rests: Sequence[Rest]) -> bytes:
        return orjson.dumps([rest.model_dump(mode="json") for rest in rests])

    once = [list({key([rest]): rest for rest in group}.values()) for group in groups]
    return list({key(group): group for group in once}.values())
