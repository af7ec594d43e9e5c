"""The moves of an import, and what each writes."""

import itertools
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from courses.catalogue import imports
from courses.catalogue.import_moves import MOVES, Action, move
from courses.catalogue.imports import ImportRequest, PackageReport
from courses.catalogue.models import Archive, ArchiveMember, Format, ImportState, PackageImport
from courses.catalogue.versions import locked_version
from courses.errors import IllegalTransition, NotFound
from courses.people.models import Language
from tests.builders import NOW, make_course

REPORT = PackageReport(
    edition="1.2", title="Negotiation", tool="", sco_count=2, total_size=30, definition={"title": "Negotiation"},
    findings=[{"code": "assets_only"}], members=[("a.html", 40, 8, 5, 10, 1), ("b.html", 80, 0, 20, 20, 2)],
)  # fmt: skip


def started(session: Session, sha256: str = "c" * 64) -> PackageImport:
    course = make_course(session, languages=[])
    asked = ImportRequest(course_id=course.id, language=Language.FR, file_name="a.zip", size=9, sha256=sha256)
    return imports.start_import(session, asked, None, NOW)


def reading(session: Session, sha256: str = "c" * 64) -> PackageImport:
    return imports.begin_reading(session, started(session, sha256).id)


@pytest.mark.parametrize(("state", "action"), list(itertools.product(ImportState, Action)))
def test_an_import_makes_the_moves_of_the_table_and_no_other(state: ImportState, action: Action) -> None:
    import_ = PackageImport(state=state)
    if (state, action) in MOVES:
        move(import_, action)
        assert import_.state is MOVES[state, action]
    else:
        with pytest.raises(IllegalTransition):
            move(import_, action)
        assert import_.state is state


def test_an_import_needs_a_course(session: Session) -> None:
    asked = ImportRequest(course_id=uuid4(), language=Language.FR, file_name="a.zip", size=9, sha256="c" * 64)
    with pytest.raises(NotFound):
        imports.start_import(session, asked, None, NOW)


def test_a_report_is_kept_with_the_index_of_the_archive(session: Session) -> None:
    import_ = imports.record_report(session, reading(session).id, REPORT, NOW)
    assert (import_.state, import_.done, import_.total) == (ImportState.READY, 30, 30)
    assert session.get_one(Archive, "c" * 64).size == 9
    assert sorted(session.scalars(select(ArchiveMember.name))) == ["a.html", "b.html"]


def test_an_accepted_package_is_a_draft_that_nobody_plays(session: Session) -> None:
    import_ = imports.record_report(session, reading(session).id, REPORT, NOW)
    version, entry = locked_version(session, import_.version_id or uuid4())
    assert (version.edition, version.title, version.sco_count, version.total_size) == ("1.2", "Negotiation", 2, 30)
    assert version.definition == {"title": "Negotiation"}
    assert (entry.version_id, entry.published_at, entry.format) == (None, None, Format.SCORM)


def test_an_archive_that_was_freed_is_indexed_again(session: Session) -> None:
    imports.record_report(session, reading(session).id, REPORT, NOW)
    archive = session.get_one(Archive, "c" * 64)
    archive.freed_at = NOW
    session.execute(delete(ArchiveMember))
    imports.record_report(session, reading(session).id, REPORT, NOW)
    assert archive.freed_at is None
    assert session.scalar(select(func.count()).select_from(ArchiveMember)) == 2


def test_the_same_archive_is_indexed_once(session: Session) -> None:
    for _ in range(2):
        imports.record_report(session, reading(session).id, REPORT, NOW)
    assert session.scalar(select(func.count()).select_from(ArchiveMember)) == 2


def test_a_refusal_writes_no_archive(session: Session) -> None:
    import_ = imports.record_refusal(session, reading(session).id, [{"code": "not_a_zip"}], NOW)
    assert (import_.state, import_.finished_at) == (ImportState.REFUSED, NOW)
    assert session.scalar(select(func.count()).select_from(Archive)) == 0


def test_progress_is_written_while_reading_only(session: Session) -> None:
    import_ = reading(session)
    imports.record_progress(session, import_.id, 5, 30)
    session.refresh(import_)
    assert (import_.done, import_.total) == (5, 30)
    imports.record_report(session, import_.id, REPORT, NOW)
    imports.record_progress(session, import_.id, 6, 30)
    session.refresh(import_)
    assert import_.done == 30


def test_a_failure_leads_to_the_log_and_never_changes_an_import_that_has_ended(session: Session) -> None:
    failed, ready = started(session), reading(session, "d" * 64)
    imports.record_report(session, ready.id, REPORT, NOW)
    for import_ in (failed, ready):
        imports.fail_import(session, import_.id, "1234", NOW)
    assert (failed.state, failed.error_id) == (ImportState.FAILED, "1234")
    assert (ready.state, ready.error_id) == (ImportState.READY, None)


def test_reading_that_a_dead_worker_began_begins_again(session: Session) -> None:
    import_ = reading(session)
    assert imports.begin_reading(session, import_.id).state is ImportState.READING


def test_an_import_that_has_gone_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        imports.begin_reading(session, uuid4())
