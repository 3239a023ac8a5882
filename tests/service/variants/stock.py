"""Content of a small shop as evidence and as the records have it, and copy about it with what the checks make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from retrieval.chunking import chunks
from service.checks.copy import Copy
from service.checks.models import Claim
from service.checks.run import examine
from service.content.models import Facts
from service.content.wording import offer_text
from service.generation.models import Evidence
from service.variants.resting import Fallen, ItemNow, RestsOn, fallen, item_now, rests_on

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 22, 10, tzinfo=ZONE)


@dataclass(frozen=True)
class Content:
    """A content item at one of its versions."""

    id: str
    title: str
    body: str
    facts: Facts = field(default_factory=Facts)
    until: datetime | None = None
    since: datetime | None = None
    url: str | None = "https://casa.example/pagina"
    image_url: str | None = None
    version: int = 1

    @property
    def item(self) -> UUID:
        """Its internal id."""
        return uuid5(NAMESPACE_URL, self.id)

    def now(self) -> ItemNow:
        """As the records have it."""
        return item_now(
            self.version, self.title, self.body, self.facts, self.until, valid_from=self.since, url=self.url,
            image_url=self.image_url,
        )  # fmt: skip

    def edited(self, **changes: Any) -> Content:
        """The next version; facts are changed one by one."""
        facts = Facts(**{**self.facts.items(), **changes.pop("facts", {})})
        return replace(self, version=self.version + 1, facts=facts, **changes)


KIT = Content(
    "kit", "Kit Café Coado",
    "O kit reúne coador de cerâmica, jarra de vidro e filtros. A jarra leva 600 ml de café. Tudo em uma caixa.",
    Facts(price=170, old_price=200, discount_percent=15, stock=40, coupon="CAFE15"),
    until=datetime(2026, 12, 4, 23, 59, 59, tzinfo=ZONE), image_url="https://casa.example/kit.jpg",
)  # fmt: skip
GUIDE = Content(
    "guia", "Café em casa",
    "Use 60 g de café para cada litro de água. Molhe o filtro antes. O Kit Café Coado custa R$ 170,00.",
)  # fmt: skip


def evidence(*items: Content) -> list[Evidence]:
    """Passages first, then offers, as search would bring them."""
    passages, offers = list[Evidence](), list[Evidence]()
    for item in items:
        shared: dict[str, Any] = {
            "content_id": item.id, "version": item.version, "title": item.title, "url": item.url, "score": 0.9,
            "image_url": item.image_url, "valid_until": item.until, "item_id": item.item, "item_kind": "offer",
        }  # fmt: skip
        passages += [
            Evidence(id=f"e{len(passages) + number}", kind="passage", text=chunk.text, **shared)
            for number, chunk in enumerate(chunks(item.body), start=1)
        ]
        if item.facts.items():
            text = offer_text(item.title, item.facts, item.until, "pt-BR", ZONE)
            offers.append(Evidence(id=f"o{len(offers) + 1}", kind="offer", text=text, facts=item.facts, **shared))
    return passages + offers


def claims(text: str, *items: Content, link: str | None = None) -> list[Claim]:
    """What that push message states, with the support the checks find; all of it has some."""
    links = {"link_content_id": link} if link else {}
    found = examine(Copy("push", "pt-BR", {"title": "Bom dia", "body": text}, evidence(*items), {}, NOW, links=links))
    blocking = [finding.code for finding in found.findings if finding.severity == "block"]
    assert not blocking, blocking
    return found.claims


def resting(text: str, *items: Content, link: str | None = None) -> RestsOn:
    """What that push message rests on."""
    return rests_on(claims(text, *items, link=link), evidence(*items), {"url": link} if link else {})


def gone(groups: RestsOn, *items: Content) -> list[Fallen]:
    """What of it has fallen, with those items in the records and no others."""
    return fallen(groups, {item.item: item.now() for item in items})


def what(groups: RestsOn, *items: Content) -> Sequence[str]:
    """The same in short: `kit price`."""
    return [f"{one.content_id} {one.what}" for one in gone(groups, *items)]
