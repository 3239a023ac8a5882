"""Signs in text that no reader sees: they come along from web pages and editors, and serve to slip words past whoever
looks for them."""

from __future__ import annotations

import re

HIDDEN = (
    r"[\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
    r"|(?<=[^\W_])\u200d|\u200d(?=[^\W_])"  # between two emoji it makes one of them
)
"""No soft hyphens, which typesetters use."""
_HIDDEN = re.compile(HIDDEN)


def without_hidden(text: str) -> str:
    """The text as it is read."""
    return _HIDDEN.sub("", text)
