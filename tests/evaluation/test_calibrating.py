"""Calibration: one half of the questions chooses, the other decides, and what is written changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation.calibrating import Calibration, Trial, calibrate
from evaluation.datasets.questions import Item, Material, Question, of_content
from evaluation.dotenv import write_settings, written
from evaluation.figures import Split
from retrieval.tuning import Tuning
from service.errors import CannotRead
from service.settings import Settings

PAIRS = 16
Leads = Literal["right", "wrong"]


class Led:
    """An embedder that was told which text means which item."""

    name = "led"
    dimensions = 2 * PAIRS

    def __init__(self, means: dict[str, int]) -> None:
        self._means = means

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [self._means[text] for text in texts]
        return np.eye(self.dimensions, dtype=np.float32)[rows]


def world(development: Leads, held_back: Leads) -> tuple[Material, Led]:
    """Pairs of items that words tell apart by a hair; for each half of the questions, whether meaning leads right."""
    items, questions, means = list[Item](), list[Question](), dict[str, int]()
    halves: tuple[tuple[Split, Leads], ...] = (("development", development), ("held-back", held_back))
    for pair in range(PAIRS):
        words = f"lousa{pair} trigo{pair} cabra{pair}"
        longer = f"{words} verde{pair}"
        items += [Item(f"{pair}-short", "", words, "pt"), Item(f"{pair}-long", "", longer, "pt")]
        means |= {words: 2 * pair, longer: 2 * pair + 1}
        for split, leads in halves:
            text = f"{words} ({split})"
            means[text] = 2 * pair + (leads == "wrong")
            questions.append(Question(f"{split}/{pair}", text, "pt", split, {f"{pair}-short": 1}))
    return Material("made-up", items, questions), Led(means)


async def calibrated(material: Material, embedder: Led) -> tuple[Calibration, Trial]:
    found = await calibrate([material], embedder, Tuning(dense_weights="pt=1", passages=3))
    return found, found.trials[0]


async def test_where_meaning_misleads_the_weight_ends_at_nothing() -> None:
    found, trial = await calibrated(*world("wrong", "wrong"))
    assert (trial.taken, trial.before, trial.best) == (True, 1.0, 0.0)
    # the right one comes second of two where meaning decides, 1 / log2(3), and first where the words do
    assert trial.score_before == pytest.approx(1 / np.log2(3))
    assert trial.score_best == 1.0
    assert found.settings == {"SOBMEDIDA_DENSE_WEIGHTS": "pt=1,pt@led=0"}
    assert found.gains[0].difference == pytest.approx(1 - 1 / np.log2(3))
    assert [one.taken for one in found.trials[1:]] == [False, False]


async def test_where_the_held_back_half_disagrees_nothing_changes() -> None:
    found, trial = await calibrated(*world("wrong", "right"))
    assert (trial.taken, trial.best, trial.after) == (False, 0.0, 1.0)
    assert "the held-back half does not say" in trial.why
    assert found.settings == {}
    assert found.before == found.after


async def test_too_few_questions_decide_nothing() -> None:
    material, embedder = world("wrong", "wrong")
    few = Material("few", material.items, material.questions[:20])
    _, trial = await calibrated(few, embedder)
    assert (trial.taken, trial.development, trial.held_back) == (False, 10, 10)
    assert trial.why == "too few questions: each half needs 15"


def test_content_asks_by_titles_and_headings_that_do_not_answer_themselves() -> None:
    body = "## Como guardar o pó\n\nEm pote.\n\n## Care\n\nDry it.\n\n## Onde fica a loja\n\nOnde fica a loja? Aqui."
    items = [
        Item("a", "Café em casa", body, "pt"),
        Item("b", "Repetido", "Este texto diz repetido.", "pt"),
        Item("c", "Outro café", "## Como passar o café\n\nDevagar.", "pt"),
        Item("d", "Mais café", "## Como passar o café\n\nDepressa.", "pt"),
    ]
    asked = {one.text: dict(one.relevance) for one in of_content(items).questions}
    assert asked == {
        "Café em casa": {"a": 1}, "Outro café": {"c": 1}, "Mais café": {"d": 1},
        "Como guardar o pó": {"a#Como guardar o pó": 1},
    }  # fmt: skip
    assert not of_content(items).titled


ENV = (
    "# ours\r\n\r\nOPENAI_API_KEY='a # b'  # the key\r\nexport sobmedida_passages = 8 # few\r\n"
    'NOTE="two\nSOBMEDIDA_PASSAGES=1\nlines"\nLAST=1'
)


def test_written_settings_leave_every_other_byte_alone() -> None:
    after = written(ENV, {"SOBMEDIDA_PASSAGES": "12", "SOBMEDIDA_DENSE_WEIGHTS": "pt@my model=0.3"})
    assert after == ENV.replace("sobmedida_passages = 8 # few", "sobmedida_passages=12 # few") + (
        "\r\nSOBMEDIDA_DENSE_WEIGHTS='pt@my model=0.3'\r\n"
    )
    assert written("", {"A": "1"}) == "A=1\n"
    assert written("A=1\nB=2\nA=3\n", {"A": "4"}) == "A=1\nB=2\nA=4\n"


def test_written_settings_are_those_the_service_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SOBMEDIDA_PORT=8123\n")
    (tmp_path / ".env").chmod(0o640)
    write_settings({"SOBMEDIDA_DENSE_WEIGHTS": "pt@all-MiniLM-L6-v2=0.3", "SOBMEDIDA_PASSAGE_WORDS": "120"})
    settings = Settings()
    assert settings.server.port == 8123
    assert settings.retrieval.tuning == Tuning(dense_weights="pt@all-MiniLM-L6-v2=0.3", passage_words=120)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == [".env"]


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"A=\xff\n")
    with pytest.raises(CannotRead, match="Cannot write"):
        write_settings({"A": "1"}, path)
    assert path.read_bytes() == b"A=\xff\n"
