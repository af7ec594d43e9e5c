"""The log: a line of JSON for each thing that happened, to the error stream, without what people typed."""

import logging
import sys

import structlog


class AsLine(logging.Handler):
    """Tells what a library says as a line of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; who logs is not troubled when that fails, as with the handlers of the standard library."""
        try:
            structlog.get_logger(record.name).log(
                record.levelno, "library", library=record.name, said=record.getMessage(), exc_info=record.exc_info
            )
        except Exception:  # noqa: BLE001  # the border: a log that is away must not end who writes to it
            self.handleError(record)


def tell_of_libraries() -> None:
    """Log what libraries warn of as lines of ours, in a process of our own; who set up their log keeps it."""
    everybody = logging.getLogger()
    if not everybody.handlers:
        everybody.addHandler(AsLine())


def tell_of(name: str, level: int) -> None:
    """Log what a library says, from a level on, where it would set up a log of its own kind."""
    library = logging.getLogger(name)
    library.setLevel(level)
    library.handlers[:] = [AsLine()]
    library.propagate = False


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
