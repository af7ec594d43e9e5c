"""`palier original` and `palier import` where names and lengths are somebody else's choice."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli import cli
from lms.config import Settings
from tests.importing import environment
from tests.scorm.packaging.packages import package_bytes

DATA = package_bytes()
CHUNK = bytes(64 * 1024)
IMPORT = ("--course", "NEG", "--language", "en", "--create")
WHICH = ("NEG", "--language", "en")

Palier = Callable[..., Result]


@pytest.fixture
def palier(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Palier:
    """Return the command line, at work in an empty folder."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    more = {"LMS_MAX_UPLOAD": str(1024 * 1024)}
    return lambda *arguments: CliRunner().invoke(cli, [*map(str, arguments)], env=environment(settings) | more)


@pytest.mark.parametrize("command", ["original", "export"])
def test_a_package_is_written_over_no_file_that_nobody_named(palier: Palier, tmp_path: Path, command: str) -> None:
    (tmp_path / "mine.zip").write_bytes(DATA)
    assert palier("import", tmp_path / "mine.zip", *IMPORT).exit_code == 0
    place = Path("mine.zip" if command == "original" else "NEG-en-1-export.zip")
    place.write_text("somebody's")
    result = palier(command, *WHICH)
    assert (result.exit_code, "Say with -o where to write" in result.output) == (1, True)
    assert place.read_text() == "somebody's"
    assert palier(command, *WHICH, "-o", place).exit_code == 0
    assert place.read_bytes()[:2] == b"PK"


def test_a_package_that_was_sent_under_another_kind_of_name_is_written_as_a_zip_file(
    palier: Palier, tmp_path: Path
) -> None:
    (tmp_path / ".profile").write_bytes(DATA)
    assert palier("import", tmp_path / ".profile", *IMPORT).exit_code == 0
    assert palier("original", *WHICH).exit_code == 0
    assert os.listdir() == [".profile.zip"]


def test_a_pipe_is_read_no_further_than_a_package_may_go(palier: Palier, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.zip"
    os.mkfifo(pipe)
    sent: list[int] = []

    def send() -> None:
        with pipe.open("wb", buffering=0) as file:
            try:
                sent.extend(file.write(CHUNK) for _ in range(256))
            except BrokenPipeError:
                return

    sender = threading.Thread(target=send)
    sender.start()
    result = palier("import", pipe, *IMPORT)
    sender.join()
    assert (result.exit_code, "too large" in result.output) == (2, True), result.output
    assert sum(sent) < 4 * 1024 * 1024
