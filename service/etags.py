"""Optimistic locking: the version of what was read, in a header."""

from __future__ import annotations

import re

from service.errors import PreconditionFailed


def etag_of(version: int | str) -> str:
    """That version as an `ETag`."""
    return f'"{version}"'


def check_match(if_match: str | None, version: int | str, code: str) -> None:
    """Raises `PreconditionFailed` where `If-Match` names other versions only; without it nobody is checked."""
    if if_match is None or if_match.strip() == "*":
        return
    if str(version) not in re.findall(r'"([^"]*)"', if_match):
        raise PreconditionFailed(
            f"It has changed since it was read: it is version {version} by now. Read it again, and change that.",
            code=code,
        )
