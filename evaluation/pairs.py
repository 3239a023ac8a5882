"""Copy compared by people: a form in which nothing says who wrote what, and what its answers come to.

The form is one HTML page that works from a disk. Which piece is whose stands in a key, which is kept apart from it; the
order of pairs and of the pieces in each comes from the seed.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evaluation.datasets.lines import Named, read_lines
from evaluation.figures import CaseResult, interval
from evaluation.metrics.agreement import agreement
from evaluation.report.rendering import TEMPLATES, environment, style
from evaluation.report.words import Words
from evaluation.runs import Run
from evaluation.showing import copies
from service.errors import CannotRead, Invalid
from service.types import Locale

SUITE = "copy"
MOST = 40
KEYS = "pairs"
"""The folder of keys in a run's."""

Side = Literal["left", "right", "tie"]
Fields = Annotated[dict[str, Annotated[str, Field(max_length=20_000)]], Field(min_length=1, max_length=20)]


class Human(Named):
    """A person's copy for a case, a line of a file."""

    model_config = ConfigDict(extra="forbid")

    fields: Fields


class Keyed(BaseModel):
    """Who wrote which side of a pair."""

    id: str
    case: str
    left: str
    right: str


class Key(BaseModel):
    """Of one form. Nobody who answers may see it."""

    form: str
    seed: int
    writers: list[str]
    pairs: list[Keyed]


class Shown(BaseModel):
    """A pair as the form shows it."""

    id: str
    channel: str
    locale: str
    objective: str
    left: dict[str, str]
    right: dict[str, str]


class Form(BaseModel):
    """A form and its key. `same` pairs were left out because both writers wrote the same."""

    key: Key
    pairs: list[Shown]
    same: int


class Answered(BaseModel):
    """What somebody said of a pair."""

    model_config = ConfigDict(extra="forbid")

    choice: Side
    why: Annotated[str, Field(max_length=500)] = ""


class Answers(BaseModel):
    """A file that the form saved."""

    model_config = ConfigDict(extra="forbid")

    form: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    who: Annotated[str, Field(max_length=80)] = ""
    pairs: int
    answers: dict[str, Answered]


class Standing(BaseModel):
    """How a writer did. `won`, `tied` and `lost` count comparisons, several answers to one pair as parts of it;
    `share` is won of all, with half of each tie, from `low` to `high`."""

    writer: str
    won: float
    tied: float
    lost: float
    share: float
    low: float | None
    high: float | None


class Result(BaseModel):
    """What all answers come to: each writer against all others, and each two against each other. `agree` is how often
    two people said the same of a pair, `alpha` Krippendorff's: None where no pair has two answers."""

    form: str
    people: int
    pairs: int
    answered: int
    standings: list[Standing]
    between: dict[str, list[Standing]]
    agree: float | None
    alpha: float | None


def make(runs: Sequence[Run], human: Path | None, seed: int, most: int = MOST) -> Form:
    """A form over the cases that two writers or more have copy for. Raises `Invalid` where there are none, and
    `CannotRead` for a wrong file of people's copy."""
    written, cases = _written(runs), {case.id: case for run in runs for case in run.cases(SUITE)}
    if human is not None:
        written["human"] = {one.id: one.fields for one in read_human(human)}
        if unknown := [id_ for id_ in written["human"] if id_ not in cases]:
            raise Invalid(f"{human}: no run has the case {unknown[0]!r}.", code="eval.pair_unknown")
    found = [
        (id_, one, other)
        for id_ in cases
        for one, other in combinations([writer for writer in written if id_ in written[writer]], 2)
    ]
    differing = [(id_, one, other) for id_, one, other in found if written[one][id_] != written[other][id_]]
    if not differing:
        raise Invalid(
            "There is nothing to compare: no case has copy by two writers that is not the same.", code="eval.pairs_none"
        )
    random = np.random.default_rng(seed)
    chosen = [differing[at] for at in random.permutation(len(differing))[:most]]
    turned = [pair if random.random() < 0.5 else (pair[0], pair[2], pair[1]) for pair in chosen]
    form = hashlib.sha256(json.dumps([seed, [(id_, written[one][id_], written[other][id_])
                                             for id_, one, other in turned]]).encode()).hexdigest()[:12]  # fmt: skip
    keyed = [
        Keyed(id=f"p{at}", case=id_, left=one, right=other) for at, (id_, one, other) in enumerate(turned, start=1)
    ]
    return Form(
        key=Key(form=form, seed=seed, writers=list(written), pairs=keyed),
        pairs=[_shown(pair, cases[pair.case], written) for pair in keyed], same=len(found) - len(differing),
    )  # fmt: skip


def page(form: Form, locale: Locale) -> str:
    """The form as a page whose own script is the only one that may run."""
    t, script = Words(locale), (TEMPLATES / "pairs.js").read_text(encoding="utf-8")
    hashed = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment(t).get_template("pairs.html").render(
        t=t, form=form.key.form, pairs=form.pairs, script=Markup(script),  # noqa: S704 - our own file
        script_hash=Markup(f"sha256-{hashed}"), style=style("report.css", "pairs.css"),  # noqa: S704
    )  # fmt: skip


def read_human(path: Path) -> list[Human]:
    """People's copy. Raises `CannotRead`, naming the line."""
    return read_lines(path, Human, "copy")


def read_answers(path: Path) -> Answers:
    """Raises `CannotRead`."""
    try:
        return Answers.model_validate_json(_text(path))
    except ValidationError as error:
        raise CannotRead(f"{path} is not what the form saves: {_first(error)}.") from None


def read_key(path: Path) -> Key:
    """Raises `CannotRead`."""
    try:
        return Key.model_validate_json(_text(path))
    except ValidationError as error:
        raise CannotRead(f"{path} is not the key of a form: {_first(error)}.") from None


def result(key: Key, files: Mapping[str, Answers]) -> Result:
    """What the answers come to, each by the name of its file. Raises `Invalid` for those to another form, and for the
    same person twice."""
    known, said = {pair.id: pair for pair in key.pairs}, defaultdict[str, list[Side]](list)
    people: dict[str, str] = {}
    for name, answers in files.items():
        if answers.form != key.form:
            raise Invalid(
                f"{name} answers the form {answers.form}, and this key is for {key.form}.", code="eval.other_form"
            )
        if answers.who and answers.who in people:
            raise Invalid(f"{name} and {people[answers.who]} are both by {answers.who!r}.", code="eval.answers_twice")
        people[answers.who or name] = name
        for id_, answer in answers.answers.items():
            if id_ not in known:
                raise Invalid(
                    f"{name} has an answer to the pair {id_!r}, which the form has not.", code="eval.pair_unknown"
                )
            said[id_].append(answer.choice)
    if not said:
        raise Invalid("Nobody answered a single pair.", code="eval.answers_none")
    between = {
        " / ".join(couple): [_standing(writer, own, said, key.seed) for writer in couple]
        for couple in combinations(key.writers, 2)
        if (own := [known[id_] for id_ in said if {known[id_].left, known[id_].right} == set(couple)])
    }
    return Result(
        form=key.form, people=len(files), pairs=len(key.pairs), answered=len(said),
        standings=[_standing(writer, own, said, key.seed) for writer in key.writers
                   if (own := [known[id_] for id_ in said if writer in (known[id_].left, known[id_].right)])],
        between=between, agree=_agree(said), alpha=agreement(list(said.values())).value,
    )  # fmt: skip


def _standing(writer: str, pairs: Sequence[Keyed], said: Mapping[str, Sequence[Side]], seed: int) -> Standing:
    """Resampled are cases, since all pairs of one case share what is hard about it."""
    cases: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for pair in pairs:
        counts, all_ = Counter(said[pair.id]), len(said[pair.id])
        own = "left" if pair.left == writer else "right"
        cases[pair.case].append((counts[own] / all_, counts["tie"] / all_))  # type: ignore[index]
    sums = np.array([(sum(won for won, _ in found), sum(tied for _, tied in found), len(found))
                     for found in cases.values()])  # fmt: skip
    won, tied, number = sums.sum(axis=0)

    def share(places: np.ndarray[Any, Any]) -> float:
        taken = sums[places].sum(axis=0)
        return float((taken[0] + taken[1] / 2) / taken[2])

    low, high = interval(share, len(sums), seed, writer) if len(sums) > 1 else (None, None)
    return Standing(
        writer=writer, won=float(won), tied=float(tied), lost=float(number - won - tied),
        share=float((won + tied / 2) / number), low=low, high=high,
    )  # fmt: skip


def _agree(said: Mapping[str, Sequence[Side]]) -> float | None:
    couples = [one == other for choices in said.values() for one, other in combinations(choices, 2)]
    return sum(couples) / len(couples) if couples else None


def _written(runs: Sequence[Run]) -> dict[str, dict[str, dict[str, str]]]:
    """The first variant of each case by each run's writer, who is called by the run where two are of the same kind."""
    kinds = [run.info.config.writer for run in runs]
    names = [kind if kinds.count(kind) == 1 else run.info.id for kind, run in zip(kinds, runs, strict=True)]
    if len(set(names)) < len(names):
        raise Invalid("Both are the same run; a form compares two.", code="eval.pairs_none")
    found = {}
    for name, run in zip(names, runs, strict=True):
        first = {case.id: copies(case.shown)[:1] for case in run.cases(SUITE)}
        found[name] = {id_: all_[0].text for id_, all_ in first.items() if all_ and all_[0].text}
    return found


def _shown(pair: Keyed, case: CaseResult, written: Mapping[str, Mapping[str, dict[str, str]]]) -> Shown:
    """Both sides in one order of fields, which else would tell who writes."""
    order = list(dict.fromkeys(name for all_ in written.values() for name in all_.get(pair.case, {})))
    left, right = (
        {name: fields[name] for name in order if name in fields}
        for fields in (written[pair.left][pair.case], written[pair.right][pair.case])
    )
    channel = case.shown.get("channel")
    return Shown(
        id=pair.id, channel=channel if isinstance(channel, str) else "", locale=case.locale or "",
        objective=case.title or case.id, left=left, right=right,
    )  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from None


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else str(first["msg"])
