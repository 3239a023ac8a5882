"""Google Merchant feeds, RSS 2.0 or Atom, as they stream in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from xml.etree.ElementTree import ParseError
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from service.content.arrivals import Arrival, Read
from service.content.fields import BadItem, FieldFault, item_of, moment
from service.content.plain import text_of
from service.errors import CannotRead
from service.imports.models import LineError

_ITEMS = frozenset(("item", "entry"))
_ROOTS = frozenset(("rss", "feed", "RDF"))
_ITEM_LIMIT = 2**20
_PARTS = re.compile(r"\s*[>|,]\s*")


async def read_merchant(source: AsyncIterator[bytes], tz: ZoneInfo, now: datetime) -> AsyncIterator[Read]:
    """The products of a feed, one at a time. A feed that breaks off is told at its line, and what came before it stays.

    Raises CannotRead for what is no feed, and for one that declares entities.
    """
    feed = _Feed()
    parser = DefusedXMLParser(target=feed, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        async for chunk in source:
            parser.feed(chunk)
            for item in feed.taken():
                yield _read(item, tz, now)
        parser.close()
    except DefusedXmlException:
        raise CannotRead(
            "The feed declares XML entities, which are refused: they can be made to fill memory."
        ) from None
    except ParseError as error:
        line = error.position[0]
        if not feed.is_feed:
            raise CannotRead(f"Line {line}: this is not an XML feed ({error}).") from None
        yield [LineError(line, "", "feed.broken", f"the XML breaks here, and nothing after it was read: {error}")]
    if not feed.is_feed:
        raise CannotRead("This is XML, but no Google Merchant feed: it has neither <rss> nor <feed>.")


class _Feed:
    """What the parser calls; holds one item at a time."""

    def __init__(self) -> None:
        self.is_feed = False
        self._done: list[dict[str, str]] = []
        self._item: dict[str, str] | None = None
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0
        self._depth = 0

    def taken(self) -> list[dict[str, str]]:
        """The items that are complete since the last call."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self._depth += 1
        if self._depth == 1:
            self.is_feed = name in _ROOTS
        if self._item is None:
            if name in _ITEMS:
                self._item, self._path, self._size = {}, [], 0
            return
        self._path.append(name)
        self._text = []
        if name == "link" and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
            self._item.setdefault("link", attributes["href"])

    def data(self, text: str) -> None:
        if self._item is not None and self._path:
            self._size += len(text)
            if self._size <= _ITEM_LIMIT:
                self._text.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._item is None:
            return
        if not self._path:
            if self._size > _ITEM_LIMIT:
                self._item["too_large"] = "yes"
            self._done.append(self._item)
            self._item = None
            return
        if text := "".join(self._text).strip():
            self._item.setdefault("/".join(self._path), text)
        self._text = []
        self._path.pop()

    def close(self) -> None:
        return None


def _read(item: Mapping[str, str], tz: ZoneInfo, now: datetime) -> Read:
    name = item.get("id", "")[:200]
    if "too_large" in item:
        return [LineError(0, name, "item.too_large", f"product {name!r}: larger than 1 MiB")]
    try:
        return Arrival(item_of(*_texts(item, tz, now), ".", tz))
    except BadItem as bad:
        faults = bad.faults
    return [LineError(0, name, fault.code, f"product {name!r}: {fault.field}: {fault.detail}") for fault in faults]


def _texts(item: Mapping[str, str], tz: ZoneInfo, now: datetime) -> tuple[dict[str, str], list[str]]:
    texts = {
        "external_id": item.get("id", ""),
        "kind": "product",
        "title": text_of(item.get("title", "")),
        "body": text_of(item.get("description", item.get("summary", item.get("content", "")))),
        "url": item.get("link", ""),
        "image_url": item.get("image_link", ""),
        "price": item.get("price", ""),
        "installments": item.get("installment/months", ""),
        "installment_amount": item.get("installment/amount", ""),
    }
    if item.get("availability", "").replace("_", " ").lower() == "out of stock":
        texts["stock"] = "0"
    texts |= _sale(item, tz, now)
    tags = [*_PARTS.split(item.get("product_type", "")), item.get("brand", "")]
    return texts, list(dict.fromkeys(tags))


def _sale(item: Mapping[str, str], tz: ZoneInfo, now: datetime) -> dict[str, str]:
    """The sale, if it is on: then its price is the price. One that is still to come ends the regular price's time."""
    if "sale_price" not in item:
        return {}
    start, _, end = item.get("sale_price_effective_date", "").partition("/")
    try:
        begins = moment(start.strip(), tz, end=False) if start.strip() else None
        ends = moment(end.strip(), tz, end=True) if end.strip() else None
    except ValueError as error:
        raise BadItem([FieldFault("sale_price_effective_date", "item.value", str(error))]) from None
    if ends and now >= ends:
        return {}
    if begins and now < begins:
        return {"valid_until": begins.isoformat()}
    period = {"valid_from": begins.isoformat() if begins else "", "valid_until": ends.isoformat() if ends else ""}
    return {"kind": "offer", "price": item["sale_price"], "old_price": item.get("price", ""), **period}
