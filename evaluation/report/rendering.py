"""Pages out of templates, in the studio's colours: whatever comes from somebody's files is text in them."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evaluation.report.summary import TITLES
from evaluation.report.words import Words

TEMPLATES = Path(__file__).parent / "templates"
TOKENS = Path(__file__).parents[2] / "service" / "studio" / "static" / "tokens.css"


def environment(t: Words) -> Environment:
    """The templates, for one language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals["title"] = made.filters["title_of"] = lambda name: t(TITLES.get(str(name), str(name)))
    made.globals["field_name"] = lambda name: str(name).replace("_", " ")
    return made


def style(*names: str) -> Markup:
    """The studio's colours and sizes, without its fonts, which would come from outside; then those sheets."""
    house = re.sub(r"@font-face \{[^}]*\}\n?", "", TOKENS.read_text(encoding="utf-8"))
    sheets = [(TEMPLATES / name).read_text(encoding="utf-8") for name in names]
    return Markup("\n".join([house, *sheets]))  # noqa: S704 - our own files
