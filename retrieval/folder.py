"""The folder of an embedded index: who owns it, what it was made for, and which sub-folders are live.

<folder>/
    .lock               held by the owner for as long as the index is open
    owner.pid           whose lock it is, for the error message only
    index.json          the manifest
    passages-<n>/       one shard a collection; the manifest says which n is live
    leads-<n>/
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from retrieval.errors import IndexLocked
from retrieval.types import COLLECTIONS, Collection

# Raised whenever stored points or field indexes change in a way that older folders lack.
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `index.json` says. `shards` maps a collection to the name of its live sub-folder."""

    identity: str
    embedder: str
    dimensions: int
    shards: Mapping[Collection, str]
    schema: int = SCHEMA


class IndexFolder:
    """A folder that one process owns from `__init__` to `release`."""

    def __init__(self, path: Path) -> None:
        """Take the lock or raise `IndexLocked`.

        The lock is ours because the engine's own comes too late: a second load that it refuses has by then already
        harmed the first owner's files.
        """
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._owner = path / "owner.pid"
        self._given = dict.fromkeys(COLLECTIONS, 0)
        self._lock = FileLock(path / ".lock", timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise IndexLocked(path, self._read_owner()) from None
        self._owner.write_text(str(os.getpid()))

    def release(self) -> None:
        """Let others in."""
        self._owner.unlink(missing_ok=True)
        self._lock.release()

    def read(self) -> Manifest | None:
        """The manifest, or None where it is missing, damaged or of another schema."""
        try:
            found = json.loads((self.path / "index.json").read_text())
            manifest = Manifest(**found)
            whole = (
                manifest.schema == SCHEMA
                and set(manifest.shards) == set(COLLECTIONS)
                and all((self.path / name).is_dir() for name in manifest.shards.values())
            )
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return manifest if whole else None

    def write(self, manifest: Manifest) -> None:
        """Replace the manifest in one step, so that a crash leaves the old one or the new one."""
        draft = self.path / "index.json.new"
        with draft.open("w") as file:
            json.dump(asdict(manifest), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / "index.json")

    def fresh(self, embedder: str, dimensions: int) -> Manifest:
        """A manifest for new, empty shards under a new identity; nothing is written."""
        shards = {collection: self.unused(collection) for collection in COLLECTIONS}
        return Manifest(str(uuid4()), embedder, dimensions, shards)

    def unused(self, collection: Collection) -> str:
        """The name of a sub-folder that does not exist yet and that nobody was given before."""
        taken = [
            int(found.name.rpartition("-")[2])
            for found in self.path.glob(f"{collection}-*")
            if found.name.rpartition("-")[2].isdigit()
        ]
        self._given[collection] = max([self._given[collection], *taken]) + 1
        return f"{collection}-{self._given[collection]}"

    def sweep(self, manifest: Manifest) -> None:
        """Remove shards that are not live: what a reset, a compaction or a crash left behind."""
        for collection in COLLECTIONS:
            for found in self.path.glob(f"{collection}-*"):
                if found.name != manifest.shards[collection]:
                    shutil.rmtree(found, ignore_errors=True)

    def _read_owner(self) -> int | None:
        with contextlib.suppress(OSError, ValueError):
            return int(self._owner.read_text())
        return None
