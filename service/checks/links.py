"""Addresses in copy must be those of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding

# Endings that copy is likely to name; a missing space after a full stop ("Junior.Ele") must not look like a domain.
_ENDINGS = (
    "com|net|org|io|app|dev|shop|store|loja|site|online|info|biz|me|tv|link|click|xyz|ly|gl|example"
    "|co|br|ar|mx|cl|uy|pe|es|pt|eu|uk|us"
)
_DOTTED = re.compile(r"\.\w|://")  # every address has this, and most copy has not
_ADDRESS = re.compile(
    rf"(?<![\w@.-])(?:https?://[^\s<>\"”)\]]+|(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_ENDINGS})\b(?:/[^\s<>\"”)\]]*)?)",
    re.IGNORECASE,
)


def addresses(copy: Copy) -> Iterator[Finding]:
    """Addresses and domains that no evidence gives."""
    dotted = {name: text for name, text in copy.fields.items() if _DOTTED.search(text)}
    named = [(name, match) for name, text in dotted.items() for match in _ADDRESS.finditer(text)]
    known = _known(copy) if named else set()
    for name, match in named:
        address = match[0].rstrip(".,;:!?…")
        if _bare(address) not in known:
            yield copy.finding("claim.link", name, match.start(), match.start() + len(address))


def references(copy: Copy) -> Iterator[Finding]:
    """Fields that point to content which the evidence does not hold, or which has no address."""
    there = {source.content_id for source in copy.evidence if source.url}
    pictured = {source.content_id for source in copy.evidence}
    for name, target in copy.links.items():
        if target not in (pictured if name.startswith("image") else there):
            found = copy.finding("claim.reference", name, target=target)
            yield found.model_copy(update={"code": "claim.link", "quote": target, "end": len(target)})


def _known(copy: Copy) -> set[str]:
    """The addresses that evidence gives, and their domains."""
    known = {_bare(source.url) for source in copy.evidence if source.url}
    known |= {_bare(match[0]) for source in copy.evidence for match in _ADDRESS.finditer(source.text)}
    return known | {address.split("/")[0] for address in known}


def _bare(address: str) -> str:
    """An address without what is not needed to tell it from another."""
    rest = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.lower().rstrip(".,;:!?…"))
    return rest.split("?")[0].split("#")[0].rstrip("/")
