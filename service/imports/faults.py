"""What pydantic found wrong, in words fit for a report."""

from __future__ import annotations

from pydantic import ValidationError

from service.imports.models import LineError


def faults_of(error: ValidationError, line: int, code: str) -> list[LineError]:
    """One error a fault, with a JSON pointer to it."""
    return [
        LineError(line, "".join(f"/{part}" for part in fault["loc"]), code, fault["msg"].removeprefix("Value error, "))
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
