"""What every class of settings is: one concern, read from the environment or a `.env` file."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class Section(BaseSettings):
    """Settings of one concern; each field has its variable as alias, and says in its description what is allowed."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, populate_by_name=True)
