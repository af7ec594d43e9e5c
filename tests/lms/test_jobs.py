"""Jobs in worker processes of their own: taken up soon, run once, resumed after a kill -9, failing with a trace."""

import hashlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from courses.catalogue.imports import ImportRequest
from courses.catalogue.models import Archive, ArchiveMember, CourseVersion, ImportState, PackageImport
from courses.people.models import Language
from lms import clock
from lms.application import create_site
from lms.config import Settings
from lms.jobs import Job, JobState, enqueue
from lms.site import Site
from lms.slots import is_held, take_slot
from lms.tasks import ask_for_import
from tests.builders import make_course
from tests.importing import environment, files_of, start_palier
from tests.scorm.packaging.packages import package_bytes

KILLER = Path(__file__).with_name("killing_worker.py")
POINTS = [f"{step} {place}" for step in ("begin", "read", "store", "record", "end") for place in ("in", "after")]
PATIENCE_S = 60
GOOD = package_bytes()


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """Return the installation that the workers of the test share."""
    opened = create_site(settings)
    yield opened
    opened.database.close()


def ask(site: Site, data: bytes, **facts: bool) -> UUID:
    """Send a package as the import page does."""
    with site.storage.staging() as staged:
        staged.write_bytes(data)
        with site.database.transaction() as session:
            asked = ImportRequest(
                course_id=make_course(session, languages=[]).id, language=Language.FR, file_name="a.zip",
                size=len(data), sha256=hashlib.sha256(data).hexdigest(), publishes_itself=True,
            )  # fmt: skip
            import_ = ask_for_import(session, asked, None)
            site.storage.set_aside(staged, str(import_.id))
            return import_.id


@contextmanager
def worker(settings: Settings, *more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker; it is ended at the end, if it still lives."""
    process = start_palier(settings, "worker", *more)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def deadly_workers(settings: Settings, points: Path) -> Iterator[Callable[[], int]]:
    """Yield what runs a worker until it dies at the next of the points, and returns how it ended."""
    command = [sys.executable, str(KILLER), str(points)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment(settings), stdin=pipe, stdout=pipe, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def run_worker() -> int:
            asked.write(b"\n")
            return int(answers.readline())

        yield run_worker
        asked.close()


def until(site: Site, holds: Callable[[Session], bool]) -> None:
    """Wait until something holds in the database."""
    deadline = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while time.monotonic() < deadline:
        with site.database.reading() as session:
            if holds(session):
                return
        pause.wait(0.02)
    raise AssertionError("it never came to hold")


def all_ended(session: Session) -> bool:
    unfinished = select(func.count()).select_from(Job).where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))
    return session.scalar(unfinished) == 0


def states(site: Site) -> list[ImportState]:
    with site.database.reading() as session:
        return list(session.scalars(select(PackageImport.state)))


def test_jobs_are_taken_up_and_done_in_their_order(site: Site, settings: Settings) -> None:
    with worker(settings) as process:
        ask(site, GOOD)
        until(site, all_ended)
        ask(site, GOOD)
        until(site, all_ended)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert states(site) == [ImportState.PUBLISHED] * 2
    with site.database.reading() as session:
        first, second = session.scalars(select(Job).order_by(Job.created_at)).all()
        assert first.finished_at is not None
        assert second.started_at is not None
        assert first.finished_at <= second.started_at
    assert len(files_of(site)[0]) == 1
    assert files_of(site)[1] == []


def test_a_worker_that_is_killed_at_any_point_leaves_no_half_course(
    site: Site, settings: Settings, tmp_path: Path
) -> None:
    points = tmp_path / "points"
    # After a step it is the engine that matters, not our database: one kind is enough.
    listed = POINTS if site.database.is_sqlite else [point for point in POINTS if point.endswith(" in")]
    points.write_text("\n".join(listed))
    ask(site, GOOD)
    deaths = 0
    with deadly_workers(settings, points) as run_worker:
        while points.read_text():
            with site.database.reading() as session:
                is_idle = all_ended(session)
            if is_idle:
                ask(site, package_bytes(files={"one/index.html": f"{deaths}".encode()}))
            assert run_worker() == -signal.SIGKILL
            deaths += 1
    assert deaths == len(listed)
    with worker(settings):
        until(site, all_ended)
    assert set(states(site)) == {ImportState.PUBLISHED}
    with site.database.reading() as session:
        imports = session.scalar(select(func.count()).select_from(PackageImport))
        assert session.scalar(select(func.count()).select_from(CourseVersion)) == imports
        assert {job.state for job in session.scalars(select(Job))} == {JobState.DONE}
        archives = set(session.scalars(select(Archive.sha256)))
        assert set(session.scalars(select(ArchiveMember.archive_sha256))) == archives
    stored, staged = files_of(site)
    assert (set(stored), staged) == (archives, [])


@contextmanager
def out_of_order(site: Site) -> Iterator[None]:
    """Let the database be away: as while PostgreSQL starts again; on SQLite, as if the table of the jobs were lost."""
    engine = site.database.engine
    if site.database.is_sqlite:
        away = ["ALTER TABLE lms_job RENAME TO lms_job_away"]
        back = ["ALTER TABLE lms_job_away RENAME TO lms_job"]
    else:
        engine = create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        name = site.database.engine.url.database
        away = [
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        ]
        back = [f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"]
    with engine.begin() as connection:
        for statement in away:
            connection.execute(text(statement))
    try:
        yield
    finally:
        with engine.begin() as connection:
            for statement in back:
                connection.execute(text(statement))
        if engine is not site.database.engine:
            engine.dispose()


def test_a_worker_outlives_a_database_that_is_away(site: Site, settings: Settings) -> None:
    with worker(settings) as process:
        ask(site, GOOD)
        until(site, all_ended)
        with out_of_order(site):
            assert process.stderr is not None
            for line in process.stderr:
                if json.loads(line).get("event") == "round_failed":
                    break
        ask(site, GOOD)
        until(site, all_ended)
        assert process.poll() is None
    assert states(site) == [ImportState.PUBLISHED] * 2


def test_a_refused_package_ends_its_job_well(site: Site, settings: Settings) -> None:
    ask(site, b"no zip")
    with worker(settings):
        until(site, all_ended)
    assert states(site) == [ImportState.REFUSED]
    assert files_of(site) == ([], [])


def test_a_job_that_fails_says_so_under_an_identifier_that_the_log_repeats(site: Site, settings: Settings) -> None:
    lost = ask(site, GOOD)
    site.storage.aside(str(lost)).unlink()
    with worker(settings) as process:
        until(site, all_ended)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE_S)
    with site.database.reading() as session:
        job, import_ = session.scalars(select(Job)).one(), session.get_one(PackageImport, lost)
        assert (job.state, import_.state) == (JobState.FAILED, ImportState.FAILED)
        assert job.error_id == import_.error_id
        lines = [json.loads(line) for line in log.decode().splitlines()]
        assert [line["error_id"] for line in lines if line["event"] == "job_failed"] == [job.error_id]


def test_a_job_of_a_kind_that_nobody_knows_fails(site: Site, settings: Settings) -> None:
    with site.database.transaction() as session:
        enqueue(session, "unheard of", {}, clock.now())
    with worker(settings):
        until(site, all_ended)
    with site.database.reading() as session:
        assert session.scalars(select(Job)).one().state is JobState.FAILED


def test_a_job_of_a_transaction_that_was_rolled_back_never_was(site: Site) -> None:
    with suppress(RuntimeError), site.database.transaction() as session:
        enqueue(session, "import", {}, clock.now())
        raise RuntimeError
    with site.database.reading() as session:
        assert all_ended(session)


def test_a_worker_ends_when_the_server_that_started_it_has_gone(settings: Settings) -> None:
    with worker(settings, "--parent", "1") as process:
        assert process.wait(PATIENCE_S) == 0


def test_workers_hold_slots_of_their_own(tmp_path: Path) -> None:
    first, second = take_slot(tmp_path), take_slot(tmp_path)
    assert first.name != second.name
    assert is_held(tmp_path, first.name)
    first.lock.close()
    assert is_held(tmp_path, first.name) is False
    assert is_held(tmp_path, "another-1") is None
    third = take_slot(tmp_path)
    assert third.name == first.name
    for slot in (second, third):
        slot.lock.close()
