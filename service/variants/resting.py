"""What a revision rests on, fact by fact, and whether that still stands.

Facts are hashed one by one, so that a new price takes copy out of service and a mended typo does not. Where a claim is
supported by facts of offers, all of those must stand, whatever else says the same: an article that still tells the old
price is no support for it. A claim that only texts support stands as long as one of them still says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from service.checks.models import Claim, Support
from service.content.models import Facts, fact_hashes

_OF_FACTS = frozenset(("price", "percent", "quantity", "date", "scarcity", "scope"))
_LINKS = ("url", "image_url")


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
    """Something in a content item: facts by name, each as its hash, and words that must still stand there."""

    item: UUID
    content_id: str
    version: int
    facts: dict[str, str] = Field(default_factory=dict)
    quote: str = ""
    valid_until: datetime | None = None


RestsOn = list[list[Rest]]
"""Groups, each of which needs one of its rests to stand."""


@dataclass(frozen=True, slots=True)
class ItemNow:
    """A content item as it is now, as far as anything may rest on it; None where it is not there any more."""

    version: int
    facts: Mapping[str, str]
    words: str
    valid_until: datetime | None


class Fallen(NamedTuple):
    """Something that a revision rests on and that stands no longer."""

    content_id: str
    what: str


def rests_on(claims: Sequence[Claim], evidence: Sequence[Source], links: Mapping[str, str]) -> RestsOn:
    """What claims and links rest on. `links` are the fields that name a content item, as the channel has them, by what
    is wanted of it: `url` or `image_url` to its content id."""
    by_id = {source.id: source for source in evidence}
    facts = {source.item_id: source.facts for source in evidence if source.facts is not None}
    groups: RestsOn = []
    for claim in claims:
        named = [(one, by_id[one.evidence]) for one in claim.support if one.evidence in by_id]
        by_facts = [_of_facts(one, source) for one, source in named if _by_facts(claim, one, source)]
        groups += [[rest] for rest in by_facts] or [
            [_of_text(claim, one, source, facts.get(source.item_id)) for one, source in named]
        ]
    for wanted, content_id in links.items():
        pointed = [source for source in evidence if source.content_id == content_id]
        groups.append([_of_link(wanted, source) for source in pointed])
    return _distinct(group for group in groups if group)


def fallen(groups: Sequence[Sequence[Rest]], items: Mapping[UUID, ItemNow]) -> list[Fallen]:
    """What stands no longer; empty where everything does. Items that are not among `items` are gone."""
    found = []
    for group in groups:
        why = [_why(rest, items.get(rest.item)) for rest in group]
        if all(why):
            found.append(Fallen(group[0].content_id, why[0] or ""))
    return list(dict.fromkeys(found))


def item_now(
    version: int, title: str, body: str, facts: Facts, valid_until: datetime | None, **links: str | None
) -> ItemNow:
    """An item of the records in that form; `links` are its `url` and its `image_url`."""
    hashes = fact_hashes(facts.items()) | fact_hashes({name: links.get(name) for name in _LINKS})
    return ItemNow(version, hashes, plain(f"{title} {body} {facts.terms or ''}"), valid_until)


def revision_of(scope: Mapping[str, Any], fields: Mapping[str, Any], groups: Sequence[Sequence[Rest]]) -> str:
    """The name of a state: SHA-256 over workspace, brief, audience, channel and locale (`scope`), the fields, and the
    facts behind them. A new version of an item in which those facts are the same makes no new revision."""
    told = sorted({(rest.content_id, rest.quote, *sorted(rest.facts.items())) for group in groups for rest in group})
    return hashlib.sha256(
        orjson.dumps([dict(scope), dict(fields), told], default=str, option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


def evidence_versions(groups: Sequence[Sequence[Rest]]) -> list[tuple[str, int]]:
    """The content items and versions that anything rests on."""
    return sorted({(rest.content_id, rest.version) for group in groups for rest in group})


def items_of(groups: Sequence[Sequence[Rest]]) -> set[UUID]:
    """The content items that anything rests on."""
    return {rest.item for group in groups for rest in group}


def plain(text: str) -> str:
    """Words with one space between."""
    return " ".join(text.split())


def _why(rest: Rest, now: ItemNow | None) -> str | None:
    """What of it stands no longer, None where all does."""
    if now is None:
        return "deleted"
    changed = next((name for name, hash_ in rest.facts.items() if now.facts.get(name) != hash_), None)
    if changed:
        return changed
    if rest.quote and rest.quote not in now.words:
        return "text"
    return "valid_until" if rest.valid_until != now.valid_until else None


def _by_facts(claim: Claim, support: Support, source: Source) -> bool:
    """Whether an offer says it by its facts; its title says no more than what it is called."""
    if source.facts is None or not source.facts.items():
        return False
    return claim.kind in _OF_FACTS or support.fact is not None or plain(support.quote) not in plain(source.title)


def _of_facts(support: Support, source: Source) -> Rest:
    """The fact that says it; all of the offer's facts where it follows from them."""
    hashes = fact_hashes(source.facts.items()) if source.facts else {}
    exact = support.fact in hashes and not support.derived
    told = {support.fact: hashes[support.fact]} if support.fact and exact else hashes
    return _rest(source, facts=told)


def _of_text(claim: Claim, support: Support, source: Source, facts: Facts | None) -> Rest:
    """The words that say it. What offers have facts for is no truer than those, though a text tells it too."""
    hashes = fact_hashes(facts.items()) if facts and claim.kind in _OF_FACTS else {}
    return _rest(source, facts=hashes, quote=plain(support.quote or source.text))


def _of_link(wanted: str, source: Source) -> Rest:
    return _rest(source, facts=fact_hashes({wanted: getattr(source, wanted)}))


def _rest(source: Source, *, facts: Mapping[str, str], quote: str = "") -> Rest:
    return Rest(
        item=source.item_id, content_id=source.content_id, version=source.version, facts=dict(facts), quote=quote,
        valid_until=source.valid_until,
    )  # fmt: skip


def _distinct(groups: Iterable[list[Rest]]) -> RestsOn:
    by_name = {orjson.dumps([rest.model_dump(mode="json") for rest in group]): group for group in groups}
    return list(by_name.values())
