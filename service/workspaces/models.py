"""Tenants and the keys that open them."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hmac import compare_digest
from typing import Literal, get_args
from uuid import UUID

from service.checks.models import Terms
from service.delivery.policy import DeliveryPolicy
from service.errors import Fault, Invalid
from service.privacy.policy import Policy
from service.review.policy import ReviewPolicy
from service.types import Locale
from service.workspaces.style import Rules, Style

Scope = Literal["read", "ingest", "generate", "serve", "write", "review", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
IMPLIED: Mapping[Scope, Scope] = {"ingest": "read", "review": "write"}
"""Whoever may put leads in may see them, and whoever may approve copy may write it."""

KeyKind = Literal["secret", "publishable", "campaign"]
"""`secret`: for servers, what its scopes allow. `publishable`: for pages of its origins, placements only. `campaign`:
for one campaign's copy only, in an address that an e-mail platform asks."""

MARKS: Mapping[KeyKind, str] = {"secret": "smk", "publishable": "smp", "campaign": "smc"}

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"
_SLUG = re.compile(SLUG)
_KEY = re.compile(r"(?:smk|smp|smc)_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{32,})")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant; `voice` says in a few sentences how it writes.

    `daily_budget` is in US dollars for language models, None for no limit. An audience of fewer leads than
    `smallest_audience` passes few attributes, since all of a person's traits together name the person.
    """

    id: UUID
    slug: str
    name: str
    default_locale: Locale
    timezone: str
    voice: str
    terms: Terms = field(default_factory=Terms)
    daily_budget: Decimal | None = None
    smallest_audience: int = 5
    policy: Policy = field(default_factory=Policy)
    review: ReviewPolicy = field(default_factory=ReviewPolicy)
    delivery: DeliveryPolicy = field(default_factory=DeliveryPolicy)
    style: Style = field(default_factory=Style)

    @property
    def rules(self) -> Rules:
        """What checks of copy go by: the terms, with how the brand speaks."""
        terms = self.terms
        return Rules.model_construct(
            banned=terms.banned, required=terms.required, companions=terms.companions, style=self.style
        )


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: never the secret itself."""

    id: UUID
    workspace: UUID
    prefix: str
    name: str
    scopes: Sequence[Scope]
    created_at: datetime
    revoked_at: datetime | None
    kind: KeyKind = "secret"
    origins: Sequence[str] = ()
    campaign: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActiveKey:
    """A key that was not revoked, as far as opening something goes: what serving keeps in memory of each."""

    prefix: str
    secret_hash: str
    workspace: UUID
    name: str
    kind: KeyKind
    scopes: frozenset[Scope]
    origins: frozenset[str]
    campaign: str | None
    expires_at: datetime | None

    def opened_by(self, secret: str) -> bool:
        """Whether that is the key's secret."""
        return compare_digest(self.secret_hash, hash_of(secret))

    def expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now

    def may_copy(self, campaign: str) -> bool:
        """Whether it may ask for that campaign's copy."""
        return self._serves or (self.kind == "campaign" and self.campaign == campaign)

    def may_place(self, origin: str | None) -> bool:
        """Whether a page of that origin may ask for placements with it; None where a server asks."""
        return self._serves or (self.kind == "publishable" and origin in self.origins)

    @property
    def _serves(self) -> bool:
        return self.kind == "secret" and not self.scopes.isdisjoint(("serve", "admin"))


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: which workspace, with what scopes, and under what name in histories."""

    workspace: Workspace
    scopes: frozenset[Scope]
    name: str = "local"

    def may(self, scope: Scope) -> bool:
        """Whether the key has that scope, by itself or with another; `admin` has them all."""
        return "admin" in self.scopes or any(scope in (held, IMPLIED.get(held)) for held in self.scopes)


def check_slug(slug: str) -> str:
    """A workspace's name in commands and logs: lower-case letters, digits and dashes, at most 63."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(f"The workspace {slug!r} is not a name: use 1 to 63 lower-case letters, digits and dashes.")
    return slug


def checked_key(kind: KeyKind, scopes: Sequence[Scope], origins: Sequence[str], campaign: str | None) -> None:
    """Raises `Invalid` for a key that would open nothing, or be bound to what its kind does not look at."""
    if kind == "secret" and not scopes:
        raise Invalid("A secret key needs a scope.", code="key.kind", faults=[Fault("/scopes", "name at least one")])
    if kind != "secret" and scopes:
        detail = f"a {kind} key has none: its kind says what it may"
        raise Invalid(f"Leave the scopes out; {detail}.", code="key.kind", faults=[Fault("/scopes", detail)])
    for name, given, wanted in (("origins", bool(origins), "publishable"), ("campaign", bool(campaign), "campaign")):
        if given != (kind == wanted):
            detail = f"a {kind} key needs it" if kind == wanted else f"only a {wanted} key is bound to it"
            raise Invalid(f"{name}: {detail}.", code="key.kind", faults=[Fault(f"/{name}", detail)])


def new_secret(kind: KeyKind = "secret") -> tuple[str, str]:
    """A new key and its prefix. The prefix finds the row; 256 random bits need no slow hash."""
    prefix = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(8))
    return f"{MARKS[kind]}_{prefix}_{secrets.token_urlsafe(32)}", prefix


def prefix_of(secret: str) -> str | None:
    """The prefix of a well-formed key of any kind, None for anything else."""
    match = _KEY.fullmatch(secret)
    return match[1] if match else None


def hash_of(secret: str) -> str:
    """What is stored of a key: SHA-256, in hex, its mark included, so that none passes for one of another kind."""
    return hashlib.sha256(secret.encode()).hexdigest()
