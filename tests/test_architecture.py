"""Who may import whom, as `docs/architecture.md` says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("prompts", "retrieval", "service", "evaluation")
HEAVY = {
    "torch", "safetensors", "sentence_transformers", "tokenizers", "transformers", "sklearn", "threadpoolctl",
    "inspect_ai",
}  # fmt: skip
# modules whose import is put off for the start of commands, with the reason beside the import
LATE = {
    "retrieval/embedding.py": {"retrieval.packed"},
    "service/db/migrate.py": {"alembic", "alembic.config"},
    "service/wiring.py": {"qdrant_client", "retrieval.server"},
    "service/commands/api.py": {"service.app", "service.logs", "service.wiring"},
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("prompts", "retrieval", "service", "evaluation", cache_dir=None)


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("prompts", ("retrieval", "service", "evaluation")),
        ("retrieval", ("prompts", "service", "evaluation")),
        ("service", ("evaluation",)),
    ],
)
def test_rooms_import_only_what_they_may(graph: grimp.ImportGraph, room: str, forbidden: tuple[str, ...]) -> None:
    for module in graph.modules:
        if module.split(".")[0] == room:
            reached = {name.split(".")[0] for name in graph.find_modules_directly_imported_by(module)}
            assert not reached & set(forbidden), module


def test_there_are_no_import_cycles(graph: grimp.ImportGraph) -> None:
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            assert graph.find_shortest_chain(imported, module) is None, f"{module} and {imported} import each other"


@pytest.mark.parametrize("name", ["models", "contract"])
def test_pure_modules_reach_no_io(graph: grimp.ImportGraph, name: str) -> None:
    for module in graph.modules:
        if module.startswith("service.") and module.split(".")[-1] == name:
            reached = graph.find_upstream_modules(module)
            assert not {
                other for other in reached if other.split(".")[-1] in ("store", "routes", "engine", "wiring")
            }, module


def test_checks_are_pure(graph: grimp.ImportGraph) -> None:
    for module in graph.find_descendants("service.checks"):
        assert not {
            other for other in graph.find_upstream_modules(module) if other.startswith(("service.db", "service.wiring"))
        }


def test_routes_do_not_import_other_features_routes(graph: grimp.ImportGraph) -> None:
    routes = {module for module in graph.modules if module.endswith(".routes")}
    for module in routes:
        assert not graph.find_modules_directly_imported_by(module) & routes, module


def test_only_wiring_names_the_outside() -> None:
    allowed = {"service/wiring.py", "service/generation/openai_client.py"}
    for path in modules():
        name = str(path.relative_to(ROOT))
        if name.startswith("service/") and name not in allowed:
            assert not {
                item for item in imported(path) if item.split(".")[0] in ("openai", "qdrant_client", "qdrant_edge")
            }, name


def test_imports_stand_at_the_top_except_heavy_ones() -> None:
    for path in modules():
        name = str(path.relative_to(ROOT))
        late = {item for item in inner_imports(path) if item.split(".")[0] not in HEAVY}
        assert late <= LATE.get(name, set()), f"{name}: {late}"


def test_every_store_is_bound_to_a_workspace() -> None:
    for path in (ROOT / "service").rglob("store.py"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Store") and node.name != "WorkspaceStore":
                init = next(item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__")
                assert [argument.arg for argument in init.args.args] == ["self", "connection", "workspace"], node.name


def test_nothing_is_patched() -> None:
    words = re.compile(r"mock\.patch|MagicMock|monkeypatch\.setattr|unittest\.mock")
    for path in (ROOT / "tests").rglob("*.py"):
        if path.name != "test_architecture.py":
            assert not words.search(path.read_text()), path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> set[str]:
    return set(_imports(ast.walk(tree(path))))


def inner_imports(path: Path) -> set[str]:
    functions = (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {name for function in functions for name in _imports(ast.walk(function))}


def _imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
