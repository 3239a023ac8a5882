"""The studio's texts: every one in every language, and none that nobody uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.studio.words import CATALOGUES

STUDIO = CATALOGUES.parent
Text = str | tuple[str, ...]


def used() -> set[Text]:
    """What templates say. Scripts and Python have no words of their own: pages hand them theirs."""
    found = extract_from_dir(
        STUDIO / "templates", [("**.html", "jinja2")], options_map={"**.html": {"silent": "false"}}
    )
    return {text for _, _, text, _, _ in found}


def catalogue(folder: Path) -> Iterator[tuple[Path, Text, Text]]:
    for path in folder.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    yield path, _plain(message.id), _plain(message.string)


def _plain(text: object) -> Text:
    return tuple(text) if isinstance(text, list | tuple) else str(text or "")


@pytest.mark.parametrize("locale", ["pt_BR", "es"])
def test_every_text_is_translated_once_and_none_is_left_over(locale: str) -> None:
    texts = list(catalogue(CATALOGUES / locale))
    assert len({text for _, text, _ in texts}) == len(texts), "a text stands in two catalogues"
    assert all(all(said) if isinstance(said, tuple) else said for _, _, said in texts), "a text without a translation"
    assert {text for _, text, _ in texts} == used()


@pytest.mark.parametrize("locale", ["pt_BR", "es"])
def test_translations_keep_what_is_filled_in(locale: str) -> None:
    for path, text, said in catalogue(CATALOGUES / locale):
        for original in (text,) if isinstance(text, str) else text[1:]:
            wanted = set(re.findall(r"%\((\w+)\)", original))
            for one in (said,) if isinstance(said, str) else said:
                assert set(re.findall(r"%\((\w+)\)", one)) == wanted, f"{path.name}: {one}"
