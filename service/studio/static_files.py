"""What pages load: style sheets, scripts and the font, all from here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


class Unkept(StaticFiles):
    """Files that a browser asks about before it uses them again: a new version of the service is seen at once."""

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
    app.mount("/studio/static/fonts", Unkept(directory=Path(package.origin).parent / "files"), name="studio-fonts")
    app.mount("/studio/static", Unkept(directory=FOLDER), name="studio-static")
