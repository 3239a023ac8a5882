"""Addresses in copy must be those of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from service.checks.copy import Copy, Source, fact_support, support, wording_of
from service.checks.models import Claim, Finding, Support

# Endings that copy is likely to name; a missing space after a full stop ("Junior.Ele") must not look like a domain.
_ENDINGS = (
    "com|net|org|io|app|dev|shop|store|loja|site|online|info|biz|me|tv|link|click|xyz|ly|gl|example|top|club|promo|page"
    "|live|life|world|today|space|website|tech|fun|vip|bio|deals|sale|cc|gg|to|ru|cn|gov|edu|travel|blog|ai"
    "|co|br|ar|mx|cl|uy|pe|es|pt|eu|uk|us"
)
_DOTTED = re.compile(r"\.\w")  # every address has this or "://", and most copy has not
_ADDRESS = re.compile(
    rf"(?<![\w@.-])(?:https?://[^\s<>\"”)\]]+|(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_ENDINGS})\b(?:/[^\s<>\"”)\]]*)?)",
    re.IGNORECASE,
)


def addresses(copy: Copy) -> Iterator[Claim]:
    """Every address and domain that copy gives."""
    for name, text in copy.fields.items():
        for match in _ADDRESS.finditer(text) if _may_name_address(text) else ():
            address = match[0].rstrip(".,;:!?…")
            bare = _bare(address)
            backing = _given(copy.valid, bare)
            yield Claim(
                kind="link", field=name, start=match.start(), end=match.start() + len(address), text=address,
                value=bare, support=backing, expired=not backing and bool(_given(copy.lapsed, bare)),
            )  # fmt: skip


def references(copy: Copy) -> Iterator[Finding]:
    """Fields that point to content which the evidence does not hold, or which has no address."""
    there = {source.content_id for source in copy.evidence if source.url}
    pictured = {source.content_id for source in copy.evidence}
    for name, target in copy.links.items():
        if target not in (pictured if name.startswith("image") else there):
            found = copy.finding("claim.reference", name, target=target)
            yield found.model_copy(update={"code": "claim.link", "quote": target, "end": len(target)})


def _given(sources: Iterable[Source], bare: str) -> list[Support]:
    """Where evidence gives that address, or one of which it is the domain."""
    found: list[Support] = []
    for source in sources:
        if source.url and bare in (known := _bare(source.url), known.split("/")[0]):
            found.append(fact_support(source, "url", source.url, derived=bare != known))
        for known, start, end in _named(wording_of(source)):
            if bare in (known, known.split("/")[0]):
                found.append(support(source, start, end, derived=bare != known))
    return found


def _may_name_address(text: str) -> bool:
    return "://" in text or _DOTTED.search(text) is not None


@lru_cache(maxsize=2_048)
def _named(text: str) -> tuple[tuple[str, int, int], ...]:
    if not _may_name_address(text):
        return ()
    return tuple((_bare(match[0]), *match.span()) for match in _ADDRESS.finditer(text))


def _bare(address: str) -> str:
    """An address without what is not needed to tell it from another."""
    rest = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.lower().rstrip(".,;:!?…"))
    return rest.split("?")[0].split("#")[0].rstrip("/")
