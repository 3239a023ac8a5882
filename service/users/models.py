"""Who works in the studio, and what each role may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from service.types import Locale
from service.workspaces.models import Principal, Scope, Workspace

Role = Literal["writer", "approver", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

SCOPES_OF: Mapping[Role, frozenset[Scope]] = {
    "writer": frozenset(("read", "generate", "write")),
    "approver": frozenset(("read", "generate", "write", "review")),
    "admin": frozenset(("admin",)),
}
"""A role is a name for scopes, so that people and keys pass the same doors."""

LASTS = timedelta(days=14)
RESTS = timedelta(hours=12)
"""A session is over after two weeks, and after half a day in which nobody used it."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of a workspace. `subject` is how an OpenID provider names them; without a `password_hash` they can sign
    in only through it."""

    id: UUID
    workspace: UUID
    email: str
    name: str
    role: Role
    password_hash: str | None
    subject: str | None
    locale: Locale | None
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody signed in; never its secret. `agent` is what the browser calls itself."""

    id: UUID
    user: UUID
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    def over(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return now >= self.expires_at or now - self.seen_at >= RESTS


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody at work: who, where, and in which session."""

    user: User
    session: Session
    workspace: Workspace

    @property
    def principal(self) -> Principal:
        """The same as whoever calls the API: what they may do, and under what name it is remembered."""
        return Principal(self.workspace, SCOPES_OF[self.user.role], self.user.email)
