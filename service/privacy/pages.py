"""What a lead sees behind its signed link: its choices, and one click that ends messages (RFC 8058)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from service.auth import Wired
from service.errors import NotFound
from service.leads.models import COMMUNICATIONS
from service.privacy.choices import ONE_CLICK, PAGE, Choice, Notice, choices, chosen, stopped, unsubscribed
from service.privacy.forms import form_of
from service.privacy.recording import channel_of
from service.privacy.rendering import NOTICE_VERSION, WORDINGS, locale_of, page, stylesheet
from service.privacy.visits import Visitor, note, visitor_of
from service.types import Locale


class FriendlyRoute(APIRoute):
    """Tells people, and not programs, that a link is not good."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def friendly(request: Request) -> Response:
            try:
                return await answer(request)
            except NotFound:
                locale = locale_of(request.query_params.get("lang"), "pt-BR")
                return page("gone.html.j2", locale, 404, root=_root(request))

        return friendly


pages = APIRouter(include_in_schema=False, route_class=FriendlyRoute)

Language = Annotated[str | None, Query(alias="lang")]
Signal = Annotated[str | None, Header(alias="Sec-GPC")]


@pages.get("/p/style.css")
async def style() -> Response:
    """How the pages look."""
    return stylesheet()


@pages.get("/p/{token}")
async def preferences(
    token: str, request: Request, services: Wired, lang: Language = None, gpc: Signal = None
) -> Response:
    """What a lead allows now; changes nothing."""
    visitor = await visitor_of(services.database, services.signer, "preferences", token, services.clock())
    return _preferences(request, visitor, services.clock(), lang, gpc == "1")


@pages.post("/p/{token}")
async def choose(token: str, request: Request, services: Wired, lang: Language = None, gpc: Signal = None) -> Response:
    """Note what the lead chose, and show what holds then."""
    now, form = services.clock(), await form_of(request)
    notice = Notice(PAGE, NOTICE_VERSION, now)
    visitor = await visitor_of(services.database, services.signer, "preferences", token, now)
    if form.get("do") == ["stop"]:
        visitor = await note(services.database, visitor, lambda policy, held: stopped(policy, held, notice), now)
    else:
        wanted = form.get("allow", ())
        visitor = await note(
            services.database, visitor, lambda policy, held: chosen(policy, held, wanted, notice, gpc=gpc == "1"), now
        )
    return _preferences(request, visitor, now, lang, gpc == "1", saved=True)


@pages.get("/u/{token}")
async def ask(token: str, request: Request, services: Wired, lang: Language = None) -> Response:
    """Ask whether to unsubscribe. Scanners and previews follow links, so following one must change nothing."""
    visitor = await visitor_of(services.database, services.signer, "unsubscribe", token, services.clock())
    return _unsubscribe(request, visitor, lang, done=False)


@pages.post("/u/{token}")
async def unsubscribe(token: str, request: Request, services: Wired, lang: Language = None) -> Response:
    """Unsubscribe at once from the channel that the link is for, where the body says `List-Unsubscribe=One-Click`."""
    now, form = services.clock(), await form_of(request)
    notice = Notice(ONE_CLICK, NOTICE_VERSION, now)
    visitor = await visitor_of(services.database, services.signer, "unsubscribe", token, now)
    clicked = form.get("List-Unsubscribe") == ["One-Click"]
    if clicked:
        channel = visitor.channel
        await note(services.database, visitor, lambda policy, held: unsubscribed(policy, held, channel, notice), now)
    return _unsubscribe(request, visitor, lang, done=clicked)


def _preferences(
    request: Request, visitor: Visitor, now: Any, lang: str | None, gpc: bool, *, saved: bool = False
) -> HTMLResponse:
    locale = locale_of(lang, visitor.lead.locale)
    shown = choices(visitor.workspace.policy, visitor.lead.consents, now, gpc=gpc)
    items = [_shown(number, choice, locale) for number, choice in enumerate(shown)]
    messages = [item for item in items if item["purpose"].startswith(f"{COMMUNICATIONS}.")]
    return page(
        "preferences.html.j2", locale, root=_root(request), name=visitor.workspace.name, saved=saved,
        messages=messages, data=[item for item in items if item not in messages],
    )  # fmt: skip


def _shown(number: int, choice: Choice, locale: Locale) -> dict[str, Any]:
    words = WORDINGS[locale]
    own = words["channels"].get(channel_of(choice.purpose)) or words["purposes"].get(choice.purpose)
    return choice._asdict() | {"number": number, "label": choice.label or own or choice.purpose}


def _unsubscribe(request: Request, visitor: Visitor, lang: str | None, *, done: bool) -> HTMLResponse:
    locale = locale_of(lang, visitor.lead.locale)
    return page(
        "unsubscribe.html.j2", locale, root=_root(request), name=visitor.workspace.name, channel=visitor.channel,
        done=done,
    )  # fmt: skip


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))
