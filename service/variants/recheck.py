"""Copy judged again by what its content says now.

The evidence of a revision is looked up anew: the same content items, and of each the passages nearest to those it was
written from, under the same names. The checks are those of generation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from service.channels.registry import channel as channel_named
from service.checks.ledger import statements, window
from service.checks.run import examine
from service.content.store import PassageSource
from service.content.wording import offer_text
from service.generation.models import Brief, Citation, Evidence, Provenance, Variant
from service.generation.reader import Reader
from service.review.inspect import copy_of
from service.variants.models import Revision, StoredVariant
from service.workspaces.models import Workspace

_WORD = re.compile(r"\w{3,}")


def content_ids(revision: Revision) -> list[str]:
    """The content items that it was written from."""
    return sorted({item["content_id"] for item in revision.evidence})


def recheck(
    workspace: Workspace,
    reader: Reader,
    stored: StoredVariant,
    revision: Revision,
    sources: Sequence[PassageSource],
    now: datetime,
) -> Variant:
    """The words of that revision with what the checks make of them now. `sources` are all passages of its content items
    as they are, `reader` is whom it is for."""
    local = now.astimezone(ZoneInfo(workspace.timezone))
    evidence = evidence_now([Evidence.model_validate(one) for one in revision.evidence], sources, local)
    channel = channel_named(stored.channel)
    fields = channel.fields.model_validate(revision.fields)
    objective = Brief.model_validate(stored.brief).objective
    copy = copy_of(channel, fields, workspace, reader, evidence, local, objective)
    found = examine(copy)
    claims = [*found.claims, *statements(copy, _citations(revision))]
    true_from, true_until = window(claims)
    return Variant(
        id=stored.id, angle=stored.angle, channel=channel.name, locale=reader.locale, fields=fields.model_dump(),
        preview={}, claims=claims, findings=found.findings, evidence=evidence,
        provenance=Provenance.model_validate(revision.provenance), true_from=true_from, true_until=true_until,
    )  # fmt: skip


def evidence_now(stored: Sequence[Evidence], sources: Sequence[PassageSource], now: datetime) -> list[Evidence]:
    """The evidence as it is at that moment; what is deleted or does not hold is left out."""
    there = defaultdict[str, list[PassageSource]](list)
    for source in sources:
        if (source.valid_from is None or source.valid_from <= now) and (
            source.valid_until is None or now < source.valid_until
        ):
            there[source.external_id].append(source)
    found, taken = list[Evidence](), set[object]()
    for one in stored:
        if one.kind == "passage" and there[one.content_id]:
            nearest = _nearest(one, there[one.content_id])
            if nearest.passage_id not in taken:
                taken.add(nearest.passage_id)
                found.append(_of_passage(one, nearest))
    offers = {one.content_id: one for one in stored if one.kind == "offer"}
    for number, content_id in enumerate(dict.fromkeys(one.content_id for one in stored), start=1):
        first = next(iter(there[content_id]), None)
        if first is not None and first.facts.items():
            found.append(_of_offer(offers[content_id].id if content_id in offers else f"n{number}", first, now))
    return found


def _nearest(one: Evidence, sources: Sequence[PassageSource]) -> PassageSource:
    """The passage that says the same, or most of its words."""
    same = next((source for source in sources if source.text == one.text), None)
    if same is not None:
        return same
    words = _words(one.text)
    return max(sources, key=lambda source: len(words & _words(source.text)) / (1 + len(words | _words(source.text))))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _of_passage(one: Evidence, source: PassageSource) -> Evidence:
    return Evidence(
        id=one.id, kind="passage", item_kind=source.kind, content_id=source.external_id, version=source.version,
        passage=source.passage_id, title=source.title, heading=source.heading, text=source.text, score=one.score,
        url=source.url, image_url=source.image_url, image_alt=source.image_alt, valid_until=source.valid_until,
        item_id=source.item_id,
    )  # fmt: skip


def _of_offer(id_: str, source: PassageSource, now: datetime) -> Evidence:
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else ZoneInfo("UTC")
    return Evidence(
        id=id_, kind="offer", item_kind=source.kind, content_id=source.external_id, version=source.version,
        title=source.title, text=offer_text(source.title, source.facts, source.valid_until, source.locale, zone),
        score=1.0, url=source.url, image_url=source.image_url, image_alt=source.image_alt, facts=source.facts,
        valid_until=source.valid_until, item_id=source.item_id,
    )  # fmt: skip


def _citations(revision: Revision) -> list[Citation]:
    """The statements that its writer gave sources for."""
    return [
        Citation(text=claim["text"], evidence=[one["evidence"] for one in claim["support"]])
        for claim in revision.claims
        if claim["kind"] == "statement"
    ]
