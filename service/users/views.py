"""Users and sessions as the API takes and shows them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from service.leads.models import CleanText
from service.leads.wordings import one_line, stripped
from service.types import Locale
from service.users.models import Role, Session, User
from service.users.passwords import LONGEST

_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or len(value) > 254:
        raise ValueError("is no e-mail address")
    return value.lower()


Address = Annotated[CleanText, BeforeValidator(stripped), AfterValidator(_address)]
Name = Annotated[CleanText, BeforeValidator(stripped), Field(min_length=1, max_length=200), AfterValidator(one_line)]
Password = Annotated[str, Field(max_length=LONGEST)]


class NewUser(BaseModel):
    """Somebody to add. Without a `password` they set one through the invitation that the answer has."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"email": "ana@loja.example", "name": "Ana Prado", "role": "writer"}]},
    )

    email: Address
    name: Name
    role: Role = "writer"
    locale: Locale | None = None
    password: Password | None = None


class UserPatch(BaseModel):
    """What is given changes. `disabled` keeps somebody out and ends their sessions; their work stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    role: Role | None = None
    locale: Locale | None = None
    disabled: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        for name in self.model_fields_set - {"locale"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null; leave it out to keep it as it is")
        return self


class MePatch(BaseModel):
    """What somebody changes of themselves: the language, and the password, with the present one."""

    model_config = ConfigDict(extra="forbid")

    locale: Locale | None = None
    password: Password | None = None
    present: Password | None = Field(default=None, description="The password so far; needed where there is one.")


class UserView(BaseModel):
    """A user, never the password."""

    model_config = ConfigDict(from_attributes=True)

    email: str
    name: str
    role: Role
    locale: Locale | None
    created_at: datetime
    disabled_at: datetime | None
    password: bool
    openid: bool

    @classmethod
    def of(cls, user: User) -> Self:
        """That user."""
        return cls(
            email=user.email, name=user.name, role=user.role, locale=user.locale, created_at=user.created_at,
            disabled_at=user.disabled_at, password=user.password_hash is not None, openid=user.subject is not None,
        )  # fmt: skip


class Invitation(BaseModel):
    """A link with which somebody sets their password, once."""

    url: str
    expires_at: datetime


class UserAdded(UserView):
    """With an invitation, unless a password was given."""

    invitation: Invitation | None = None


class UserList(BaseModel):
    """Everybody of a workspace."""

    items: list[UserView]


class SessionView(BaseModel):
    """A browser in which somebody is signed in; `here` says that it is this one."""

    id: UUID
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    here: bool

    @classmethod
    def of(cls, session: Session, here: UUID) -> Self:
        """That session, as whoever is in session `here` sees it."""
        return cls(
            id=session.id, agent=session.agent, created_at=session.created_at, seen_at=session.seen_at,
            expires_at=session.expires_at, here=session.id == here,
        )  # fmt: skip


class SessionList(BaseModel):
    """The last used first."""

    items: list[SessionView]
