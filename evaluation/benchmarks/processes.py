"""The service and the mock model as processes of their own, and how much CPU they take."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

START_SECONDS = 90


@contextmanager
def command(*arguments: str, environment: Mapping[str, str] | None = None, folder: Path) -> Iterator[psutil.Process]:
    """A `sobmedida` command that runs as long as the block, its output in `folder`."""
    with (folder / f"{arguments[0]}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "service.cli", *arguments],
            env={**os.environ, "HF_HUB_OFFLINE": "1", **(environment or {})},
            stdout=log,
            stderr=log,
        )
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str) -> float:
    """Wait for 200 from `url`; gives the seconds it took. Raises TimeoutError."""
    started = time.perf_counter()
    while time.perf_counter() - started < START_SECONDS:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return time.perf_counter() - started
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{url} was not ready within {START_SECONDS} s")


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time so far, of all threads."""
    times = process.cpu_times()
    return float(times.user + times.system)


def lag_buckets(url: str) -> dict[float, float]:
    """The event-loop lag histogram of a running service: upper bound in seconds to count so far."""
    text = httpx.get(f"{url}/metrics", timeout=10).text
    found = re.findall(r'sobmedida_event_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', text)
    return {float(bound): float(count) for bound, count in found}


def lag_p99(before: Mapping[float, float], after: Mapping[float, float]) -> float:
    """The bucket bound, in seconds, below which 99% of the samples between two readings lie."""
    counts = {bound: after[bound] - before.get(bound, 0) for bound in after}
    total = max(counts.values())
    return min(bound for bound, count in counts.items() if count >= 0.99 * total)
