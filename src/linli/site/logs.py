"""Logs: one JSON line per thing that happened, with the request's id and without anything about a person."""

from __future__ import annotations

import logging.config
import re
import sys
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

# What may follow a person into a log by accident. Only the listed keys of Django's own records are kept.
PRIVATE = frozenset(
    {"request", "user", "username", "password", "phone", "name", "email", "cookie", "body", "text", "address"}
)


def without_people(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop every field whose name is one that personal data hides under."""
    return {key: value for key, value in event.items() if key not in PRIVATE}


# PostgreSQL's DETAIL quotes the row it refused, over several lines if a value has them: it goes, up to the next part.
_DETAIL = re.compile(
    r"^[ |]*DETAIL:.*?"
    r"(?=^[ |]*(?:HINT|QUERY|CONTEXT|LOCATION|LINE \d+):|^[ |]*\n[ |]*(?:The above|During handling)|\Z)",
    re.MULTILINE | re.DOTALL,
)


def without_details(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take what a database says about the refused row out of tracebacks."""
    if isinstance(event.get("exception"), str):
        event["exception"] = _DETAIL.sub("", event["exception"]).rstrip()
    return event


def without_path(line: logging.LogRecord) -> bool:
    """Take the path out of Django's own line about a failed request: a path may be a key (a link to a matter)."""
    line.msg, line.args = "request failed", ()
    return True


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_people,
    ]


def logging_settings(style: str, level: str) -> dict[str, Any]:
    """The dictionary Python's logging is configured with; ``style`` is "json" or "plain" (for a terminal)."""
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if style == "plain"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    without_details,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": "WARNING"},
            "django.request": {"level": "ERROR", "filters": [without_path]},
            "django.security.DisallowedHost": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "apprise": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: standard logging and structlog write the same lines."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
