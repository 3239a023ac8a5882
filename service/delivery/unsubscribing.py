"""The link to unsubscribe by, put where an e-mail has room for it: whose it is, is known only when it is handed out.

A mail program's own button uses the headers (`List-Unsubscribe`), which travel beside the copy as data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_ROOM = re.compile(r"<!--unsubscribe:([^<>]*)-->")  # the e-mail's footer has it, with the link's words
_BEGINS = "<!--unsubscribe:"


def with_unsubscribe(outputs: Mapping[str, str], url: str) -> dict[str, str]:
    """An e-mail's outputs with the link in HTML and text; `url` may be a platform's own tag. What has no room for it
    stays as it is."""
    html = outputs.get("html", "")
    place = html.rfind(_BEGINS)  # it is near the end, and a pattern would be looked for from the beginning
    room = _ROOM.match(html, place) if place >= 0 else None
    if room is None:
        return dict(outputs)
    words = room[1]
    link = f'<p style="margin:0;"><a href="{escape(url)}" style="color:#5c5d58;">{words}</a></p>'
    html = html[: room.start()] + link + html[room.end() :]
    return {**outputs, "html": html, "text": f"{outputs['text'].rstrip()}\n\n{words}: {url}\n"}
