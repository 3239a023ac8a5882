"""listmonk's messenger form: it posts each message of a campaign here, and is told each recipient's copy.

listmonk itself reads nothing of the answer but its status. Whoever sends (a small forwarder that listmonk posts to, and
that posts here) takes the copy from it. Nothing is sent from here.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from service.auth import Wired
from service.delivery.desk import Answer
from service.delivery.doors import Door, token_of
from service.delivery.models import Ask
from service.errors import Forbidden, NotFound, Unauthorized
from service.wiring import Services

router = APIRouter(prefix="/v1/messenger", tags=["delivery"])

MOST_RECIPIENTS = 500
TAG = "sobmedida:"


class MessengerRecipient(BaseModel):
    """A subscriber of listmonk's; found here by the id in its `attribs`, else by its e-mail address."""

    uuid: str = Field(default="", max_length=64)
    email: str = Field(max_length=320)
    attribs: dict[str, Any] = Field(default_factory=dict)


class MessengerCampaign(BaseModel):
    """listmonk's campaign. A tag `sobmedida:slug` names ours; without one its name is our slug."""

    uuid: str = Field(default="", max_length=64)
    name: str = Field(default="", max_length=500)
    tags: list[Annotated[str, Field(max_length=200)]] | None = None


class MessengerInput(BaseModel):
    """What listmonk posts. `subject` and `body` are listmonk's own, for which our copy stands."""

    subject: str = ""
    body: str = ""
    content_type: Literal["html", "plain", "markdown", "richtext", "visual"] = "html"
    recipients: list[MessengerRecipient] = Field(min_length=1, max_length=MOST_RECIPIENTS)
    campaign: MessengerCampaign


class Message(BaseModel):
    """One recipient's copy; `send` is false where nothing is to be sent, and `reason` says why. `body` is HTML or text,
    as asked for by `content_type`."""

    uuid: str
    email: str
    send: bool
    reason: str | None
    variant_id: str | None
    decision_id: str | None
    subject: str = ""
    body: str = ""


class MessengerAnswer(BaseModel):
    """The messages, in the order of the recipients."""

    campaign: str
    messages: list[Message]


@router.post("/listmonk", summary="Copy for the recipients of a listmonk message")
async def listmonk(body: MessengerInput, request: Request, services: Wired) -> MessengerAnswer:
    """With the key as the password of the messenger's user, or as a bearer token. 404 for a campaign that there is not,
    so that listmonk pauses instead of sending nothing."""
    slug = _slug(body.campaign)
    door = services.doors.open(_key(request.headers.get("authorization")))
    if not door.may_copy(slug):
        raise Forbidden("This needs a key with the scope `serve`, or the campaign's own query token.")
    answers = await asyncio.gather(*(_answer(services, door, slug, body, one) for one in body.recipients))
    if all(answer is None for answer in answers) and services.shelf.begun:
        raise NotFound(f"There is no campaign {slug[:63]!r} in this workspace.", code="campaign.unknown")
    output = "html" if body.content_type != "plain" else "text"
    messages = [_message(one, answer, output) for one, answer in zip(body.recipients, answers, strict=True)]
    return MessengerAnswer(campaign=slug, messages=messages)


async def _answer(
    services: Services, door: Door, slug: str, body: MessengerInput, recipient: MessengerRecipient
) -> Answer | None:
    """Our answer for one recipient; the campaign of listmonk is the delivery."""
    named = recipient.attribs.get("external_id")
    who = named if isinstance(named, str) and named else recipient.email
    return await services.desk.answer(
        door.workspace, (slug,), Ask("email", None, body.campaign.uuid or None, who[:320])
    )


def _message(recipient: MessengerRecipient, answer: Answer | None, output: str) -> Message:
    candidate = answer.choice.candidate if answer else None
    outputs: Mapping[str, str] = answer.outputs if answer else {}
    return Message(
        uuid=recipient.uuid, email=recipient.email, send=candidate is not None,
        reason=answer.choice.reason if answer else "starting",
        variant_id=str(candidate.variant) if candidate else None,
        decision_id=str(answer.decision) if answer else None,
        subject=outputs.get("subject", ""), body=outputs.get(output, ""),
    )  # fmt: skip


def _slug(campaign: MessengerCampaign) -> str:
    tags: Sequence[str] = campaign.tags or ()
    return next((tag.removeprefix(TAG) for tag in tags if tag.startswith(TAG)), campaign.name)


def _key(authorization: str | None) -> str | None:
    """The key as a bearer token, or as the password of Basic authentication, which is what listmonk sends."""
    scheme, _, told = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return token_of(authorization)
    try:
        return b64decode(told, validate=True).decode().partition(":")[2]
    except ValueError:
        raise Unauthorized("The Authorization header is not Basic authentication.") from None
