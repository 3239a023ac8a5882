"""Segment's calls to events: one message of its HTTP API at a time, in the form that its client libraries send."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from service.events.context import by_robot, kept, without_query
from service.events.models import Event, EventType, Incoming, Who
from service.events.said import Said, said_by, usable
from service.events.shape import Misshapen, check_shape
from service.events.times import occurred
from service.imports.languages import language
from service.leads.models import no_control_characters

EVENT_LIMIT = 32 << 10
_ID_LIMIT = 200
_MESSAGE_ID_LIMIT = 100
_NAME_LIMIT = 200
_ADDRESSES = ("url", "referrer")

Message = dict[str, Any]


class Unusable(Exception):
    """A message that is left out: where in it something is wrong, and what."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail


class Read(NamedTuple):
    """An event and what of its message could not be used."""

    incoming: Incoming
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a request says of all its messages: when it was sent by the sender's clock and received by ours, whether the
    browser asked for privacy (`Sec-GPC`), and a context for messages that lack one."""

    received_at: datetime
    sent_at: object = None
    gpc: bool = False
    context: Mapping[str, Any] | None = None


def read(message: object, envelope: Envelope, place: int = 0) -> Read:
    """What a message says. `place` is where it stands in its batch. Raises `Unusable`.

    One without a `messageId` gets a name made of its words and its times, so that the same request sent again is the
    same event, as long as it carries a time of its own.
    """
    if not isinstance(message, dict):
        raise Unusable("", "must be an object")
    try:
        check_shape(message)
    except Misshapen as error:
        raise Unusable("", str(error)) from None
    if (size := len(orjson.dumps(message))) > EVENT_LIMIT:
        raise Unusable("", f"has {size:,} bytes; an event may have {EVENT_LIMIT:,}")
    kind = message.get("type") or message.get("action")
    call = _CALLS.get(kind) if isinstance(kind, str) else None
    if call is None:
        raise Unusable("/type", f"{str(kind)[:40]!r} is none of {', '.join(_CALLS)}")
    what = call(message)
    who = _who(message, what.type)
    context = _object(message, "context") or dict(envelope.context or {})
    moment = occurred(
        message.get("timestamp") or message.get("originalTimestamp"),
        message.get("sentAt") or envelope.sent_at,
        envelope.received_at,
    )
    notes: dict[str, Any] = {"clock": moment.note} if moment.note else {}
    if envelope.gpc or context.get("gpc") is True or what.properties.get("gpc") is True:
        notes["gpc"] = True
    event = Event(
        message_id=_message_id(message, envelope, place),
        type=what.type,
        name=what.name[:_NAME_LIMIT],
        occurred_at=moment.at,
        properties=what.properties,
        context=kept(context) | notes,
        robot="bot_agent" if by_robot(context) else None,
    )
    said = _said(what, context)
    tag = context.get("locale")
    locale = language(tag[:20]) if isinstance(tag, str) else None
    return Read(Incoming(event, who, said.traits, locale=locale), said.unusable)


class _What(NamedTuple):
    """The part of a message that its type is about."""

    type: EventType
    name: str
    properties: dict[str, Any]


def _track(message: Message) -> _What:
    name = message.get("event")
    if not isinstance(name, str) or not name.strip():
        raise Unusable("/event", "must name what happened")
    return _What("track", name.strip(), _object(message, "properties"))


def _page(message: Message) -> _What:
    properties = {key: value for key, value in _object(message, "properties").items() if key != "search"}
    for key in _ADDRESSES:
        if isinstance(url := properties.get(key), str):
            properties[key] = without_query(url)
    name, category = message.get("name"), message.get("category")
    if isinstance(category, str) and category:
        properties.setdefault("category", category)
    named = name if isinstance(name, str) and name else category
    return _What("page", named.strip() if isinstance(named, str) else "", properties)


def _identify(message: Message) -> _What:
    return _What("identify", "", _object(message, "traits"))


def _group(message: Message) -> _What:
    group = _id(message, "groupId")
    if group is None:
        raise Unusable("/groupId", "must name the group")
    return _What("group", "", _object(message, "traits") | {"groupId": group})


def _alias(_: Message) -> _What:
    return _What("alias", "", {})


_CALLS: Mapping[str, Callable[[Message], _What]] = {
    "identify": _identify, "track": _track, "page": _page, "screen": _page, "group": _group, "alias": _alias,
}  # fmt: skip


def _who(message: Message, kind: EventType) -> Who:
    user, anonymous = _id(message, "userId"), _id(message, "anonymousId")
    previous = _id(message, "previousId") if kind == "alias" else None
    if kind == "alias" and not (user and previous):
        raise Unusable("/userId" if previous else "/previousId", "alias needs both previousId and userId")
    if not user and not anonymous:
        raise Unusable("/userId", "there is neither a userId nor an anonymousId")
    return Who(user, anonymous, previous_id=previous)


def _said(what: _What, context: Mapping[str, Any]) -> Said:
    """The traits of a message; other calls than `identify` may carry some in their context."""
    own, beside = said_by(what.type, what.properties), context.get("traits")
    if not isinstance(beside, dict) or not beside:
        return own
    more = usable(beside)
    return Said(more.traits | own.traits, own.unusable + more.unusable)


def _id(message: Message, name: str, limit: int = _ID_LIMIT) -> str | None:
    value = message.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Unusable(f"/{name}", "must be text")
    if len(value := value.strip()) > limit:
        raise Unusable(f"/{name}", f"has {len(value)} characters; it may have {limit}")
    try:
        return no_control_characters(value) or None
    except ValueError as error:
        raise Unusable(f"/{name}", str(error)) from None


def _message_id(message: Message, envelope: Envelope, place: int) -> str:
    if given := _id(message, "messageId", _MESSAGE_ID_LIMIT):
        return given
    sent = None if message.get("timestamp") else envelope.sent_at or envelope.received_at
    said = orjson.dumps([message, sent, place], option=orjson.OPT_SORT_KEYS)
    return f"made-{hashlib.sha256(said).hexdigest()[:40]}"


def _object(message: Message, name: str) -> dict[str, Any]:
    value = message.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unusable(f"/{name}", "must be an object")
    return value
