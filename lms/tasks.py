"""The tasks of the worker: what a job of each kind does, step by step.

Every step may be repeated when a worker dies in it: it looks at what is there already, and adds what is missing.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from courses.applications.entering import nominations_of, places_of
from courses.applications.reminders import reminders_due, write_reminders
from courses.applications.services import lapse_due
from courses.attempts.raw_log import forget_posts, old_logs
from courses.attempts.silence import close_silent
from courses.attempts.trials import forget_old
from courses.catalogue import imports, queries, versions
from courses.catalogue.archives import free_archives
from courses.catalogue.import_moves import UNFINISHED
from courses.catalogue.imports import ImportRequest, PackageReport
from courses.catalogue.models import ImportState, PackageImport
from courses.catalogue.uploads import forget_expired, kept_uploads
from courses.enrolment.dry_run import Ports, dry_run
from courses.enrolment.services import close_due
from courses.errors import NotFound, Refusal
from courses.notices.forgetting import forget_texts
from courses.policy.queries import version_of
from courses.policy.services import keep_report
from courses.progression.policy import policy_of
from courses.records.evidence import evidence_digests
from lms import clock, jobs
from lms.packages import RefusedPackage, budgets_of, read_in_child
from lms.resuming import key_of
from lms.site import Site

IMPORT = "import"
DRY_RUN = "dry_run"
CLOSED_AT_ONCE = 100
ENDED_AT_ONCE = 20
FREED_AT_ONCE = 5
REMINDED_AT_ONCE = 50
LOGS_FOUND_AT_ONCE = 500
LOGS_FORGOTTEN_AT_ONCE = 20
LETTERS_FORGOTTEN_AT_ONCE = 200
T = TypeVar("T")


class Step(Protocol):
    """Runs a function once for a job and keeps its result, which is made of plain values."""

    def __call__(self, name: str, function: Callable[[], T], /) -> T:
        """Return the result of the function, or of its earlier run."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job at work: where, on what, and how its steps are run."""

    site: Site
    arguments: Mapping[str, str]
    step: Step


@dataclass(frozen=True, slots=True)
class Task:
    """What a kind of job does, and what it leaves behind when it fails under an identifier."""

    run: Callable[[Work], None]
    fail: Callable[[Site, Mapping[str, str], str], None]


def ask_for_import(session: Session, asked: ImportRequest, actor_id: UUID | None) -> PackageImport:
    """Write down an import together with the job that reads it."""
    now = clock.now()
    import_ = imports.start_import(session, asked, actor_id, now)
    jobs.enqueue(session, IMPORT, {"import": str(import_.id)}, now)
    return import_


def import_package(work: Work) -> None:
    """Read a staged package in a child process, put it in its place, write down what was found, publish if asked."""
    site, import_id = work.site, UUID(work.arguments["import"])
    answer = work.step("read", lambda: _read(site, import_id))
    if "refused" in answer:
        work.step("refuse", lambda: _refuse(site, import_id, answer["refused"]))
    elif "report" in answer:
        work.step("store", lambda: _store(site, import_id))
        work.step("record", lambda: _record(site, import_id, PackageReport(**answer["report"])))


def _read(site: Site, import_id: UUID) -> dict[str, Any]:
    """Return the report or the refusal as plain values; nothing when the import has ended already."""
    with site.database.transaction() as session:
        import_ = imports.locked(session, import_id)
        if import_.state not in UNFINISHED:
            return {}
        imports.begin_reading(session, import_id)
        path = _place(site, import_)
    # The file reaches the disk while it is read, so that keeping it does not wait.
    settling = threading.Thread(target=site.storage.settle, args=(path,))
    settling.start()
    settings = site.settings
    outcome = read_in_child(
        path, settings.max_unpacked, lambda *read: _tell(site, import_id, *read), budgets_of(settings)
    )
    settling.join()
    if isinstance(outcome, RefusedPackage):
        return {"refused": outcome.findings}
    return {"report": {field.name: getattr(outcome, field.name) for field in fields(outcome)}}


def _tell(site: Site, import_id: UUID, done: int, total: int) -> None:
    with site.database.transaction() as session:
        imports.record_progress(session, import_id, done, total)


def _place(site: Site, import_: PackageImport) -> Path:
    """Return where the file of an import is: staged, or in its place already.

    Raises:
        FileNotFoundError: it is in neither place.
    """
    staged = site.storage.aside(str(import_.id))
    return staged if staged.exists() else site.storage.path(import_.sha256).resolve(strict=True)


def _store(site: Site, import_id: UUID) -> None:
    with site.database.reading() as session:
        sha256 = queries.import_of(session, import_id).sha256
    staged = site.storage.aside(str(import_id))
    if staged.exists():
        site.storage.keep(staged, sha256)
    site.storage.path(sha256).resolve(strict=True)


def _record(site: Site, import_id: UUID, report: PackageReport) -> None:
    now = clock.now()
    with site.database.transaction() as session:
        import_ = imports.locked(session, import_id)
        if import_.state is not ImportState.READING:
            return
        site.storage.path(import_.sha256).resolve(strict=True)  # a row never names a file that is not there
        ready = imports.record_report(session, import_id, report, now)
        if ready.publishes_itself and ready.version_id:
            versions.publish(session, ready.version_id, ready.created_by_id, now)


def _refuse(site: Site, import_id: UUID, findings: list[dict[str, Any]]) -> None:
    with site.database.transaction() as session:
        if imports.locked(session, import_id).state is ImportState.READING:
            imports.record_refusal(session, import_id, findings, clock.now())
    site.storage.aside(str(import_id)).unlink(missing_ok=True)


def fail_import(site: Site, arguments: Mapping[str, str], error_id: str) -> None:
    """Write down that an import failed, and remove its staged file."""
    import_id = UUID(arguments["import"])
    with site.database.transaction() as session:
        imports.fail_import(session, import_id, error_id, clock.now())
    site.storage.aside(str(import_id)).unlink(missing_ok=True)


def ask_for_dry_run(session: Session, version_id: UUID) -> None:
    """Write down that a draft of the policy is to be tried, with the job that does; its report says since when.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_not_draft`.
    """
    now = clock.now()
    if version_of(session, version_id).in_force_from is not None:
        raise Refusal("policy_not_draft")
    keep_report(session, version_id, {"asked_at": now.isoformat()})
    jobs.enqueue(session, DRY_RUN, {"version": str(version_id)}, now)


def try_policy(work: Work) -> None:
    """Find out what a draft would change, and keep the report with it."""
    work.step("try", lambda: _try_policy(work.site, UUID(work.arguments["version"])))


def _try_policy(site: Site, version_id: UUID) -> None:
    with site.database.reading() as session:
        rules = version_of(session, version_id).rules
        report = dry_run(session, policy_of(rules), Ports(places_of, nominations_of), clock.now())
    with site.database.transaction() as session:
        if version_of(session, version_id).rules == rules:  # else the draft was changed meanwhile
            keep_report(session, version_id, report)


def fail_dry_run(site: Site, arguments: Mapping[str, str], error_id: str) -> None:
    """Write down that a dry run failed; a draft that was discarded meanwhile has nothing to say it on."""
    with site.database.transaction() as session, suppress(NotFound):
        keep_report(session, UUID(arguments["version"]), {"error_id": error_id})


TASKS = {IMPORT: Task(import_package, fail_import), DRY_RUN: Task(try_policy, fail_dry_run)}


class Some(Protocol):
    """Does a piece of what is due, `most` at once, and returns how many that were."""

    def __call__(self, session: Session, now: datetime, /, most: int) -> int:
        """Return how many; fewer than `most` when nothing is left."""


def _by_and_by(site: Site, some: Some, most: int) -> int:
    """Do all that is due, a few in each transaction; return how many."""
    total = 0
    while True:
        with site.database.transaction() as session:
            count = some(session, clock.now(), most=most)
        total += count
        if count < most:
            return total


def close_enrolments(site: Site) -> int:
    """Close the enrolments that are due, a few in each transaction; return how many."""
    return _by_and_by(site, close_due, CLOSED_AT_ONCE)


def lapse_places(site: Site) -> int:
    """Take back the places that nobody confirmed in time, a few in each transaction; return how many."""
    return _by_and_by(site, lapse_due, ENDED_AT_ONCE)


def remind(site: Site) -> int:
    """Write the reminders that are due, a few in each transaction; return how many."""
    now, total = clock.now(), 0
    with site.database.reading() as session:
        found = reminders_due(session, now)
    for first in range(0, len(found), REMINDED_AT_ONCE):
        with site.database.transaction() as session:
            total += write_reminders(session, found[first : first + REMINDED_AT_ONCE], now)
    return total


def end_silent_pages(site: Site) -> int:
    """End the player's pages that nobody hears of any more, a few in each transaction; return how many."""
    return _by_and_by(site, close_silent, ENDED_AT_ONCE)


def free_unused_archives(site: Site) -> int:
    """Give up the archives that no version uses, a few in each transaction; return how many."""
    return _by_and_by(site, free_archives, FREED_AT_ONCE)


def forget_trials(site: Site) -> int:
    """Forget the trials that nobody has launched for a month, a few in each transaction; return how many."""
    return _by_and_by(site, forget_old, CLOSED_AT_ONCE)


def forget_raw_logs(site: Site) -> int:
    """Forget posts that were kept as long as the installation wants, a few page loads at once; return how many.

    They are looked for by readers: nobody who saves waits for the search.
    """
    days, total, last = site.settings.raw_log_days, 0, None
    while days:
        with site.database.reading() as session:
            found = old_logs(session, clock.now(), days, last, LOGS_FOUND_AT_ONCE)
        for first in range(0, len(found), LOGS_FORGOTTEN_AT_ONCE):
            some = found[first : first + LOGS_FORGOTTEN_AT_ONCE]
            with site.database.transaction() as session:
                total += forget_posts(session, some, clock.now(), days)
        if len(found) < LOGS_FOUND_AT_ONCE:
            break
        last = found[-1]
    return total


def forget_letters(site: Site) -> int:
    """Forget what letters said that were sent as long ago as the installation wants, a few at once; return how many."""
    days = site.settings.letter_days
    return _by_and_by(site, partial(forget_texts, days=days), LETTERS_FORGOTTEN_AT_ONCE) if days else 0


def sweep(site: Site) -> int:
    """Remove staged and stored files that nothing names, and uploads for which nothing came; return how many files.

    Archives that no version uses are given up before, so that their files go as well.
    """
    free_unused_archives(site)
    with site.database.transaction() as session:
        forget_expired(session, clock.now())

    def named() -> tuple[frozenset[str], frozenset[str]]:
        with site.database.reading() as session:
            imports_waiting = {str(import_id) for import_id in queries.unfinished_imports(session)}
            uploads_waiting = {key_of(upload_id) for upload_id in kept_uploads(session)}
            digests = queries.stored_digests(session) | evidence_digests(session)
            return digests, frozenset(imports_waiting | uploads_waiting)

    return site.storage.sweep(named)
