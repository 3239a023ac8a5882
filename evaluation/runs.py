"""A run is a folder: what was asked for, what it was measured with, and what came of each case.

run.json            the configuration, the code's version, prompts, models, hashes of all data
cases/<suite>.jsonl each case as soon as it is measured, so that a run that was stopped can go on
timings/<suite>.jsonl   how long each took: the one thing that no two runs agree on
summary.json        the figures with their intervals
logs/               inspect_ai's own logs, for its viewer
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from evaluation.figures import CaseResult, Figure
from evaluation.lab import NOW
from evaluation.suites.base import Measured
from retrieval.tuning import Tuning
from service.errors import CannotRead, Conflict
from service.types import Locale

ROOT = Path(__file__).parents[1]
ROOMS = ("prompts", "retrieval", "service", "evaluation")
Source = Literal["sample", "content", "workspace"]
SOURCES = {".py", ".j2", ".toml", ".json", ".mako"}


class Config(BaseModel):
    """What was asked for: all that is needed to do it again. Paths are as they were given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Source = "sample"
    suites: list[str]
    content: str | None = None
    leads: str | None = None
    workspace: str | None = None
    locale: Locale = "pt-BR"
    now: AwareDatetime | None = Field(NOW, description="when it is in the lab; a running service has its own time")
    writer: Literal["composer", "model"] = "composer"
    scenarios: str | None = Field(None, description="a file of cases of copy; the sample's own where there is none")
    judged: list[str] = Field(default_factory=list, description="folders of judged questions, `pt=path`")
    labelled: list[str] = Field(default_factory=list, description="files of labelled copy for the checks")
    embedding: str = "bundled"
    retrieval: Tuning = Field(default_factory=Tuning, description="how content is cut and searched")
    judge: bool = False
    seed: int = 7


class Code(BaseModel):
    """Which code measured: the package's version, a hash over all its sources, and the commit where there is one."""

    model_config = ConfigDict(frozen=True)

    version: str
    sources: str
    commit: str | None = None


class SuiteState(BaseModel):
    """How far a suite came. `cannot` is why it could not be run, which is no pass; `data` hashes the files it read."""

    cases: int = 0
    done: bool = False
    cannot: str | None = None
    data: dict[str, str] = Field(default_factory=dict)


class RunInfo(BaseModel):
    """`run.json`."""

    id: str
    created_at: datetime
    config: Config
    code: Code
    embedder: str = ""
    model: str | None = None
    prompts: dict[str, str] = Field(default_factory=dict)
    suites: dict[str, SuiteState] = Field(default_factory=dict)


class SuiteSummary(BaseModel):
    """The figures of a suite, and of each locale of it where there are several."""

    figures: dict[str, Figure]
    locales: dict[str, dict[str, Figure]] = Field(default_factory=dict)


class Summary(BaseModel):
    """`summary.json`: figures by suite. A suite that could not run is not among them."""

    suites: dict[str, SuiteSummary]


class Timing(BaseModel):
    """What a case took, in milliseconds by what."""

    id: str
    milliseconds: dict[str, float]


class Run:
    """One folder."""

    def __init__(self, folder: Path, info: RunInfo) -> None:
        self.folder = folder
        self.info = info

    @classmethod
    def begin(cls, folder: Path, info: RunInfo) -> Run:
        """Make the folder, or go on with the run in it. Raises `Conflict` where another configuration or other code
        began it."""
        if (folder / "run.json").is_file():
            there = cls.open(folder)
            if there.info.config != info.config:
                raise Conflict(
                    f"{folder} holds a run with another configuration; give another folder.", code="eval.other_run"
                )
            if there.info.code.sources != info.code.sources:
                raise Conflict(
                    f"{folder} was begun by other code ({there.info.code.sources[:12]}); a run is of one version, so "
                    "give another folder.", code="eval.other_code",
                )  # fmt: skip
            there._mend()
            return there
        for part in ("cases", "timings"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        run = cls(folder, info)
        run.save()
        return run

    @classmethod
    def open(cls, folder: Path) -> Run:
        """A run that was begun. Raises `CannotRead`."""
        try:
            return cls(folder, RunInfo.model_validate_json((folder / "run.json").read_bytes()))
        except OSError:
            raise CannotRead(f"{folder} is not the folder of a run: it has no run.json.") from None
        except ValidationError as error:
            raise CannotRead(f"{folder / 'run.json'} is not what a run writes: {error.errors()[0]['msg']}.") from None

    def save(self) -> None:
        """Write `run.json`."""
        _write(self.folder / "run.json", self.info)

    def _mend(self) -> None:
        """Take off what was half written when the run was stopped: the next line would be added to it."""
        for path in (*(self.folder / "cases").glob("*.jsonl"), *(self.folder / "timings").glob("*.jsonl")):
            text = path.read_text(encoding="utf-8")
            if not text.endswith("\n"):
                path.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")

    def cases(self, suite: str) -> list[CaseResult]:
        """What is measured of that suite by now."""
        return [CaseResult.model_validate_json(line) for line in _lines(self.folder / "cases" / f"{suite}.jsonl")]

    def timings(self, suite: str) -> list[Timing]:
        """What its cases took."""
        return [Timing.model_validate_json(line) for line in _lines(self.folder / "timings" / f"{suite}.jsonl")]

    def add(self, suite: str, measured: Measured) -> None:
        """Keep a case that was just measured."""
        _append(self.folder / "cases" / f"{suite}.jsonl", measured.result)
        if measured.milliseconds:
            timing = Timing(id=measured.result.id, milliseconds=dict(measured.milliseconds))
            _append(self.folder / "timings" / f"{suite}.jsonl", timing)

    def finish(self, suite: str, order: Sequence[str]) -> list[CaseResult]:
        """All cases of a suite in their order, once each, and so written down."""
        found = {case.id: case for case in self.cases(suite)}
        cases = [found[id_] for id_ in order if id_ in found]
        path = self.folder / "cases" / f"{suite}.jsonl"
        path.write_text("".join(f"{case.model_dump_json()}\n" for case in cases), encoding="utf-8")
        return cases

    @property
    def summary(self) -> Summary:
        """The figures. Raises `CannotRead` where the run is not done."""
        try:
            return Summary.model_validate_json((self.folder / "summary.json").read_bytes())
        except OSError:
            raise CannotRead(f"The run in {self.folder} is not done: go on with it first.") from None

    def conclude(self, suites: Mapping[str, SuiteSummary]) -> Summary:
        """Write the figures."""
        summary = Summary(suites=dict(suites))
        _write(self.folder / "summary.json", summary)
        return summary


@cache
def code() -> Code:
    """The code that runs now."""
    hashed = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in SOURCES and "__pycache__" not in path.parts:
                hashed.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return Code(version=version("sobmedida"), sources=hashed.hexdigest(), commit=_commit())


def _commit() -> str | None:
    try:
        told = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            ["git", "-C", str(ROOT), "rev-parse", "HEAD"],  # noqa: S607 - whichever git there is
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None


def _write(path: Path, what: BaseModel) -> None:
    scratch = path.with_suffix(".new")
    scratch.write_text(what.model_dump_json(indent=2) + "\n", encoding="utf-8")
    scratch.replace(path)


def _append(path: Path, what: BaseModel) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(what.model_dump_json() + "\n")


def _lines(path: Path) -> Iterator[str]:
    """The whole lines of a file; the last one may have been cut off when a run was stopped."""
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n") and line.strip():
                yield line
