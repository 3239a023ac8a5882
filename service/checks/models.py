"""What a check reports."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

Severity = Literal["block", "warn"]


class Finding(BaseModel):
    """Something wrong in a field: `quote` is the offending text, `start` and `end` where it stands in the field."""

    code: str
    severity: Severity
    field: str
    start: int = 0
    end: int = 0
    quote: str = ""
    message: str
    fix: str | None = None
