"""What can be set from outside: one small class a concern, read from the environment or a `.env` file.

The description of each field says what is allowed; it is what a user reads when a value is wrong, and what
`docs/configuration.md` is checked against.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo

from retrieval.chunking import WORDS
from retrieval.tuning import PASSAGES, Tuning, read_weights
from service.errors import Fault, SettingError
from service.generation.settings import FallbackSettings, MemorySettings, ModelSettings, SpendingSettings
from service.section import Section
from service.users.settings import OpenIdSettings, StudioSettings


class StorageSettings(Section):
    """Where records and the embedded index live."""

    data_dir: Path = Field(Path("data"), alias="SOBMEDIDA_DATA_DIR", description="a folder that can be written to")
    database_url: SecretStr | None = Field(
        None,
        alias="DATABASE_URL",
        description="postgresql://user:password@host/name or sqlite:///path; unset means SQLite in the data folder",
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgres://", "sqlite:///")):
            raise ValueError("not a database we know")
        return value


class IndexSettings(Section):
    """Which vector index: Qdrant Edge in the data folder, or a Qdrant server."""

    qdrant_url: str | None = Field(
        None,
        alias="QDRANT_URL",
        pattern=r"^https?://",
        description="http://host:6333 or https://...; unset means embedded",
    )
    qdrant_api_key: SecretStr | None = Field(
        None, alias="QDRANT_API_KEY", description="the server's key; needs QDRANT_URL"
    )

    @model_validator(mode="after")
    def _key_needs_server(self) -> Self:
        if self.qdrant_api_key and not self.qdrant_url:
            raise ValueError("QDRANT_API_KEY: is set but QDRANT_URL is not; set both or neither")
        return self


class EmbeddingSettings(Section):
    """Which model turns text into vectors."""

    model: str = Field(
        "bundled",
        alias="SOBMEDIDA_EMBEDDING_MODEL",
        min_length=1,
        description="`bundled` (all-MiniLM-L6-v2), a folder, or any sentence-transformers model name",
    )
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", alias="SOBMEDIDA_EMBEDDING_DTYPE", description="auto, float32 or bfloat16"
    )


class RetrievalSettings(Section):
    """How content is cut and searched; `sobmedida eval calibrate` finds what fits yours."""

    dense_weights: str | None = Field(
        None,
        alias="SOBMEDIDA_DENSE_WEIGHTS",
        description="what meaning counts beside words, from 0 to 10 for each of pt, en and es, such as `pt=0.5,en=1`; "
        "`pt@model=0.5` is for that embedding model only; unset means what we measured",
    )
    passage_words: int = Field(
        WORDS,
        alias="SOBMEDIDA_PASSAGE_WORDS",
        ge=30,
        le=300,
        description="words of a passage at most, from 30 to 300; after a change, run `sobmedida reindex`",
    )
    passages: int = Field(
        PASSAGES,
        alias="SOBMEDIDA_PASSAGES",
        ge=1,
        le=20,
        description="how many passages a writer is given at most, from 1 to 20",
    )

    @field_validator("dense_weights")
    @classmethod
    def _weights(cls, value: str | None) -> str | None:
        read_weights(value or "")
        return value

    @property
    def tuning(self) -> Tuning:
        """The same as retrieval takes it."""
        return Tuning(dense_weights=self.dense_weights or "", passage_words=self.passage_words, passages=self.passages)


class ServerSettings(Section):
    """How the HTTP service runs."""

    host: str = Field(
        "127.0.0.1", alias="SOBMEDIDA_HOST", min_length=1, description="a host name or address to listen on"
    )
    port: int = Field(8000, alias="SOBMEDIDA_PORT", ge=1, le=65535, description="a whole number from 1 to 65535")
    workers: int = Field(
        1,
        alias="SOBMEDIDA_WORKERS",
        ge=1,
        le=64,
        description="a whole number from 1 to 64; more than 1 needs QDRANT_URL",
    )
    max_body_mb: int = Field(
        512, alias="SOBMEDIDA_MAX_BODY_MB", ge=1, le=10_240, description="megabytes of one import, from 1 to 10240"
    )
    local_token: SecretStr | None = Field(
        None,
        alias="SOBMEDIDA_LOCAL_TOKEN",
        min_length=32,
        description="at least 32 characters; unset means a new one at each start",
    )


class SecretSettings(Section):
    """What links and receipts are signed with."""

    key: SecretStr | None = Field(
        None,
        alias="SOBMEDIDA_SECRET_KEY",
        min_length=32,
        description="at least 32 characters, the same for all processes; unset means one kept in the data folder",
    )


class DecisionSettings(Section):
    """How decisions are kept."""

    sync: Literal["os", "disk"] = Field(
        "os",
        alias="SOBMEDIDA_DECISION_LOG_SYNC",
        description="os (outlives the process) or disk (outlives a power cut; each answer waits for the disk)",
    )


class WebhookSettings(Section):
    """Where webhooks out may go."""

    loopback: bool = Field(
        False,
        alias="SOBMEDIDA_WEBHOOKS_LOOPBACK",
        description="true or false; true lets webhooks go to this machine over http, for development",
    )


class MailSettings(Section):
    """The mail server through which writers send themselves tests; none means that no tests are sent."""

    host: str | None = Field(None, alias="SOBMEDIDA_SMTP_HOST", description="a host name or address; needs a sender")
    port: int = Field(587, alias="SOBMEDIDA_SMTP_PORT", ge=1, le=65535, description="a whole number from 1 to 65535")
    user: str | None = Field(None, alias="SOBMEDIDA_SMTP_USER", description="the user, where the server wants one")
    password: SecretStr | None = Field(None, alias="SOBMEDIDA_SMTP_PASSWORD", description="the user's password")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", alias="SOBMEDIDA_SMTP_SECURITY", description="starttls (port 587), tls (port 465) or none"
    )
    sender: str | None = Field(
        None,
        alias="SOBMEDIDA_SMTP_FROM",
        pattern=r"^[^@\s<>]+@[^@\s<>]+$",
        description="the address that tests come from, such as studio@example.com",
    )
    anyone: bool = Field(
        False,
        alias="SOBMEDIDA_SMTP_ANYONE",
        description="true or false; true lets tests go to any address and not only to users of the workspace",
    )

    @model_validator(mode="after")
    def _sender_with_host(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("SOBMEDIDA_SMTP_FROM: is not set but SOBMEDIDA_SMTP_HOST is; set both or neither")
        return self


class LogSettings(Section):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", alias="SOBMEDIDA_LOG_LEVEL", description="debug, info, warning or error"
    )
    format: Literal["auto", "console", "json"] = Field(
        "auto", alias="SOBMEDIDA_LOG_FORMAT", description="auto (console on a terminal, else json), console or json"
    )


SECTIONS: tuple[type[Section], ...] = (
    StorageSettings, IndexSettings, EmbeddingSettings, RetrievalSettings, ModelSettings, FallbackSettings,
    MemorySettings, SpendingSettings, ServerSettings, SecretSettings, DecisionSettings, WebhookSettings, StudioSettings,
    OpenIdSettings, MailSettings, LogSettings,
)  # fmt: skip


class Settings:
    """All sections, read once. Raises `SettingError` naming every variable that is wrong."""

    def __init__(self) -> None:
        faults: list[Fault] = []
        for name, section in (
            ("storage", StorageSettings), ("index", IndexSettings), ("embedding", EmbeddingSettings),
            ("retrieval", RetrievalSettings), ("model", ModelSettings), ("fallback", FallbackSettings),
            ("memory", MemorySettings), ("spending", SpendingSettings), ("server", ServerSettings),
            ("secret", SecretSettings), ("decisions", DecisionSettings), ("webhooks", WebhookSettings),
            ("studio", StudioSettings), ("openid", OpenIdSettings), ("mail", MailSettings), ("log", LogSettings),
        ):  # fmt: skip
            try:
                setattr(self, name, section())
            except ValidationError as error:
                faults += _faults(section, error)
        if not faults and self.server.workers > 1 and not self.index.qdrant_url:
            faults.append(
                Fault(
                    "SOBMEDIDA_WORKERS",
                    f"read {self.server.workers}, but the embedded index belongs to one process; "
                    "set QDRANT_URL for several workers",
                )
            )
        if not faults and self.fallback.model and not self.model.model:
            faults.append(Fault("OPENAI_FALLBACK_MODEL", "is set but OPENAI_MODEL is not; name the model to ask first"))
        if faults:
            lines = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults)
            raise SettingError(lines, faults=faults)

    storage: StorageSettings
    index: IndexSettings
    embedding: EmbeddingSettings
    retrieval: RetrievalSettings
    model: ModelSettings
    fallback: FallbackSettings
    memory: MemorySettings
    spending: SpendingSettings
    server: ServerSettings
    secret: SecretSettings
    decisions: DecisionSettings
    webhooks: WebhookSettings
    mail: MailSettings
    studio: StudioSettings
    openid: OpenIdSettings
    log: LogSettings

    @cached_property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the records, SQLite in the data folder unless DATABASE_URL says otherwise."""
        given = self.storage.database_url
        if given is None:
            return f"sqlite+aiosqlite:///{(self.storage.data_dir / 'sobmedida.db').absolute()}"
        url = given.get_secret_value()
        scheme, rest = url.split("://", 1)
        return f"{'sqlite+aiosqlite' if scheme == 'sqlite' else 'postgresql+psycopg'}://{rest}"


def _faults(section: type[Section], error: ValidationError) -> list[Fault]:
    faults = []
    for item in error.errors():
        if not item["loc"]:
            variable, _, detail = item["msg"].removeprefix("Value error, ").partition(": ")
            faults.append(Fault(variable, detail))
            continue
        variable = str(item["loc"][0])
        field = _field_of(section, variable)
        read = "a value that is kept secret" if "Secret" in str(field.annotation) else repr(item["input"])
        faults.append(Fault(variable, f"read {read}; allowed: {field.description}"))
    return faults


def _field_of(section: type[Section], variable: str) -> FieldInfo:
    return next(field for name, field in section.model_fields.items() if variable in (name, field.alias))
