"""Long work that answers 202 and goes on by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

Status = Literal["queued", "running", "done", "failed"]


class Job(BaseModel):
    """A piece of work and how far it is: `progress` from 0 to 1. `parameters` and `result` name things by id only; of
    some kinds of work there is a `result` of what was done so far."""

    id: UUID
    workspace: UUID = Field(exclude=True)
    kind: str
    status: Status
    progress: float
    parameters: dict[str, Any]
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    created_at: datetime
    finished_at: datetime | None = None
