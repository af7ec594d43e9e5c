"""The worker process: takes up waiting jobs and runs them by DBOS in durable steps.

DBOS keeps its own SQLite file, or its own schema on PostgreSQL, and lives in worker processes only. A worker killed at
any moment leaves its jobs to the next one in its slot (`lms.slots`), or to the round that looks after strays.
"""

import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import structlog
from dbos import DBOS, SetWorkflowID

from lms import clock, jobs, logs
from lms.errors import new_error_id
from lms.mail import where_to
from lms.posting import send_notices
from lms.rounds import Round
from lms.site import Site
from lms.slots import Slot, is_held, take_slot
from lms.tasks import (
    TASKS,
    Work,
    close_enrolments,
    end_silent_pages,
    forget_letters,
    forget_raw_logs,
    forget_trials,
    lapse_places,
    remind,
    sweep,
)

POLL_S = 0.05
AT_ONCE = 2
ASK_AGAIN_S = 5.0
ROUND_S = 60.0
POST_S = 10.0
REMIND_S = 600.0
SWEEP_S = 3600.0
DAY_S = 24 * SWEEP_S
STRAY_AFTER_S = 1800.0
PATIENCE_S = 5.0
RECOVERIES = 20

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Worker:
    """One process that runs jobs; `stop()` ends it, from a signal too."""

    def __init__(self, site: Site, slot: Slot) -> None:
        self._site = site
        self._slot = slot
        self._stopping = threading.Event()
        self._active: set[str] = set()
        self._asked: dict[str, float] = {}
        self._workflow = _launch(site, slot.name, self._run_job)

    def stop(self) -> None:
        """Take up nothing more; `run` returns soon."""
        self._stopping.set()

    def run(self) -> None:
        """Work until told to stop; what takes longer than a moment then is left to the next worker."""
        log.info("worker_started", slot=self._slot.name, mail=where_to(self._site.settings))
        poster = threading.Thread(target=self._post, name="post", daemon=True)
        poster.start()
        rounds = [
            Round("strays", self._look_after_strays, ROUND_S),
            Round("silent pages", lambda: end_silent_pages(self._site), ROUND_S),
            Round("places", lambda: lapse_places(self._site), ROUND_S),
            Round("reminders", lambda: remind(self._site), REMIND_S),
            Round("enrolments", self._close_enrolments, SWEEP_S),
            Round("files", self._sweep, SWEEP_S),
            Round("trials", lambda: forget_trials(self._site), SWEEP_S),
            Round("raw logs", lambda: forget_raw_logs(self._site), DAY_S),
            Round("letters", lambda: forget_letters(self._site), DAY_S),
            Round("jobs", self._take_up),
        ]
        while not self._stopping.wait(POLL_S):
            for round_ in rounds:
                round_.run_when_due(time.monotonic())
        deadline = time.monotonic() + PATIENCE_S
        while self._active and time.monotonic() < deadline:
            time.sleep(POLL_S)
        poster.join(PATIENCE_S)  # what is being sent at this moment is noted, else it would be sent again
        log.info("worker_stopped", slot=self._slot.name, left=sorted(self._active))

    def _post(self) -> None:
        """Send notices, beside everything else: a slow mail server keeps no job waiting."""
        round_ = Round("notices", lambda: send_notices(self._site, self._stopping.is_set), POST_S)
        while not self._stopping.wait(1.0):
            round_.run_when_due(time.monotonic())

    def _close_enrolments(self) -> None:
        log.info("enrolments_closed", enrolments=close_enrolments(self._site))

    def _sweep(self) -> None:
        log.info("swept", files=sweep(self._site))

    def _take_up(self) -> None:
        moment = time.monotonic()
        free = AT_ONCE - len(self._active)
        if free <= 0:
            return
        with self._site.database.reading() as session:
            waiting = [str(job_id) for job_id in jobs.waiting(session, AT_ONCE * 2)]
        self._asked = {job: asked for job, asked in self._asked.items() if moment - asked < ASK_AGAIN_S}
        for job in [job for job in waiting if job not in self._asked][:free]:
            self._asked[job] = moment
            self._start(job)

    def _start(self, job: str) -> None:
        """Start the workflow of a job; nothing happens when it was started before."""
        with SetWorkflowID(job):
            DBOS.start_workflow(self._workflow, job)

    def _run_job(self, job: str) -> None:
        """Run one job as a workflow: begin, the steps of its task, end."""
        self._active.add(job)
        try:
            begun = _step("begin", lambda: self._begin(job))
            if begun is not None:
                self._carry_out(job, *begun)
        finally:
            self._active.discard(job)

    def _begin(self, job: str) -> tuple[str, dict[str, str]] | None:
        with self._site.database.transaction() as session:
            begun = jobs.begin(session, UUID(job), clock.now())
        return (begun[0], dict(begun[1])) if begun else None

    def _carry_out(self, job: str, kind: str, arguments: dict[str, str]) -> None:
        log.info("job_started", job=job, kind=kind)
        try:
            TASKS[kind].run(Work(self._site, arguments, _step))
        except Exception as error:  # the border: whatever a job breaks on is logged and told
            error_id = new_error_id()
            log.error("job_failed", job=job, kind=kind, error_id=error_id, exc_info=error)
            _step("fail", lambda: self._fail(job, kind, arguments, error_id))
            return
        _step("end", lambda: self._end(job))
        log.info("job_done", job=job, kind=kind)

    def _end(self, job: str, error_id: str | None = None) -> None:
        with self._site.database.transaction() as session:
            jobs.end(session, UUID(job), clock.now(), error_id)

    def _fail(self, job: str, kind: str, arguments: Mapping[str, str], error_id: str) -> None:
        if kind in TASKS:
            TASKS[kind].fail(self._site, arguments, error_id)
        self._end(job, error_id)

    def _look_after_strays(self) -> None:
        """Take up what was begun by a worker that is no more."""
        with self._site.database.reading() as session:
            unfinished = [(str(job_id), state) for job_id, state in jobs.unfinished(session)]
        for job, state in unfinished:
            status = None if job in self._active else DBOS.get_workflow_status(job)
            if status is None:
                if state is jobs.JobState.RUNNING and job not in self._active:
                    self._start(job)
            elif status.status == "PENDING":
                if self._is_abandoned(status):
                    DBOS.resume_workflow(job)
            elif status.status not in {"ENQUEUED", "DELAYED"}:
                self._give_up(job)

    def _is_abandoned(self, status: Any) -> bool:
        """Tell whether the worker that runs a workflow is no more."""
        if status.executor_id == self._slot.name:
            return False
        held = is_held(self._site.settings.folder, str(status.executor_id))
        if held is not None:
            return not held
        return time.time() - (status.updated_at or 0) / 1000 > STRAY_AFTER_S

    def _give_up(self, job: str) -> None:
        """Fail a job whose workflow ended without saying so: it took worker after worker with it."""
        error_id = new_error_id()
        log.error("job_given_up", job=job, error_id=error_id)
        with self._site.database.reading() as session:
            row = session.get_one(jobs.Job, UUID(job))
            kind, arguments = row.kind, dict(row.arguments)
        self._fail(job, kind, arguments, error_id)


def _launch(site: Site, name: str, run: Callable[[str], None]) -> Callable[[str], None]:
    """Start the engine of this process and return its workflow; what the name left unfinished resumes at once."""
    logs.tell_of("dbos", logging.WARNING)
    config: dict[str, Any] = {
        "name": "palier",
        "executor_id": name,
        "application_version": "1",  # a release resumes what the one before it left
        "log_level": "WARNING",
        "enable_otlp": False,
        "sys_db_pool_size": 5,
        "scheduler_polling_interval_sec": 3600.0,
    }
    if site.database.is_sqlite:
        config["system_database_url"] = f"sqlite:///{_sqlite_file(site.settings.folder)}"
    else:
        url = site.settings.database_url
        config |= {"system_database_url": url, "dbos_system_schema": "lms_jobs", "use_listen_notify": False}
    DBOS(config=config)  # type: ignore[arg-type]  # a TypedDict built in parts

    def job(identifier: str) -> None:
        run(identifier)

    workflow: Callable[[str], None] = DBOS.workflow(name="job", max_recovery_attempts=RECOVERIES)(job)
    DBOS.launch()
    return workflow


def _sqlite_file(folder: Path) -> Path:
    """Return the engine's own database, in WAL from its first byte on."""
    path = folder / "jobs.db"
    connection = sqlite3.connect(path, timeout=30)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return path


def _step(name: str, function: Callable[[], T]) -> T:
    """Run a function once for a workflow, also when a worker dies after it: its result is kept."""
    result: T = DBOS.run_step({"name": name}, function)
    return result


def run_worker(site: Site, parent: int | None = None) -> None:
    """Run a worker in this process until it is told to stop (SIGTERM, SIGINT), or `parent` is no more; then leave."""
    worker = Worker(site, take_slot(site.settings.folder))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    if parent is not None:
        threading.Thread(target=_follow, args=(parent, worker), daemon=True).start()
    worker.run()
    os._exit(0)  # threads of unfinished jobs and of the engine are not waited for


def _follow(parent: int, worker: Worker) -> None:
    """Stop the worker when the server that started it is no more."""
    while os.getppid() == parent:
        time.sleep(0.5)
    worker.stop()
