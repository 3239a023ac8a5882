"""Whoever tries the studio of the sample shop."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from service.commands.api import Api
from service.errors import SobMedidaError

EMAIL, NAME = "ana@casa-jatoba.example", "Ana Prado"


@dataclass(frozen=True, slots=True)
class StudioUser:
    """How to sign in."""

    email: str
    password: str


async def studio_user(api: Api, folder: Path) -> StudioUser:
    """An admin, whose password is kept in the data folder so that it stays the same from start to start."""
    path = folder / "studio-password"
    if not path.is_file():
        path.touch(mode=0o600)
        path.write_text("-".join(secrets.token_hex(2) for _ in range(3)))
    found = StudioUser(EMAIL, path.read_text().strip())
    body = {"email": found.email, "name": NAME, "role": "admin", "password": found.password}
    try:
        await api.call("POST", "/v1/users", json=body)
    except SobMedidaError as error:
        if error.code != "user.exists":
            raise
    return found
