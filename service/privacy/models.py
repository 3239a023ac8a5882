"""Consents as they are appended and shown, and the receipt of an erasure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from service.leads.models import Basis, Channel, CleanText, Consent, ConsentStatus, ExternalId


class ConsentBody(BaseModel):
    """A row for the ledger. `channel` is that of the purpose unless given, `collected_at` is now unless given."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "purpose": "marketing.communications.email",
                    "basis": "consent",
                    "status": "revoked",
                    "source": "call centre",
                    "proof": "ticket 4711",
                }
            ]
        },
    )

    purpose: Annotated[CleanText, Field(min_length=1, max_length=100)]
    channel: Channel | Literal["*"] | None = None
    basis: Basis
    status: ConsentStatus = "granted"
    source: Annotated[CleanText, Field(min_length=1, max_length=200)]
    collected_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    notice_version: Annotated[CleanText, Field(max_length=100)] | None = None
    proof: Annotated[CleanText, Field(max_length=10_000)] | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.expires_at and self.collected_at and self.expires_at <= self.collected_at:
            raise ValueError("expires_at must be after collected_at")
        return self


class Row(Consent):
    """A row of the ledger; `rules` where no newer row of its purpose and channel is there."""

    rules: bool


class ConsentLedger(BaseModel):
    """Everything a lead ever agreed to or refused, newest first, and what holds of it now."""

    items: list[Row]
    ruling: list[Consent]


Stage = Literal["queued", "done", "left_to_the_server"]


class Receipt(BaseModel):
    """Proof that a lead was erased, without the lead.

    `subject` is a keyed fingerprint of its external id: only this service can tell whether it is somebody's. `erased`
    counts what was there. `records` and `index` are `done` where no file of ours holds anything of it any more,
    `queued` where that is under way, and `left_to_the_server` where a database or vector server cleans up in its own
    time.
    """

    model_config = ConfigDict(extra="forbid")

    id: UUID
    workspace: str
    at: datetime
    subject: str
    erased: dict[str, int]
    records: Stage
    index: Stage
    public_key: str
    signature: str


class ReceiptPage(BaseModel):
    """Receipts, newest first."""

    items: list[Receipt]


class Verification(BaseModel):
    """What to check: a receipt as it was given out and, to see whether it is about them, somebody's external id."""

    model_config = ConfigDict(extra="forbid")

    receipt: dict[str, Any]
    external_id: ExternalId | None = None


class Verdict(BaseModel):
    """`valid`: signed by us, for this workspace, exactly so. `matches`: about that external id, null without one."""

    valid: bool
    matches: bool | None


class PreferenceLink(BaseModel):
    """Where a lead sees and changes what it allowed, and the headers that give an e-mail its unsubscribe button."""

    url: str
    unsubscribe_url: str
    headers: dict[str, str]
    expires_at: datetime


class Due(BaseModel):
    """How much is older than the workspace keeps it."""

    events: int
    anonymous_events: int
    drafts: int
    jobs: int
    decisions: int
