"""The log: each thing that happened is one line of JSON, whoever says it."""

import json
import logging

import pytest

from lms import logs


def test_what_any_library_warns_of_is_a_line_like_ours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logs.configure()
    logs.tell_of_libraries()
    logs.tell_of_libraries()
    logging.getLogger("another.library").warning("A connection is gone")
    (line,) = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["library"], json.loads(line)["said"]) == ("another.library", "A connection is gone")


def test_what_a_library_with_a_log_of_its_own_says_is_a_line_like_ours(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logs.tell_of("library.of.tests", logging.WARNING)
    library = logging.getLogger("library.of.tests")
    library.info("Nothing to speak of")
    library.warning("The database is %s", "away")
    try:
        raise ValueError
    except ValueError:
        library.exception("It broke")
    away, broke = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (away["event"], away["library"], away["level"]) == ("library", "library.of.tests", "warning")
    assert away["said"] == "The database is away"
    assert (broke["said"], broke["exception"][0]["exc_type"]) == ("It broke", "ValueError")
