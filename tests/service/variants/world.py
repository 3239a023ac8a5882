"""A workspace straight in the records: content, a contract, a lead, a live campaign, and copy that somebody approved.

No service is started, so a test takes a fraction of a second; the copy goes through the checks of generation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.chunking import chunks
from service.channels.registry import channel as channel_named
from service.checks.ledger import window
from service.checks.run import Copy, examine
from service.content.models import ContentInput
from service.content.store import ContentStore
from service.db import changes
from service.db.engine import Database
from service.db.tables import audiences, campaigns, leads, memberships, workspaces
from service.generation.models import Brief, Evidence, Provenance, Variant
from service.leads.contract import Contract, tokens
from service.leads.contract_store import ContractStore
from service.leads.models import Consent, LeadInput
from service.leads.store import LeadStore
from service.variants.history import HistoryStore
from service.variants.keeping import VariantKeeper
from service.variants.living import act
from service.variants.models import Entry, Place, StoredVariant
from service.variants.recheck import evidence_now
from service.variants.store import NewVariant, VariantStore, insert_many
from service.workspaces.store import WorkspaceStore
from tests.support import CONTRACT, NOW

AUDIENCE = "loyal"
RULES: dict[str, Any] = {**CONTRACT}
KIT: dict[str, Any] = {
    "external_id": "kit", "kind": "offer", "title": "Kit Café Coado", "locale": "pt-BR",
    "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros. A jarra leva 600 ml de café. Tudo em uma caixa.",
    "url": "https://casa.example/kit", "valid_until": NOW + timedelta(days=12),
    "facts": {"price": 170, "old_price": 200, "discount_percent": 15, "stock": 40, "currency": "BRL"},
}  # fmt: skip
GUIDE: dict[str, Any] = {
    "external_id": "guia", "kind": "article", "title": "Café em casa", "locale": "pt-BR",
    "body": "Use 60 g de café para cada litro de água. Molhe o filtro antes.", "url": "https://casa.example/guia",
}  # fmt: skip
PRICE = "O Kit Café Coado sai por R$ 170,00."
GRAMS = "São 60 g de café para cada litro de água."
PURPOSES = ("marketing.communications.push", "personalize.content.profiling")


@dataclass
class World:
    """One workspace, what happens to it, and its keeper, who is only at work when told to be."""

    database: Database
    id: UUID = field(default_factory=uuid4)
    campaign: UUID = field(default_factory=uuid4)
    now: datetime = NOW
    keeper: VariantKeeper = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = VariantKeeper(self.database, lambda: self.now)

    async def begin(self) -> None:
        """The workspace with its content, the lead `c-1` in the audience `loyal`, and the live campaign `coado`."""
        plain = {"slug": self.id.hex, "name": "Casa", "default_locale": "pt-BR", "timezone": "America/Sao_Paulo"}
        audience = uuid4()
        async with self.database.write() as connection:
            await connection.execute(sa.insert(workspaces).values(id=self.id, voice="", created_at=self.now, **plain))
            await ContractStore(connection, self.id).put(Contract(attributes=RULES), self.now)
            await self._put(connection, KIT, GUIDE)
            traits = {"firstName": "Helena", "categoria": "cafe", "clube": "raiz"}
            lead = LeadInput(external_id="c-1", traits=traits, consents=[consent(purpose) for purpose in PURPOSES])
            await LeadStore(connection, self.id).put(lead, self.now, default_locale="pt-BR")
            await connection.execute(
                sa.insert(audiences).values(
                    id=audience, workspace_id=self.id, slug=AUDIENCE, name="Fiéis", origin="user",
                    condition={"clube": "raiz"}, created_at=self.now, updated_at=self.now,
                )
            )  # fmt: skip
            member = await connection.scalar(sa.select(leads.c.id).where(leads.c.workspace_id == self.id))
            await connection.execute(
                sa.insert(memberships).values(
                    workspace_id=self.id, audience_id=audience, lead_id=member, since=self.now
                )
            )
            await connection.execute(
                sa.insert(campaigns).values(
                    id=self.campaign, workspace_id=self.id, slug="coado", name="coado", status="live", locale="pt-BR",
                    brief={"objective": "Convidar"}, channels=["push"], audiences=[AUDIENCE], settings={}, version=1,
                    created_at=self.now, updated_at=self.now,
                )
            )  # fmt: skip
            await changes.append(connection, self.id, "campaign", [self.campaign], self.now)

    async def put(self, *items: dict[str, Any]) -> None:
        """Content as it is from now on."""
        async with self.database.write() as connection:
            await self._put(connection, *items)

    async def edit(self, item: dict[str, Any], **changed: Any) -> None:
        """A content item with other values; facts are changed one by one."""
        facts = {**item.get("facts", {}), **changed.pop("facts", {})}
        await self.put({**item, **changed, "facts": facts})

    async def delete(self, external_id: str) -> None:
        """Take content out of use."""
        async with self.database.write() as connection:
            await ContentStore(connection, self.id).delete(external_id, self.now)

    async def contract(self, **uses: str) -> None:
        """The shop's contract with other uses for some attributes."""
        attributes = {name: {**value, "use": uses.get(name, value["use"])} for name, value in RULES.items()}
        async with self.database.write() as connection:
            await ContractStore(connection, self.id).put(Contract(attributes=attributes), self.now)

    async def terms(self, *banned: str) -> None:
        """What may not be said from now on."""
        async with self.database.write() as connection:
            mine = sa.update(workspaces).where(workspaces.c.id == self.id)
            await connection.execute(mine.values(terms={"banned": list(banned)}))
            await changes.append(connection, self.id, "rule", [self.id], self.now)

    async def consents(self, *given: Consent) -> None:
        """What the lead agrees to, or no longer does."""
        async with self.database.write() as connection:
            lead = LeadInput(external_id="c-1", traits={}, consents=list(given))
            await LeadStore(connection, self.id).put(lead, self.now, default_locale="pt-BR", merge=True)

    async def approve(
        self, body: str, *, audience: str | None = None, link: str | None = None, known: dict[str, Any] | None = None,
        lead: UUID | None = None,
    ) -> UUID | None:  # fmt: skip
        """A push message with that body, if it passes the checks by what the content says now; approved, and live."""
        channel = channel_named("push")
        fields = channel.fields.model_validate({"title": "Bom dia", "body": body, "link_content_id": link})
        async with self.database.write() as connection:
            contract = await ContractStore(connection, self.id).current()
            workspace = await WorkspaceStore(connection).by_id(self.id)
            sources = await ContentStore(connection, self.id).passages_of(["kit", "guia"])
            pieces = [
                Evidence(id=f"e{number}", kind="passage", item_kind="article", content_id=source.external_id,
                         version=source.version, title=source.title, text=source.text, score=0.9)
                for number, source in enumerate(sources, start=1)
            ]  # fmt: skip
            evidence = evidence_now(pieces, sources, self.now)
            copy = Copy(
                "push", "pt-BR", channel.texts(fields), evidence, tokens(contract, "pt-BR"), self.now,
                channel.references(fields), "Casa\nConvidar", uses=contract.uses, terms=workspace.terms,
            )  # fmt: skip
            found = examine(copy)
            if any(finding.severity == "block" for finding in found.findings):
                return None
            begins, ends = window(found.claims)
            made = Provenance(
                generator="composer", model=None, prompt="", contract_version=contract.version, created_at=self.now
            )
            variant = Variant(
                id=uuid4(), angle="benefit", channel="push", locale="pt-BR", fields=fields.model_dump(), preview={},
                claims=found.claims, findings=found.findings, evidence=evidence, provenance=made, true_from=begins,
                true_until=ends,
            )  # fmt: skip
            place = Place(self.campaign, audience) if lead is None else None
            told = known or {"select": {}, "imply": {}, "one_lead": lead is not None}
            new = NewVariant(self.id, lead, Brief(objective="Convidar"), told, variant, place, "composer")
            await insert_many(connection, [new])
            stored = await VariantStore(connection, self.id).get(variant.id)
            await act(connection, self.id, stored, "approve", "ana", self.now)
        return variant.id

    async def variant(self, id_: UUID) -> StoredVariant:
        """A variant as it is."""
        async with self.database.read() as connection:
            return await VariantStore(connection, self.id).get(id_)

    async def entries(self, id_: UUID) -> list[Entry]:
        """What was done to it."""
        async with self.database.read() as connection:
            return await HistoryStore(connection, self.id).entries(id_)

    async def _put(self, connection: AsyncConnection, *items: dict[str, Any]) -> None:
        found = [ContentInput.model_validate(item) for item in items]
        store = ContentStore(connection, self.id)
        await store.put_many(found, self.now, default_locale="pt-BR", chunker=chunks)


def consent(purpose: str, status: str = "granted", at: datetime = NOW) -> Consent:
    """One row of the ledger."""
    given = {"purpose": purpose, "channel": "*", "basis": "consent", "status": status, "source": "site"}
    return Consent.model_validate({**given, "collected_at": at})
