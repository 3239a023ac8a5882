"""Banners as pictures: words that can be read, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from service.delivery.picture_routes import PictureQuery
from service.delivery.pictures.colours import READABLE, Palette, contrast
from service.delivery.pictures.drawing import Canvas
from service.delivery.pictures.fonts import face
from service.delivery.pictures.kept import BOUND_SECONDS, Pictures, Wanted
from service.delivery.pictures.layout import lay
from service.errors import Invalid

SIZES = [tuple(map(int, size.split("x"))) for size in PictureQuery.model_json_schema()["properties"]["size"]["enum"]]
SHORT = {"headline": "Um café melhor em casa", "body": "O kit por R$ 170,10 até 4/12.", "cta": "Ver o kit"}
LONG = {
    "headline": "Semana do café: kit completo com filtros",
    "body": "O kit reúne coador de cerâmica, jarra de vidro e filtros de papel, e o frete é por conta.",
    "cta": "Garantir o meu agora",
}
CANVAS = Canvas(300, 250, Palette.of("ffffff", "1f5135"))


def said(texts: Mapping[str, str], width: int, height: int) -> dict[str, str]:
    """What stands in the picture, by field."""
    roles: dict[str, list[str]] = {}
    for line in lay(texts, width, height).lines:
        roles.setdefault(line.role, []).append(line.text)
    return {role: " ".join(lines).replace("\xa0", " ") for role, lines in roles.items()}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_word_stands_whole_inside_each_standard_size(width: int, height: int) -> None:
    laid = lay(SHORT, width, height)
    assert said(SHORT, width, height) == SHORT
    for line in laid.lines:
        right = line.x + face(line.weight).width(line.text, line.size)
        assert 0 <= line.x < right <= width
        assert 0 <= line.y - 0.75 * line.size < line.y + 0.25 * line.size <= height
        assert line.size >= 10
    assert laid.button
    texts = [line for line in laid.lines if line.role != "cta"]
    for line in texts:  # no word lies behind the button
        beside = line.x + face(line.weight).width(line.text, line.size) <= laid.button.x
        assert beside or line.y <= laid.button.y or line.y - line.size >= laid.button.y + laid.button.height


@pytest.mark.parametrize(("width", "height"), [size for size in SIZES if size not in ((320, 50), (320, 100))])
def test_the_longest_copy_of_a_banner_gets_smaller_and_stays_whole(width: int, height: int) -> None:
    assert said(LONG, width, height) == LONG
    assert max(line.size for line in lay(LONG, width, height).lines) <= max(
        line.size for line in lay(SHORT, width, height).lines
    )


@pytest.mark.parametrize(
    ("texts", "size"),
    [(LONG, (320, 50)), (SHORT | {"headline": "Extraordinariamentedescomplicadíssimamente"}, (160, 600))],
)
def test_what_does_not_fit_is_refused_and_never_cut(texts: dict[str, str], size: tuple[int, int]) -> None:
    with pytest.raises(Invalid) as caught:
        lay(texts, *size)
    assert caught.value.code == "picture.does_not_fit"


@pytest.mark.parametrize("text", ["Café 🌱", "محمد", "café\u200dcom", "\x00", "x\u0303y"])
def test_what_the_font_cannot_write_is_refused_rather_than_drawn_as_boxes(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        lay(SHORT | {"headline": text}, 300, 250)
    assert caught.value.code == "picture.characters"


def test_accents_written_apart_are_composed_and_soft_hyphens_are_not_drawn() -> None:
    assert said(SHORT | {"headline": "Cafe\u0301 extra\u00adordinário"}, 300, 250)["headline"] == "Café extraordinário"


def test_an_amount_never_parts_from_its_currency() -> None:
    for width in range(120, 330, 10):
        for line in lay({"headline": "Kit", "body": "Tudo por R$ 170,10 hoje"}, width, 250).lines:
            assert line.text.endswith("R$") is False


@pytest.mark.parametrize("background", ["ffffff", "000000", "777777", "b8742a", "1f5135", "ffff00", "7f7f80"])
@pytest.mark.parametrize("accent", ["ffffff", "1f5135", "e4002b", "767676"])
def test_words_can_be_read_on_any_ground(background: str, accent: str) -> None:
    palette = Palette.of(background, accent)
    assert contrast(palette.ink, background) >= READABLE
    assert contrast(palette.on_accent, accent) >= READABLE


async def test_a_picture_is_drawn_once_and_the_least_asked_for_goes_first() -> None:
    kept = Pictures(most=20_000)
    first, second = (Wanted("r", SHORT | {"cta": cta}, "pt-BR", CANVAS, "svg") for cta in ("Um", "Dois"))
    drawn = await kept.picture(first)
    assert await kept.picture(first) == drawn
    assert kept.drawn == 1
    await kept.picture(second)  # there is no room for both
    await kept.picture(first)
    assert kept.drawn == 3


async def test_a_picture_with_a_leads_values_is_let_go_after_a_minute() -> None:
    now = 0.0
    kept = Pictures(monotonic=lambda: now)
    wanted = Wanted("r", SHORT, "pt-BR", CANVAS, "svg", bound=True)
    await kept.picture(wanted)
    await kept.picture(wanted)
    now = BOUND_SECONDS
    await kept.picture(wanted)
    assert kept.drawn == 2
