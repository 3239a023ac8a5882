"""The page of a run: what it says, that hostile texts do nothing in it, and that everybody can read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evaluation.commands.eval import eval_
from evaluation.figures import Metric
from evaluation.gate import Asked, Threshold
from evaluation.report import page
from evaluation.report.page import report
from evaluation.report.summary import ADVICE, QUESTIONS, TITLES
from evaluation.report.words import CATALOGUES, Words, catalogue
from evaluation.runs import Run
from evaluation.showing import copies
from service.types import LOCALES
from tests.evaluation.made import a_run, case

LEAKS = Metric("leaks", "variants that show what they must not", "lower")
CLAIMS = Metric("claim_precision", "claims with a source")
COST = Metric("cost_a_variant", "US dollars a variant", "lower", "USD")
SHOWN: dict[str, Any] = {
    "channel": "email", "lead": "c-1",
    "variants": [
        {
            "angle": "benefit", "fields": {"subject": "{{ first_name | cliente }}, o kit sai por R$ 44,90"},
            "preview": {"subject": "Ana, o kit sai por R$ 44,90", "body": "O melhor café.", "cta_url": "https://x.example"},
            "claims": [
                {"field": "body", "text": "O melhor café", "kind": "superlative", "support": []},
                {"field": "subject", "text": "R$ 44,90", "support": [{"evidence": "e1", "quote": "44.90"}]},
            ],
            "findings": [{"code": "claim.unsupported", "severity": "block", "field": "body", "message": "Sem fonte."}],
        }
    ],
    "evidence": [{"id": "e1", "content_id": "kit", "title": "Kit Coado"}],
    "swap": {"lead": "c-2", "variants": [{"preview": {"subject": "Bia, as plantas chegaram"}}]},
}  # fmt: skip


class Read(HTMLParser):
    """The elements of a page with their attributes, and its visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def a_copy_run(folder: Path, *leaks: float, **other: Any) -> Run:
    cases = [case(f"c{at}", SHOWN, leaks=value, claim_precision=0.5) for at, value in enumerate(leaks)]
    costs = [case("k1", cost_a_variant=0.0003), case("k2", cost_a_variant=0.0005)]
    return a_run(
        folder,
        {"copy": ((LEAKS, CLAIMS), cases), "cost": ((COST,), costs)},
        cannot={"judged": "no model is set"},
        **other,
    )


def test_the_first_screen_says_whether_it_is_good_and_what_to_do(tmp_path: Path) -> None:
    good = Read(report(a_copy_run(tmp_path / "good", 0.0, 0.0))).text
    assert "Yes, by every threshold that was set: 1 of 1." in good
    assert "Not measured, which is no pass: Copy, judged by a model." in good and "no model is set" in good
    assert "0.40 USD" in good  # for a thousand, of 0.0004 each
    bad = Read(report(a_copy_run(tmp_path / "bad", 1.0, 0.0))).text
    assert "Not yet. Thresholds that are missed: 1 of 1." in bad
    assert "Do not send this copy: some of it shows what its reader never agreed to." in bad


def test_a_gate_s_thresholds_are_told_beside_their_figures(tmp_path: Path) -> None:
    asked = [
        Asked("copy", "claim_precision", 3, Threshold(least=0.9)), Asked("retrieval", "mrr", 5, Threshold(least=0.9))
    ]  # fmt: skip
    told = Read(report(a_copy_run(tmp_path / "run", 0.0), asked=asked)).text
    assert (
        "Not yet. Thresholds that are missed: 1 of 2." in told
    )  # claim_precision, and the promise of leaks; no suite no threshold
    assert "at least 0.900 Not good" in told


def test_copy_is_shown_as_it_is_read_with_its_claims_in_order_beside_their_sources(tmp_path: Path) -> None:
    (one,) = copies(SHOWN)
    assert one.text == {"subject": "Ana, o kit sai por R$ 44,90", "body": "O melhor café."}
    assert [(said.number, said.text, said.title, said.held) for said in one.claims] == [
        (1, "R$ 44,90", "Kit Coado", True), (2, "O melhor café", "", False),
    ]  # fmt: skip
    told = Read(report(a_copy_run(tmp_path / "run", 0.0))).text
    for words in ("R$ 44,90 1", "Kit Coado: 44.90", "No source says so.", "Sem fonte.", "Bia, as plantas chegaram"):
        assert words in told, words
    assert "x.example" not in told


def test_a_case_without_copy_says_why(tmp_path: Path) -> None:
    silent = case("silent", {"channel": "email", "silent": True, "refused": "generation.no_evidence"}, leaks=None)
    shown = {"channel": "sms", "dropped": [{"reason": "blocked", "codes": ["claim.unsupported"]}]}
    told = Read(report(a_run(tmp_path / "run", {"copy": ((LEAKS,), [silent, case("none", shown, leaks=1.0)])}))).text
    assert "Here that is right: there is nothing to say. generation.no_evidence" in told
    assert "Drafts that were not kept: blocked ( claim.unsupported )." in told


def test_two_writers_that_were_judged_stand_side_by_side_with_the_judge_s_reason(tmp_path: Path) -> None:
    variants = [{"angle": writer, "fields": {"body": f"Texto do {writer}"}} for writer in ("composer", "model")]
    votes = [{"straight": {"reason": "Diz mais."}}, {"straight": {"reason": "Diz mais."}}, "unread"]
    wins, shown = Metric("model_wins", ""), {"channel": "sms", "variants": variants, "votes": votes}
    told = Read(report(a_run(tmp_path / "run", {"judged": ((wins,), [case("1", shown, model_wins=1.0)])}))).text
    assert told.index("composer body Texto do composer") < told.index("model body Texto do model")
    assert "What the judge said: Diz mais." in told and "Diz mais. /" not in told


def test_claims_that_lie_in_each_other_are_all_marked() -> None:
    shown = {"variants": [{"preview": {"body": "De R$ 10 por R$ 10 hoje"}, "claims": [
        {"field": "body", "text": "R$ 10", "support": [{}]}, {"field": "body", "text": "R$ 10", "support": []},
        {"field": "body", "text": "De R$ 10 por R$ 10", "support": [{}]}, {"field": "gone", "text": "x", "support": []},
    ]}]}  # fmt: skip
    (one,) = copies(shown)
    assert [(piece.text, piece.marked, piece.held, list(piece.ends)) for piece in one.fields["body"]] == [
        ("De ", True, True, []), ("R$ 10", True, True, [2]), (" por ", True, True, []),
        ("R$ 10", True, False, [1, 3]), (" hoje", False, True, []),
    ]  # fmt: skip


def test_hostile_texts_do_nothing_and_nothing_comes_from_outside(tmp_path: Path) -> None:
    evil = (
        "\"'></text></svg></style></title><script>alert(1)</script><img src=https://x.example onerror=alert(1)>{{7*7}}"
    )
    shown = {
        "channel": evil, "lead": evil, "refused": evil, "swap": {"lead": evil, "variants": SHOWN["variants"]},
        "evidence": [{"id": evil, "title": evil}],
        "variants": [{"preview": {evil: evil, "body": evil},
                      "findings": [{"message": evil, "code": evil, "severity": evil}],
                      "claims": [{"field": "body", "text": evil, "support": [{"evidence": evil, "quote": evil}]}]}],
    }  # fmt: skip
    metric = Metric(evil, evil)
    cases = [case(evil + str(at), shown, title=evil, locale=evil + str(at % 2), **{evil: 0.1 * at}) for at in range(8)]
    suites: dict[str, tuple[Sequence[Metric], Sequence[Any]]] = {"mine": ((metric,), cases)}
    told: dict[str, Any] = {
        "cannot": {evil.replace("/", ""): evil},
        "model": evil,
        "prompts": {evil: evil},
        "writer": "model",
    }
    before = a_run(tmp_path / "a", suites, data={evil: evil}, **told)
    again = {"mine": ((metric,), [one.model_copy(update={"scores": {}}) for one in cases[:1]] + cases[1:])}
    found = Read(report(a_run(tmp_path / "b", again, **told), before))
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "base", "image", "use", "foreignobject"}
    for tag, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "action")], tag
        assert (attributes.get("href") or "#").startswith("#") or (tag, attributes["href"]) == ("link", "data:,")
        assert tag == "svg" or "style" not in attributes
    assert evil.replace("&", "&amp;") in found.text and "{{7*7}}" in found.text
    policy = next(one["content"] for _, one in found.elements if one.get("http-equiv") == "Content-Security-Policy")
    assert policy and policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_the_same_run_gives_the_same_page_and_another_shows_what_moved(tmp_path: Path) -> None:
    before = a_copy_run(tmp_path / "before", 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    after = a_copy_run(tmp_path / "after", *[0.0] * 6, model="gpt-x")
    first = report(after, before)
    assert first == report(Run.open(tmp_path / "after"), Run.open(tmp_path / "before"))
    told = Read(first).text
    assert "Figures clearly better than in before: 1; clearly worse: 0." in told
    assert "model mock gpt-x" in told and "leaks 1 → 0 better" in told and "clearly better" in told
    assert "Its copy is the same in both runs." in told


def test_the_command_writes_the_page_in_the_reader_s_language(tmp_path: Path) -> None:
    a_copy_run(tmp_path / "run", 0.0, source="content")
    asked = ["report", str(tmp_path / "run"), "--locale", "pt-BR"]
    assert CliRunner().invoke(eval_, asked).exit_code == 0
    told = Read((tmp_path / "run" / "report.html").read_text(encoding="utf-8")).text
    assert "Está bom?" in told and "25 de novembro de 2026" in told and "0,40 USD" in told
    assert CliRunner().invoke(eval_, [*asked, "--locale", "fr"]).exit_code == 1


def test_every_word_of_the_page_is_there_in_every_language() -> None:
    folder = Path(page.__file__).parent
    written = "".join(
        path.read_text(encoding="utf-8") for path in (*folder.glob("*.py"), *folder.glob("templates/*.html"))
    )
    texts = set(re.findall(r"\bt\(\s*\"([^\"]+)\"", written)) | {*TITLES.values(), *ADVICE.values(), *QUESTIONS}
    texts |= {says for lines in QUESTIONS.values() for *_, says in lines}
    assert len(texts) > 100
    for locale in LOCALES:
        if locale != "en":
            known = catalogue(locale)
            assert not texts - known.keys(), locale
            for text, other in known.items():
                assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", other)), text
    assert {path.stem for path in CATALOGUES.glob("*.po")} == {"pt_BR", "es"}


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.9996, "", "100,0%"), (1.0, "", "100%"), (0.0, "", "0%"), (0.0004, "", "0,0%"), (0.5, "", "50%"),
        (1234.4, "tokens", "1.234 tokens"), (325.42, "tokens", "325,4 tokens"), (None, "", "–"),
    ],
)  # fmt: skip
def test_figures_are_written_as_the_language_does(value: float | None, unit: str, told: str) -> None:
    assert Words("pt-BR").value(value, unit) == told
