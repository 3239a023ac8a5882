"""What can be set of language models: which, how patiently, what is remembered, and how much they may cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import Field, SecretStr, model_validator

from service.section import Section


class ModelSettings(Section):
    """Which language model writes; none means the offline composer."""

    api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY", description="the endpoint's key")
    base_url: str | None = Field(
        None,
        alias="OPENAI_BASE_URL",
        pattern=r"^https?://",
        description="http(s)://host/v1 of an OpenAI-compatible endpoint",
    )
    model: str | None = Field(None, alias="OPENAI_MODEL", description="the model's name at that endpoint")
    timeout: float = Field(
        30.0, alias="SOBMEDIDA_MODEL_TIMEOUT", gt=0, le=600, description="seconds, more than 0 and at most 600"
    )
    attempts: int = Field(
        3, alias="SOBMEDIDA_MODEL_ATTEMPTS", ge=1, le=10, description="a whole number from 1 (no retries) to 10"
    )
    concurrency: int = Field(
        256, alias="SOBMEDIDA_MODEL_CONCURRENCY", ge=1, le=10_000, description="a whole number from 1 to 10000"
    )
    price_input: float = Field(
        0.0, alias="SOBMEDIDA_MODEL_PRICE_INPUT", ge=0, description="US dollars a million prompt tokens, 0 or more"
    )
    price_output: float = Field(
        0.0, alias="SOBMEDIDA_MODEL_PRICE_OUTPUT", ge=0, description="US dollars a million answer tokens, 0 or more"
    )

    breaker_failures: int = Field(
        10,
        alias="SOBMEDIDA_MODEL_BREAKER_FAILURES",
        ge=1,
        le=10_000,
        description="failed requests in a row after which the endpoint is left alone, from 1 to 10000",
    )
    breaker_pause: float = Field(
        15.0,
        alias="SOBMEDIDA_MODEL_BREAKER_PAUSE",
        gt=0,
        le=3600,
        description="seconds until it is asked again, at most 3600",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.base_url or self.api_key) and not self.model:
            given = "OPENAI_BASE_URL" if self.base_url else "OPENAI_API_KEY"
            raise ValueError(f"OPENAI_MODEL: is not set but {given} is; name the model to use")
        if self.model and not (self.base_url or self.api_key):
            raise ValueError("OPENAI_MODEL: is set but neither OPENAI_API_KEY nor OPENAI_BASE_URL is; set one of them")
        return self

    @property
    def configured(self) -> bool:
        """Whether a language model is named."""
        return self.model is not None


class FallbackSettings(Section):
    """Which other model is asked when the first one fails."""

    model: str | None = Field(
        None, alias="OPENAI_FALLBACK_MODEL", description="a model's name; needs OPENAI_MODEL; unset means none"
    )
    base_url: str | None = Field(
        None,
        alias="OPENAI_FALLBACK_BASE_URL",
        pattern=r"^https?://",
        description="http(s)://host/v1; unset means the first model's endpoint",
    )
    api_key: SecretStr | None = Field(
        None,
        alias="OPENAI_FALLBACK_API_KEY",
        description="its key; unset means the first model's, at the same endpoint only",
    )
    price_input: float | None = Field(
        None, alias="SOBMEDIDA_FALLBACK_PRICE_INPUT", ge=0, description="as for the model; unset means the same price"
    )
    price_output: float | None = Field(
        None, alias="SOBMEDIDA_FALLBACK_PRICE_OUTPUT", ge=0, description="as for the model; unset means the same price"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.base_url or self.api_key) and not self.model:
            given = "OPENAI_FALLBACK_BASE_URL" if self.base_url else "OPENAI_FALLBACK_API_KEY"
            raise ValueError(f"OPENAI_FALLBACK_MODEL: is not set but {given} is; name the model to fall back to")
        return self


class MemorySettings(Section):
    """Which of a model's answers are remembered, and for how long."""

    megabytes: int = Field(
        32,
        alias="SOBMEDIDA_MODEL_CACHE_MB",
        ge=0,
        le=65_536,
        description="megabytes, from 0 (remember nothing) to 65536",
    )
    seconds: float = Field(
        3600.0, alias="SOBMEDIDA_MODEL_CACHE_SECONDS", gt=0, le=604_800, description="seconds, at most 604800 (a week)"
    )


class SpendingSettings(Section):
    """How much each workspace may spend on models."""

    daily_budget: Decimal | None = Field(
        None,
        alias="SOBMEDIDA_DAILY_BUDGET",
        ge=0,
        le=Decimal(1_000_000),
        description="US dollars a workspace and day, where the workspace sets none itself; unset means no limit",
    )
