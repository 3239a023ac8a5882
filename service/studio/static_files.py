"""What pages load: style sheets, scripts and the font, all from here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"


class Unkept(StaticFiles):
    """Files that a browser asks about before it uses them again: a new version of the service is seen at once.

    To log lines and figures all files at an address are one route.
    """

    def __init__(self, address: str, folder: Path) -> None:
        super().__init__(directory=folder)
        self._route = Mount(address, self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a file."""
        scope["route"] = self._route
        await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that it has not changed."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def mount(app: FastAPI) -> None:
    """Serve them. Source Sans Pro (SIL Open Font License) comes with its package."""
    package = find_spec("font_source_sans_pro")
    if package is None or package.origin is None:
        raise RuntimeError("the package font-source-sans-pro is not installed")
    fonts = Path(package.origin).parent / "files"
    for address, folder in (("/studio/static/fonts", fonts), ("/studio/static", FOLDER)):
        app.mount(address, Unkept(address, folder))
