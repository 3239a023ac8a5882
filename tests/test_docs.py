"""The docs tell the truth about the code."""

from __future__ import annotations

import re
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from service.app import create_app
from service.cli import COMMANDS
from service.settings import SECTIONS

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def page(name: str) -> str:
    return (ROOT / name).read_text()


@cache
def routes() -> dict[str, Any]:
    """The operations of every path."""
    return dict(create_app(nullcontext(cast("Any", None))).openapi()["paths"])


def test_every_setting_stands_in_the_configuration_table_with_its_default() -> None:
    rows = page("docs/configuration.md").splitlines()
    for section in SECTIONS:
        for field in section.model_fields.values():
            default = "" if field.default is None else f"`{field.default}`"
            assert f"| `{field.alias}` | {default} | {field.description} |" in rows


def test_the_readme_names_every_command() -> None:
    told = set(re.findall(r"`sobmedida ([a-z-]+)", page("README.md")))
    assert set(COMMANDS) == told


def test_every_route_stands_in_the_api_table() -> None:
    told = page("docs/api.md")
    for path, operations in routes().items():
        for method in operations:
            assert f"| `{method.upper()} {path}` |" in told


def test_every_error_code_stands_in_the_api_table() -> None:
    told = page("docs/api.md")
    for path in [*(ROOT / "service").rglob("*.py"), *(ROOT / "evaluation").rglob("*.py")]:
        if "checks" not in path.parts and "channels" not in path.parts:
            for code in re.findall(r'code ?= ?"([a-z]+\.[a-z_]+)"', path.read_text()):
                assert f"`{code}`" in told, f"{code} in {path}"


def test_every_test_that_the_privacy_page_names_is_there_and_so_is_every_route() -> None:
    text = page("docs/privacy.md")
    written = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"`(test_[a-z_]+)`", text):
        assert f"def {name}(" in written, name
    for path in re.findall(r"`(tests/[a-z_/]+\.py)`", text):
        assert (ROOT / path).is_file(), path
    known = {
        (method.upper(), re.sub(r"\{[a-z_]+\}", "{}", path)) for path, methods in routes().items() for method in methods
    }
    for method, path in re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/v1[^`?]*)", text):
        assert (method, re.sub(r"\{[a-z_]+\}", "{}", path)) in known, f"{method} {path}"


def test_every_make_target_that_the_docs_name_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    for text in map(Path.read_text, PAGES):
        assert set(re.findall(r"`make ([a-z-]+)`", text)) <= targets


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target
