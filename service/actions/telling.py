"""What is told of a choice, in the lead's locale, as it is being made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.actions.models import Alternative, DirectChannel, ForReason, Part, Reason
from service.actions.situation import Against
from service.actions.wordings import plain, worded
from service.types import Locale


class Telling:
    """Reasons and what was turned down, in the order in which it was found."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self.reasons: list[Reason] = []
        self.turned_down: list[Alternative] = []

    def because(self, part: Part, code: ForReason, **values: Any) -> None:
        """Why a part is as it is. A `channel` among the values is said in words."""
        self.reasons.append(Reason(part=part, code=code, text=worded("for", code, self._locale, **self._said(values))))

    def occasion(self, occasion: str) -> None:
        """Why the brief is about what it is."""
        self.reasons.append(Reason(part="brief", code="occasion", text=worded("occasions", occasion, self._locale)))

    def against_channel(self, channel: DirectChannel, found: Against) -> None:
        """A channel is turned down."""
        text = self._text(found, channel=channel)
        self.turned_down.append(Alternative(channel=channel, turned_down=found.code, text=text))

    def against_content(self, content_id: str, found: Against) -> None:
        """A content item is turned down."""
        self.turned_down.append(Alternative(content=content_id, turned_down=found.code, text=self._text(found)))

    def against_moment(self, moment: datetime, found: Against) -> None:
        """A moment is turned down."""
        self.turned_down.append(Alternative(moment=moment, turned_down=found.code, text=self._text(found)))

    def _text(self, found: Against, **more: Any) -> str:
        return worded("against", found.code, self._locale, **self._said({**found.values, **more}))

    def _said(self, values: dict[str, Any]) -> dict[str, Any]:
        if "channel" in values:
            values["channel"] = plain("channels", values["channel"], self._locale)
        return values
