"""What an attempt amounts to, as the enrolment takes it in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseResult:
    """The result of a course as its rule sees it now.

    `mark` and `progress` are 0 to 1; `is_passed` is None while nothing decides it; `has_sat_exam` once a mark was
    reported; times in hundredths of a second, over the whole attempt.
    """

    is_completed: bool
    is_passed: bool | None
    mark: float | None
    has_sat_exam: bool
    progress: float
    reported_cs: int
    measured_cs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmongOthers:
    """What the result of one of several attempts is for the enrolment.

    `mark` is what the attempts come to by the course's rule, None where none of them has one; `may_fall` unless the
    best counts. The times are what came to them since the attempt's last result, in hundredths of a second.
    """

    mark: float | None
    may_fall: bool
    reported_cs: int
    measured_cs: int
