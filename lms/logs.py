"""The log: a line of JSON for each thing that happened, to the error stream, without what people typed."""

import sys

import structlog


def configure() -> None:
    """Set up the log, unless a host site has done so; a fault is told without the values of its variables."""
    if structlog.is_configured():
        return
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(tracebacks),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
