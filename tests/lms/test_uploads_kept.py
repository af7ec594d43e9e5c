"""What becomes of the files of uploads: two requests at once, full disks, servers that died, the sweep."""

import fcntl
import hashlib
import os
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from courses.catalogue.models import ImportState, PackageImport
from courses.catalogue.uploads import Upload
from courses.people.models import Language
from lms import clock, resuming, tasks
from lms.arriving import AT_ONCE, WRITERS, StagedUpload
from lms.site import Site
from lms.storage import GRACE_S, Storage
from lms.taking_in import Destination, take_in_upload, whole_upload
from lms.tus import TusRefusal
from tests.browsing import installation
from tests.importing import added_course, administrators_browser, files_of, work_off
from tests.scorm.packaging.packages import package_bytes
from tests.uploading import Sender, checksum, count, id_of, import_uploads, let_expire, row

DATA = bytes(range(256)) * 40


@pytest.fixture
def site(app: Flask) -> Site:
    """Return the installation under test."""
    return installation(app)


@pytest.fixture
def danas(app: Flask) -> FlaskClient:
    """Return the browser of an administrator."""
    return administrators_browser(app)


@pytest.fixture
def sender(danas: FlaskClient) -> Sender:
    """Return a program that sends in the administrator's name."""
    return Sender(danas)


class TestTwoAtOnce:
    def test_who_comes_while_another_request_adds_is_told_to_wait(self, site: Site, sender: Sender) -> None:
        address = sender.begin(10)
        sender.add(address, 0, b"x")
        path = site.storage.aside(resuming.key_of(id_of(address)))
        with path.open("rb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert [sender.add(address, 1, b"y").status_code, sender.ask("DELETE", address).status_code] == [423, 423]
        assert sender.add(address, 1, b"y" * 9).status_code == 204

    def test_who_was_slower_adds_nothing(self, site: Site, sender: Sender) -> None:
        address = sender.begin(10)
        upload = row(site, address)
        assert upload is not None
        piece = StagedUpload(site.storage)
        piece.write(b"y")
        sender.add(address, 0, b"x")
        with resuming.held(site.storage, upload) as held, pytest.raises(TusRefusal, match="elsewhere"):
            resuming.add_piece(held, piece, 0, 10)
        piece.close()
        assert sender.offset(address) == 1

    def test_who_asks_for_an_import_that_begins_this_moment_gets_it(
        self, app: Flask, site: Site, sender: Sender
    ) -> None:
        upload_id = UUID(sender.send(package_bytes()))
        upload = row(site, f"/{upload_id}")
        assert upload is not None
        to = Destination(
            course_id=added_course(app).id, language=Language.FR, publishes_itself=False, person_id=upload.person_id
        )
        overtaken = Overtaken(site.settings.folder, lambda: take_in_upload(site, upload_id, to))
        found = whole_upload(replace(site, storage=overtaken), upload.person_id, upload_id)
        assert found.import_id is not None
        assert take_in_upload(site, upload_id, to) == found.import_id

    def test_an_upload_becomes_whole_while_every_writer_is_at_work(self, site: Site, sender: Sender) -> None:
        address, go_on = sender.begin(10), threading.Event()
        writers = [WRITERS.submit(go_on.wait, 20) for _ in range(AT_ONCE)]
        assert sender.add(address, 0, b"x" * 10).status_code == 204
        go_on.set()
        assert all(writer.result() for writer in writers), "it waited until the writers gave up"


class Overtaken(Storage):
    """A storage at which somebody else does something the moment before a file is first looked for."""

    def __init__(self, folder: Path, before: Callable[[], object]) -> None:
        super().__init__(folder)
        self._before: Callable[[], object] | None = before

    def aside(self, key: str) -> Path:
        """Return the place as ever, once the other one is done."""
        before, self._before = self._before, None
        if before is not None:
            before()
        return super().aside(key)


class TestFaults:
    def test_a_full_disk_is_told_and_the_upload_goes_on_later(self, sender: Sender) -> None:
        address = sender.begin(len(DATA))
        sender.add(address, 0, DATA[:10])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                Storage, "stage_unnamed", lambda storage: (os.open("/dev/full", os.O_WRONLY), storage.stage())
            )
            answer = sender.add(address, 10, DATA[10:])
        assert (answer.status_code, (answer.json or {})["code"]) == (507, "upload_no_room")
        assert sender.add(address, sender.offset(address), DATA[10:]).status_code == 204

    def test_what_fitted_before_the_disk_was_full_is_kept(self, site: Site, sender: Sender) -> None:
        address = sender.begin(len(DATA))
        upload = row(site, address)
        assert upload is not None
        piece = StagedUpload(site.storage)
        piece.write(DATA)
        with resuming.held(site.storage, upload) as held, longest_file(5000), pytest.raises(OSError, match="large"):
            resuming.add_piece(held, piece, 0, len(DATA))
        piece.close()
        assert sender.offset(address) == 5000
        assert sender.add(address, 5000, DATA[5000:], Upload_Checksum=checksum(DATA[5000:])).status_code == 204
        found = row(site, address)
        assert found is not None
        assert found.sha256 == hashlib.sha256(DATA).hexdigest()

    def test_a_server_that_died_before_it_looked_through_the_whole_does_it_later(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        data = package_bytes()
        address = sender.begin(len(data))
        site.storage.aside(resuming.key_of(id_of(address))).write_bytes(data)
        assert sender.offset(address) == len(data)
        assert import_uploads(danas, added_course(app), str(id_of(address))).startswith("/admin/imports/")
        work_off(site)
        assert count(site, PackageImport) == 1

    def test_a_server_that_died_between_link_and_commit_loses_nothing(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        upload = sender.send(package_bytes())
        site.storage.share(site.storage.aside(f"upload-{upload}"), "an import that was never written down")
        assert import_uploads(danas, added_course(app), upload).startswith("/admin/imports/")
        work_off(site)
        with site.database.reading() as session:
            assert session.scalars(select(PackageImport)).one().state is ImportState.READY

    def test_a_file_that_is_gone_is_asked_for_again(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        upload = sender.send(DATA)
        site.storage.aside(f"upload-{upload}").unlink()
        assert "not here" in import_uploads(danas, added_course(app), upload)
        assert count(site, Upload) == 0


@contextmanager
def longest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestSweep:
    def test_what_somebody_may_still_send_stays_and_what_expired_goes(self, site: Site, sender: Sender) -> None:
        living, expired = sender.begin(100, "a.zip"), sender.begin(100, "b.zip")
        for address in (living, expired):
            sender.add(address, 0, b"x")
            age(site.storage.aside(resuming.key_of(id_of(address))))
        let_expire(site, expired)
        assert tasks.sweep(site) == 1
        assert files_of(site)[1] == [f"waiting-{resuming.key_of(id_of(living))}"]
        assert (row(site, expired), sender.offset(living)) == (None, 1)

    def test_an_import_keeps_its_file_when_the_upload_is_forgotten(
        self, app: Flask, danas: FlaskClient, site: Site, sender: Sender
    ) -> None:
        upload = sender.send(package_bytes())
        age(site.storage.aside(f"upload-{upload}"))
        import_uploads(danas, added_course(app), upload)
        let_expire(site, f"/{upload}")
        (waiting,) = files_of(site)[1]
        age(site.settings.folder / "staging" / waiting)
        tasks.sweep(site)
        work_off(site)
        with site.database.reading() as session:
            assert session.scalars(select(PackageImport)).one().state is ImportState.READY

    def test_a_file_that_is_just_taken_for_an_import_is_young_again(self, site: Site, sender: Sender) -> None:
        path = site.storage.aside(f"upload-{sender.send(DATA)}")
        age(path)
        shared = site.storage.share(path, "key")
        assert site.storage.sweep(lambda: (frozenset(), frozenset())) == 0
        assert shared.exists()

    def test_an_upload_lives_on_while_pieces_come(self, site: Site, sender: Sender) -> None:
        address = sender.begin(10)
        with site.database.transaction() as session:
            soon = clock.now() + timedelta(hours=2)
            session.execute(update(Upload).where(Upload.id == id_of(address)).values(expires_at=soon))
        sender.add(address, 0, b"x")
        found = row(site, address)
        assert found is not None
        assert found.expires_at > clock.now() + timedelta(days=6)


def age(path: Path) -> None:
    """Let a file look as if nobody had touched it for long."""
    before = path.stat().st_mtime - 2 * GRACE_S
    os.utime(path, (before, before))
