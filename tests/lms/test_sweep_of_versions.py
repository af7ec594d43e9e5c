"""A retired version frees its file, and an import of the same content at the same moment keeps it."""

import os
from collections.abc import Callable
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from courses.attempts.retiring import retire
from courses.catalogue.models import Archive, CourseVersion
from courses.catalogue.version_queries import index_of
from lms import clock, tasks
from lms.exporting import original_of
from lms.site import Site
from lms.storage import GRACE_S
from scorm.packaging.inflating import verify
from tests.browsing import installation
from tests.courses.attempts.test_together import together
from tests.importing import added_course, administrators_browser, files_of, send, work_off
from tests.scorm.packaging.packages import package_bytes

ROUNDS = 6


def make_old(site: Site) -> None:
    """Let every stored file be older than the sweep's grace."""
    for path in (site.settings.folder / "store").glob("??/*"):
        os.utime(path, (path.stat().st_mtime - 2 * GRACE_S,) * 2)


def version_ids(site: Site) -> list[UUID]:
    with site.database.reading() as session:
        return list(session.scalars(select(CourseVersion.id).order_by(CourseVersion.number)))


def _do(work: Callable[[Site], int], site: Site) -> None:
    work(site)


def test_the_file_of_a_retired_version_goes_with_the_next_sweep(app: Flask) -> None:
    site = installation(app)
    send(administrators_browser(app), added_course(app), package_bytes())
    work_off(site)
    make_old(site)
    assert tasks.sweep(site) == 0
    with site.database.transaction() as session:
        retire(session, version_ids(site)[0], None, clock.now())
    assert tasks.sweep(site) == 1
    assert files_of(site) == ([], [])
    with site.database.reading() as session:
        assert session.scalars(select(Archive.freed_at)).one() is not None


def test_an_import_of_the_same_content_during_the_sweep_keeps_the_file_and_its_index(app: Flask) -> None:
    site, data = installation(app), package_bytes()
    client, course = administrators_browser(app), added_course(app)
    send(client, course, data)
    work_off(site)
    for _ in range(ROUNDS):
        with site.database.transaction() as session:
            for version_id in version_ids(site):
                retire(session, version_id, None, clock.now())
        make_old(site)
        send(client, course, data)
        together(lambda: _do(work_off, site), lambda: _do(tasks.sweep, site), lambda: _do(tasks.sweep, site))
        newest = version_ids(site)[-1]
        original = original_of(site, newest)
        assert original.path.read_bytes() == data
        with site.database.reading() as session:
            index = index_of(session, original.sha256)
        verify(lambda offset, size: data[offset : offset + size], index)
        assert set(index.members) >= {"imsmanifest.xml", "one/index.html"}
