"""The HTML of an e-mail: MJML, which becomes tables that mail programs understand; styles inlined, then sanitised.

Outlook reads its widths in conditional comments, which therefore stay; nothing of the copy is ever in one. Gmail cuts
an e-mail at 102 KB, and the longest copy there can be takes less than half of what is allowed here.
"""

from __future__ import annotations

import re

import css_inline
import nh3
from mjml import mjml2html

from service.channels.base import Preview
from service.channels.rendering import html as rendered
from service.errors import Invalid
from service.types import Locale

MOST_BYTES = 80_000
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INLINER = css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
_COMMON = {"align", "class", "dir", "lang", "role", "style", "valign", "width"}
_CLEANER = nh3.Cleaner(
    tags={"a", "br", "div", "h1", "p", "strong", "table", "tbody", "td", "tr"},
    attributes={
        "*": _COMMON | {"aria-label", "aria-roledescription"},
        "a": {"href", "target"},
        "table": {"border", "cellpadding", "cellspacing"},
        "td": {"bgcolor"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    strip_comments=False,
)


def email_html(preview: Preview, locale: Locale) -> str:
    """The e-mail as one document: `preview` as the channel makes it, with `sender` where its name is to stand below.
    Raises `Invalid` over 80 KB."""
    source = _NOT_IN_XML.sub("", rendered("email.mjml.j2", preview, locale))
    page = _INLINER.inline(mjml2html(source))
    head, body = page.split("<body", 1)
    opening, body = body.split(">", 1)
    made = f"{head}<body{opening}>{_CLEANER.clean(body.rsplit('</body>', 1)[0])}</body></html>"
    if len(made.encode()) > MOST_BYTES:
        raise Invalid(
            f"The e-mail takes {len(made.encode()):,} bytes; mail programs cut it off over {MOST_BYTES:,}.",
            code="email.too_large",
        )
    return made
