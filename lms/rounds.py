"""Rounds of the worker: work that comes again and again, each behind a border of its own."""

from collections.abc import Callable

import structlog

from lms.errors import new_error_id

LONGEST_PAUSE_S = 30.0

log = structlog.get_logger(__name__)


class Round:
    """Work that is due every so many seconds; when it fails it is logged and tried again, after ever longer pauses."""

    def __init__(self, name: str, work: Callable[[], object], every_s: float = 0.0) -> None:
        self._name = name
        self._work = work
        self._every_s = every_s
        self._due_at = 0.0
        self._failures = 0

    def run_when_due(self, moment: float) -> None:
        """Work if it is time, by a clock in seconds; whatever the work breaks on stays here."""
        if moment < self._due_at:
            return
        try:
            self._work()
        except Exception as error:  # the border: a database that is away for a moment must not end the process
            log.error("round_failed", round=self._name, error_id=new_error_id(), exc_info=error)
            self._due_at = moment + min(LONGEST_PAUSE_S, 2.0**self._failures)
            self._failures += 1
        else:
            self._due_at = moment + self._every_s
            self._failures = 0
