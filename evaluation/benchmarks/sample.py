"""Tasks over the sample shop without a running service: what search would bring, as a writer gets it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from retrieval.chunking import chunks
from service.content.arrivals import Arrival
from service.content.catalogue import read_catalogue
from service.content.markdown import read_markdown
from service.content.models import ContentInput
from service.content.wording import offer_text
from service.generation.models import ANGLES, Evidence, Task
from service.sample.loader import DATA, dated, read_sample
from service.types import LOCALES, Locale

PASSAGES = 8
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_NONE = UUID(int=0)
_TOKENS: dict[Locale, str] = {"pt-BR": "cliente", "en": "there", "es": "cliente"}


async def sample_items() -> list[ContentInput]:
    """The shop's content, as an import reads it."""
    zone = ZoneInfo(read_sample().timezone)
    arrivals = [read_markdown(path.read_bytes(), path.name, zone) for path in sorted((DATA / "content").glob("*.md"))]
    arrivals += [found async for found in read_catalogue(_once(dated(DATA / "offers.csv", NOW.date())), zone)]
    return [found.item for found in arrivals if isinstance(found, Arrival)]


async def sample_tasks(channel: str) -> list[Task]:
    """A task for each item: its own passages first, then others of its language, eight in all, and their offers."""
    items, sample = await sample_items(), read_sample()
    tasks = list[Task]()
    for locale in LOCALES:
        mine = [item for item in items if (item.locale or "pt-BR") == locale]
        for place, item in enumerate(mine):
            tasks.append(
                Task(
                    workspace=_NONE, channel=channel, locale=locale, objective=item.title, tone=None,
                    voice=sample.voice, sender=sample.name, known={}, tokens={"first_name": _TOKENS[locale]},
                    evidence=evidence(mine[place:] + mine[:place], ZoneInfo(sample.timezone)), angles=ANGLES,
                    seed=item.external_id, now=NOW.astimezone(ZoneInfo(sample.timezone)),
                )
            )  # fmt: skip
    return tasks


def evidence(items: Sequence[ContentInput], zone: ZoneInfo) -> list[Evidence]:
    """The first eight passages of those items, and the offers among them."""
    passages, offers = list[Evidence](), list[Evidence]()
    for item in items:
        about = {
            "item_kind": item.kind, "content_id": item.external_id, "version": 1, "title": item.title, "url": item.url,
            "image_url": item.image_url, "image_alt": item.image_alt, "valid_until": item.valid_until,
            "score": 1 / (1 + len(passages)),
        }  # fmt: skip
        for chunk in chunks(item.body)[: PASSAGES - len(passages)]:
            id_ = f"e{len(passages) + 1}"
            passages.append(
                Evidence.model_validate(
                    about | {"id": id_, "kind": "passage", "heading": chunk.heading, "text": chunk.text}
                )
            )
        if item.facts.items():
            text = offer_text(item.title, item.facts, item.valid_until, item.locale or "pt-BR", zone)
            offer = {"id": f"o{len(offers) + 1}", "kind": "offer", "text": text, "facts": item.facts}
            offers.append(Evidence.model_validate(about | offer))
        if len(passages) >= PASSAGES:
            break
    return passages + offers


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
