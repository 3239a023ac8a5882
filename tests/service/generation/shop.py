"""The sample shop as evidence, the way generation hands it to writers: cut into passages, headings apart."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import yaml

from retrieval.chunking import chunks
from retrieval.tuning import PASSAGES
from service.content.models import Facts, Kind
from service.content.plain import document_of
from service.content.wording import offer_text
from service.generation.models import ANGLES, Angle, Evidence, Task
from service.types import Locale

ROOT = Path(__file__).parents[3]
DATA = ROOT / "service" / "sample" / "data"
ARTICLES = ROOT.parent / "shared" / "data" / "content" / "articles_pt"
ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 22, 10, tzinfo=ZONE)
FALLBACK: dict[Locale, str] = {"pt-BR": "cliente", "en": "there", "es": "cliente"}
OBJECTIVE: dict[Locale, str] = {
    "pt-BR": "Convidar para conhecer algo útil para a casa",
    "en": "Invite to see something useful for the home",
    "es": "Invitar a conocer algo útil para la casa",
}
FACTS = (
    *("price", "old_price", "pix_price", "currency", "discount_percent", "stock"),
    *("coupon", "terms", "free_shipping_region"),
)
_NONE = UUID(int=0)


@dataclass(frozen=True)
class Item:
    """A content item."""

    id: str
    kind: Kind
    title: str
    locale: Locale
    body: str
    url: str | None = None
    image_url: str | None = None
    image_alt: str | None = None
    facts: Facts | None = None
    until: datetime | None = None


@cache
def shop() -> dict[str, Item]:
    """Everything in the sample shop, by id."""
    found = [_page(path) for path in sorted((DATA / "content").glob("*.md"))]
    lines = (DATA / "offers.csv").read_text(encoding="utf-8").splitlines()
    found += [_offer(row) for row in csv.DictReader(lines)]
    return {item.id: item for item in found}


def articles() -> list[Item]:
    """The marketing articles, where the shared data is at hand."""
    found = [document_of(path.read_text(encoding="utf-8")) for path in sorted(ARTICLES.glob("*.md"))]
    return [
        Item(f"article-{number}", "article", document.heading, "pt-BR", document.body)
        for number, document in enumerate(found)
    ]


def task(items: Sequence[Item], channel: str = "email", angles: Sequence[Angle] = ANGLES, **other: Any) -> Task:
    """A task about those items, the first the best hit."""
    locale = items[0].locale
    plain = Task(
        workspace=_NONE,
        channel=channel, locale=locale, objective=OBJECTIVE[locale], tone=None, voice="", sender="Casa Jatobá",
        known={}, tokens={"first_name": FALLBACK[locale]}, evidence=evidence(items), angles=angles,
        seed="seed", now=NOW,
    )  # fmt: skip
    return replace(plain, **other)


def evidence(items: Sequence[Item]) -> list[Evidence]:
    """Passages first, then offers, as search would bring them."""
    passages, offers = list[Evidence](), list[Evidence]()
    for rank, item in enumerate(items):
        shared: dict[str, Any] = {
            "item_kind": item.kind,
            "content_id": item.id, "version": 1, "title": item.title, "url": item.url, "image_url": item.image_url,
            "image_alt": item.image_alt, "valid_until": item.until, "item_id": _NONE,
            "score": max(0.1, 0.9 - 0.15 * rank),
        }  # fmt: skip
        passages += [
            Evidence(
                id=f"e{len(passages) + number}",
                kind="passage",
                passage=_NONE,
                heading=chunk.heading,
                text=chunk.text,
                **shared,
            )
            for number, chunk in enumerate(chunks(item.body)[:PASSAGES], start=1)
        ]
        if item.facts:
            text = offer_text(item.title, item.facts, item.until, item.locale, ZONE)
            offers.append(Evidence(id=f"o{len(offers) + 1}", kind="offer", text=text, facts=item.facts, **shared))
    return passages + offers


def _page(path: Path) -> Item:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    values = yaml.safe_load(head)
    return Item(
        values["id"],
        values["kind"],
        values["title"],
        values["locale"],
        document_of(body).body,
        values["url"],
        values["image_url"],
        values["image_alt"],
    )


def _offer(row: dict[str, Any]) -> Item:
    count, amount = row["installments"].split("x ")
    facts = Facts(
        **{name: row[name] for name in FACTS if row[name]}, installments=int(count), installment_amount=amount
    )
    days = row["valid_until"].rstrip("d")
    until = (NOW + timedelta(days=int(days))).replace(hour=23, minute=59) if days else None
    return Item(
        row["id"],
        row["kind"],
        row["title"],
        row["locale"],
        row["description"],
        row["url"],
        row["image_url"],
        row["image_alt"],
        facts,
        until,
    )
