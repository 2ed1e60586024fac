"""Logs as one JSON object a line, whoever says them: our services, uvicorn, alembic, the drivers."""

import logging
import sys

import structlog


def configure_structlog() -> logging.Formatter:
    """Sends structlog through logging; returns the formatter that writes both."""
    structlog.configure(
        processors=[*_chain(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        foreign_pre_chain=_chain(),
    )


def log_to_stdout() -> None:
    """For a service that is a process of its own."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(configure_structlog())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(True)


def _chain() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
