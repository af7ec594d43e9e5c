"""What the conformance tests share."""

from pathlib import Path

import pytest

from tests.conformance.shared import conformance_folder


@pytest.fixture
def shared_folder(capsys: pytest.CaptureFixture[str]) -> Path | None:
    """Return the folder of the conformance data, or None where there is none, which is said aloud once."""
    with capsys.disabled():
        return conformance_folder()
