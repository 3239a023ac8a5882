"""A workspace in which drafts wait: of many campaigns and audiences, some with findings, some claimed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from service.checks.models import Finding
from service.content.models import Facts
from service.db.engine import Database
from service.db.tables import audiences, campaigns, variants
from service.generation.models import Brief, Evidence, Provenance, Variant
from service.variants.models import Place
from service.variants.store import NewVariant, insert_many

CAMPAIGNS, AUDIENCES = 20, 10
_TOPICS = ("Semana do café", "Volta às aulas", "Plantas em casa", "Dia das mães", "Inverno na cozinha")
_GROUPS = ("quem ama café", "clientes fiéis", "novos por aqui", "sem compras há meses", "clube da horta")
_COPY: tuple[tuple[str, dict[str, str | None]], ...] = (
    ("email", {
        "subject": "{{ first_name | cliente }}, o Kit Café Coado por R$ 170,10", "preheader": "Coador, jarra e filtros",
        "headline": "Um café melhor em casa", "cta": "Conhecer o kit", "cta_content_id": "kit",
        "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros de papel. Tudo chega em uma caixa só. " * 5,
    }),
    ("banner", {
        "headline": "Kit Café Coado", "body": "Coador de cerâmica e jarra de vidro por R$ 170,10.", "cta": "Ver o kit",
        "cta_content_id": "kit", "image_content_id": None, "alt": "",
    }),
    ("push", {"title": "{{ first_name | cliente }}, café coado", "body": "60 g de café por litro de água."}),
    ("whatsapp", {
        "header": "", "body": "Oi, {{ first_name | cliente }}! O Kit Café Coado custa R$ 170,10.", "footer": "",
        "button": "Ver o kit", "link_content_id": "kit",
    }),
)  # fmt: skip
_FOUND = [
    Finding.model_validate({"code": code, "severity": severity, "field": "body", "message": message})
    for code, severity, message in (
        ("claim.price", "block", "No source says R$ 170,10."),
        ("style.caps", "warn", "Words in capitals."),
        ("spam.words", "warn", "Words that filters know."),
    )
]


async def stock(database: Database, workspace: UUID, count: int, now: datetime, claimed_by: str) -> None:
    """Keep so many, every third of them with findings, and each twentieth at work in that person's hands."""
    chance = random.Random(7)  # noqa: S311 - the same drafts in each run
    slugs = [f"grupo-{number}" for number in range(AUDIENCES)]
    ids = [uuid4() for _ in range(CAMPAIGNS)]
    made = {"workspace_id": workspace, "created_at": now, "updated_at": now}
    campaign_rows = [
        {
            **made, "id": id_, "slug": f"campanha-{number}", "name": f"{_TOPICS[number % 5]} {number}", "brief": {},
            "channels": [name for name, _ in _COPY], "audiences": slugs, "locale": "pt-BR", "settings": {},
            "status": "live" if number % 4 == 0 else "draft", "version": 1,
        }
        for number, id_ in enumerate(ids)
    ]  # fmt: skip
    audience_rows = [
        {**made, "id": uuid4(), "slug": slug, "name": f"{_GROUPS[number % 5]} {number}".capitalize(),
         "condition": {"city": "Recife"}, "origin": "custom"}
        for number, slug in enumerate(slugs)
    ]  # fmt: skip
    async with database.write() as connection:
        await connection.execute(sa.insert(campaigns), campaign_rows)
        await connection.execute(sa.insert(audiences), audience_rows)
    drafts = list(_drafts(workspace, ids, [None, *slugs], count, now, chance))
    for start in range(0, count, 500):
        async with database.write() as connection:
            await insert_many(connection, drafts[start : start + 500])
    held = [one.variant.id for one in drafts if chance.random() < 0.05]
    async with database.write() as connection:
        values = {"claimed_by": claimed_by, "claimed_until": now + timedelta(days=1)}
        for start in range(0, len(held), 500):
            some = variants.c.id.in_(held[start : start + 500])
            await connection.execute(sa.update(variants).where(some).values(values))


def _drafts(
    workspace: UUID, ids: list[UUID], slugs: list[str | None], count: int, now: datetime, chance: random.Random
) -> Iterator[NewVariant]:
    evidence = _evidence(now)
    for _ in range(count):
        channel, fields = chance.choice(_COPY)
        provenance = Provenance(
            generator="composer", model=None, prompt="copy/v1", contract_version=1,
            created_at=now - timedelta(minutes=chance.randrange(10_000)),
        )  # fmt: skip
        findings = chance.sample(_FOUND, chance.randint(1, 3)) if chance.random() < 1 / 3 else []
        variant = Variant(
            id=uuid4(), angle="direct", channel=channel, locale="pt-BR", fields=dict[str, Any](fields), preview={},
            claims=[], findings=findings, evidence=evidence, provenance=provenance,
        )  # fmt: skip
        place = Place(chance.choice(ids), chance.choice(slugs))
        yield NewVariant(workspace, None, Brief(objective="Conhecer o kit"), {}, variant, place)


def _evidence(now: datetime) -> list[Evidence]:
    """As much of it as a generation brings along: eight passages."""
    text = "O filtro de papel molhado com água quente deixa a xícara mais limpa e o café mais doce. " * 5
    return [
        Evidence(
            id=f"e{number}", kind="passage", item_kind="article", content_id=f"artigo-{number}", version=1,
            title="Café coado em casa", text=text, score=0.9, facts=Facts(), valid_until=now + timedelta(days=9),
        )
        for number in range(8)
    ]  # fmt: skip
