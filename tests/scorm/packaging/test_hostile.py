"""Every hostile archive is refused with its code, every harmless one accepted, and all of them soon."""

import time

import pytest

from scorm.errors import PackageError
from scorm.packaging.findings import Finding, Grade
from tests.scorm.packaging.hostile import ACCEPTED, CASES, Case
from tests.scorm.packaging.packages import read

SOON_S = 4  # of processor time, on a machine that does other things as well


def outcome(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    """Return the code of the first blocker, or that the package is accepted; and everything found."""
    began = time.process_time()
    try:
        found, findings = ACCEPTED, read(data).findings
    except PackageError as error:
        findings = error.findings
        found = next(one.code for one in findings if one.grade is Grade.BLOCKER)
    assert time.process_time() - began < SOON_S
    return found, findings


@pytest.mark.parametrize("one", CASES.values(), ids=CASES.keys())
def test_a_hostile_archive_meets_what_it_deserves(one: Case) -> None:
    code, findings = outcome(one.build())
    assert code == one.code
    if one.reason and code == ACCEPTED:
        assert one.reason in {found.code for found in findings}
    elif one.reason:
        told = [found.parameters for found in findings if found.code == code]
        assert one.reason in {parameters.get(name) for parameters in told for name in ("reason", "what")}


def test_there_are_hundreds_of_them() -> None:
    assert sum(one.code != ACCEPTED for one in CASES.values()) > 180
    assert sum(one.code == ACCEPTED for one in CASES.values()) > 50
