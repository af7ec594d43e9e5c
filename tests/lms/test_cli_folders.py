"""Folders on the command line: what they stand for, and how one becomes a package."""

import os
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from courses.catalogue.models import PackageImport
from lms.application import create_site
from lms.cli import cli
from lms.cli.folders import pack_folder, packages_in
from lms.config import Settings
from lms.site import Site
from tests.importing import environment, files_of
from tests.scorm.packaging.packages import package_bytes

Palier = Callable[..., Result]
GOOD = package_bytes()


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """Return the installation that the commands work on."""
    opened = create_site(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def palier(settings: Settings) -> Palier:
    """Return `palier import`, at work on the installation under test, for a course that it makes."""
    to = ("--course", "TBT", "--language", "en", "--create")

    def run(*sources: Path, **more: str) -> Result:
        return CliRunner().invoke(cli, ["import", *map(str, sources), *to], env=environment(settings) | more)

    return run


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """Return a folder with the files of a package."""
    folder = tmp_path / "negotiation"
    with zipfile.ZipFile(BytesIO(GOOD)) as archive:
        archive.extractall(folder)
    return folder


def names(site: Site) -> list[str]:
    with site.database.reading() as session:
        return list(session.scalars(select(PackageImport.file_name).order_by(PackageImport.id)))


def packed(folder: Path, target: Path) -> bytes:
    pack_folder(folder, target, lambda _done, _total: None)
    return target.read_bytes()


class TestPacking:
    def test_the_manifest_comes_first_and_nothing_is_left_out(self, unpacked: Path, tmp_path: Path) -> None:
        (unpacked / "a").mkdir()
        (unpacked / "a" / "é.mp4").write_bytes(b"x" * 100)
        told: list[tuple[int, int]] = []
        pack_folder(unpacked, tmp_path / "p.zip", lambda *far: told.append(far))
        with zipfile.ZipFile(tmp_path / "p.zip") as archive, zipfile.ZipFile(BytesIO(GOOD)) as before:
            assert archive.namelist()[0] == "imsmanifest.xml"
            assert archive.namelist()[1:] == sorted(archive.namelist()[1:])
            assert set(archive.namelist()) == {*before.namelist(), "a/é.mp4"}
            assert archive.getinfo("a/é.mp4").compress_type == zipfile.ZIP_STORED
            assert archive.read("imsmanifest.xml") == before.read("imsmanifest.xml")
        assert told[-1][0] == told[-1][1]

    def test_the_same_files_give_the_same_bytes(self, unpacked: Path, tmp_path: Path) -> None:
        first = packed(unpacked, tmp_path / "1.zip")
        for path in unpacked.rglob("*"):
            os.utime(path, (1, 1))
            path.chmod(0o755)
        assert packed(unpacked, tmp_path / "2.zip") == first

    def test_links_and_pipes_are_left_out_with_a_word(
        self, unpacked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        without = packed(unpacked, tmp_path / "1.zip")
        (unpacked / "link").symlink_to("/etc/hostname")
        (unpacked / "folder").symlink_to("/etc")
        (unpacked / "gone").symlink_to("/nowhere")
        os.mkfifo(unpacked / "pipe")
        assert packed(unpacked, tmp_path / "2.zip") == without
        assert capsys.readouterr().err.count("Left out") == 4

    def test_a_name_that_is_no_text_is_refused(self, unpacked: Path, tmp_path: Path) -> None:
        Path(os.fsdecode(os.fsencode(unpacked) + b"/\xff.txt")).write_bytes(b"x")
        with pytest.raises(click.ClickException, match="UTF-8"):
            packed(unpacked, tmp_path / "p.zip")


class TestWhatAFolderStandsFor:
    def test_packages_in_order_of_their_names(self, tmp_path: Path) -> None:
        for name in ("b.zip", "a.PIF", "c.txt"):
            (tmp_path / name).write_bytes(b"x")
        (tmp_path / "folder.zip").mkdir()
        assert [path.name for path in packages_in(tmp_path)] == ["a.PIF", "b.zip"]

    def test_a_folder_with_neither_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(click.UsageError, match=r"imsmanifest\.xml"):
            packages_in(tmp_path)


class TestImport:
    def test_a_folder_becomes_a_version(self, site: Site, palier: Palier, unpacked: Path) -> None:
        result = palier(unpacked)
        assert result.exit_code == 0, result.output
        assert "Published as version 1 of TBT in en." in result.output
        assert names(site) == ["negotiation.zip"]
        assert files_of(site)[1] == []

    def test_all_packages_of_a_folder_come_in_and_are_summed_up(
        self, site: Site, palier: Palier, tmp_path: Path
    ) -> None:
        folder = tmp_path / "many"
        folder.mkdir()
        (folder / "a.zip").write_bytes(GOOD)
        (folder / "b.zip").write_bytes(GOOD[:300])
        (folder / "c.zip").write_bytes(package_bytes(files={"one/index.html": b"x"}))
        result = palier(folder)
        assert result.exit_code == 2
        assert result.output.splitlines()[-2:] == ["Imported 2 of 3.", "  Refused: b.zip"]
        assert names(site) == ["a.zip", "c.zip"]

    def test_what_is_too_large_is_refused_before_it_is_copied(
        self, site: Site, palier: Palier, unpacked: Path, tmp_path: Path
    ) -> None:
        path = tmp_path / "large.zip"
        path.write_bytes(b"x" * 2000)
        (unpacked / "large.txt").write_bytes(b"x" * 2000)
        for source, more in ((path, {"LMS_MAX_UPLOAD": "1024"}), (unpacked, {"LMS_MAX_UNPACKED": "1024"})):
            result = palier(source, **more)
            assert result.exit_code == 2
            assert "too large" in result.output
        assert files_of(site) == ([], [])

    def test_a_folder_that_is_too_large_once_packed_leaves_nothing(
        self, site: Site, palier: Palier, unpacked: Path
    ) -> None:
        (unpacked / "noise.bin").write_bytes(os.urandom(10_000))
        result = palier(unpacked, LMS_MAX_UPLOAD="1024")
        assert (result.exit_code, "too large" in result.output) == (2, True)
        assert files_of(site) == ([], [])

    def test_what_cannot_be_read_keeps_nothing_from_the_next(
        self, site: Site, palier: Palier, unpacked: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "good.zip").write_bytes(GOOD)
        Path(os.fsdecode(os.fsencode(unpacked) + b"/\xff.txt")).write_bytes(b"x")
        result = palier(unpacked, tmp_path / "good.zip")
        assert result.exit_code == 1
        assert "rename the file" in result.output
        assert result.output.splitlines()[-2:] == ["Imported 1 of 2.", "  Failed: negotiation.zip"]
