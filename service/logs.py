"""Structured logs: readable on a terminal, JSON elsewhere, a request id on every line, no personal data.

Log lines carry route templates (`/v1/leads/{external_id}`), never the ids in a path, and never bodies.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal, get_args

import structlog

from service.settings import LogSettings

Level = Literal["debug", "info", "warning", "error"]


def configure(settings: LogSettings, *, at_least: Level = "debug") -> None:
    """Send our lines and those of libraries through one renderer, to standard error.

    `at_least` raises the level for commands, whose own output is what counts.
    """
    level = max(settings.level, at_least, key=get_args(Level).index)
    console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if console
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if console else [structlog.processors.format_exc_info]),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpx2", "httpcore", "openai", "sentence_transformers", "alembic", "aiosqlite"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
