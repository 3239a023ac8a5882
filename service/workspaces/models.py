"""Tenants and the keys that open them."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID

from service.checks.models import Terms
from service.errors import Invalid
from service.privacy.policy import Policy
from service.types import Locale

Scope = Literal["ingest", "generate", "serve", "review", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_KEY = re.compile(r"smk_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{32,})")


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


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: which workspace, with what scopes, and under what name in histories."""

    workspace: Workspace
    scopes: frozenset[Scope]
    name: str = "local"

    def may(self, scope: Scope) -> bool:
        """Whether the key has that scope; `admin` has them all."""
        return scope in self.scopes or "admin" in self.scopes


def check_slug(slug: str) -> str:
    """A workspace's name in commands and logs: lower-case letters, digits and dashes, at most 63."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(f"The workspace {slug!r} is not a name: use 1 to 63 lower-case letters, digits and dashes.")
    return slug


def new_secret() -> tuple[str, str]:
    """A new key and its prefix. The prefix finds the row; 256 random bits need no slow hash."""
    prefix = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(8))
    return f"smk_{prefix}_{secrets.token_urlsafe(32)}", prefix


def prefix_of(secret: str) -> str | None:
    """The prefix of a well-formed key, None for anything else."""
    match = _KEY.fullmatch(secret)
    return match[1] if match else None


def hash_of(secret: str) -> str:
    """What is stored of a key: SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()
