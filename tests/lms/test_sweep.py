"""The sweep of the worker: enrolments close when they are due, and files go that nothing names."""

import os
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from courses.catalogue.imports import PackageReport
from courses.catalogue.models import ImportState, PackageImport
from courses.enrolment.models import Enrolment, Outcome
from lms import tasks
from lms.site import Site
from lms.storage import GRACE_S
from tests.browsing import installation
from tests.builders import NOW, make_cohort, make_course, make_enrolment, make_person
from tests.importing import added_course, administrators_browser, send
from tests.scorm.packaging.packages import package_bytes


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_all_enrolments_that_are_due_close_whatever_fits_into_a_transaction(
    app: Flask, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(tasks, "CLOSED_AT_ONCE", at_once)
    site = installation(app)
    with site.database.transaction() as session:
        over = make_cohort(
            session, make_course(session), opens_at=NOW.replace(year=2020), closes_at=NOW.replace(year=2021)
        )
        ids = [make_enrolment(session, make_person(session), over).id for _ in range(3)]
    assert tasks.close_enrolments(site) == 3
    assert tasks.close_enrolments(site) == 0
    with site.database.reading() as session:
        assert {session.get_one(Enrolment, one).outcome for one in ids} == {Outcome.DROPPED_OUT}


class TestAnImportThatAWorkerLeftBetweenStoringAndRecording:
    def test_is_published_by_the_worker_that_comes_back_later(self, app: Flask) -> None:
        site, import_id, report = installation(app), *self._left(app)
        stored = site.storage.path(self._import(site).sha256)
        os.utime(stored, (stored.stat().st_mtime - 2 * GRACE_S,) * 2)
        assert tasks.sweep(site) == 0
        tasks._store(site, import_id)
        tasks._record(site, import_id, report)
        assert self._import(site).state is ImportState.PUBLISHED
        assert stored.exists()

    def test_is_not_published_when_its_archive_is_gone(self, app: Flask) -> None:
        site, import_id, report = installation(app), *self._left(app)
        site.storage.remove(self._import(site).sha256)
        with pytest.raises(FileNotFoundError):
            tasks._store(site, import_id)
        with pytest.raises(FileNotFoundError):
            tasks._record(site, import_id, report)
        assert self._import(site).state is ImportState.READING

    @staticmethod
    def _left(app: Flask) -> tuple[UUID, PackageReport]:
        send(administrators_browser(app), added_course(app), package_bytes(), publish="y")
        site = installation(app)
        import_id = TestAnImportThatAWorkerLeftBetweenStoringAndRecording._import(site).id
        report = tasks._read(site, import_id)["report"]
        tasks._store(site, import_id)
        return import_id, PackageReport(**report)

    @staticmethod
    def _import(site: Site) -> PackageImport:
        with site.database.reading() as session:
            found = session.scalars(select(PackageImport)).one()
            session.expunge_all()
            return found
