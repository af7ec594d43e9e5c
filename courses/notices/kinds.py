"""The kinds of notices, and which facts the words of each are made of.

Facts are plain values: texts, numbers, truths, lists and mappings of them; moments and days are ISO texts. Words are
made when a notice is sent, in the language that the person has then; what a notice does not know it does not say.

Of activities, all given by `courses.offerings.telling.activity_facts`: `activity` (the code), `offering` (the
identifier, for the calendar), `title_en`, `title_fr`, `title_es`, `mode`, `dating`, `days` (pairs), `starts_on`,
`ends_on`, `month_from`, `month_until`, `time_zone`, `venue`, `city`, `country`, `link`. Added by the event:

- `until`: the moment until which something is to be done (place offered, selected, reminder, endorsement asked);
- `waiting`: the place on the waiting list; `reasons`: pairs of a condition's code and its parameters (ineligible);
- `reason`: a sentence that somebody wrote, or a code of a fixed list (claims); `by`: the name of who did it;
- `applicant`: whose application or claim it is, where somebody else is told (asked to endorse, decide, verify);
- `outcome` (code), `mark`, `attendance` (0 to 1): what an application came to;
- `before`: the facts of the activity that were different (changed);
- `session`, `starts_at`, `ends_at`, `link`: the session (reminder);
- `steps` (texts), `expires_on`, `note`, `claim` (identifier): recognition;
- `category`, `note`, `person` (identifier): the official status;
- `course` (code), `title_…`, `by`, `closes_at`, `enrolment` (identifier): an enrolment by somebody else.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


class NoticeKind(StrEnum):
    """What people are told of."""

    APPLICATION_SUBMITTED = "application_submitted"
    NOMINATED = "nominated"
    ENDORSED = "endorsed"
    NOT_ENDORSED = "not_endorsed"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    SELECTED = "selected"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    PLACE_OFFERED = "place_offered"
    CONFIRMATION_REMINDER = "confirmation_reminder"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    NO_SHOW = "no_show"
    OUTCOME = "outcome"
    ACTIVITY_CHANGED = "activity_changed"
    ACTIVITY_POSTPONED = "activity_postponed"
    ACTIVITY_CANCELLED = "activity_cancelled"
    SESSION_REMINDER = "session_reminder"
    ENDORSEMENT_ASKED = "endorsement_asked"
    CLAIM_ASKED = "claim_asked"
    CLAIM_RETURNED = "claim_returned"
    CLAIM_GRANTED = "claim_granted"
    CLAIM_REFUSED = "claim_refused"
    CLAIM_REVOKED = "claim_revoked"
    VERIFICATION_ASKED = "verification_asked"
    VERIFIED = "verified"
    STATUS_REFUSED = "status_refused"
    VERIFICATION_TAKEN_BACK = "verification_taken_back"
    ENROLLED_BY_OTHER = "enrolled_by_other"
    TEST = "test"


class Failure(StrEnum):
    """Why a letter never can be sent: it is given up at its first try."""

    NO_MAILBOX = "no_mailbox"
    ADDRESS_UNUSABLE = "address_unusable"
    LETTERS_BEYOND_ASCII = "letters_beyond_ascii"


CLAIMS = frozenset(
    {
        NoticeKind.CLAIM_ASKED, NoticeKind.CLAIM_RETURNED, NoticeKind.CLAIM_GRANTED, NoticeKind.CLAIM_REFUSED,
        NoticeKind.CLAIM_REVOKED,
    }
)  # fmt: skip
STATUS = frozenset(
    {
        NoticeKind.VERIFICATION_ASKED, NoticeKind.VERIFIED, NoticeKind.STATUS_REFUSED,
        NoticeKind.VERIFICATION_TAKEN_BACK,
    }
)  # fmt: skip
ACTIVITIES = frozenset(NoticeKind) - CLAIMS - STATUS - {NoticeKind.ENROLLED_BY_OTHER, NoticeKind.TEST}


def needed(kind: NoticeKind) -> tuple[str, ...]:
    """Return the facts without which a notice of this kind would say nothing."""
    if kind in ACTIVITIES:
        return ("activity", "title_en")
    if kind is NoticeKind.ENROLLED_BY_OTHER:
        return ("course", "title_en")
    return ()


def plain(facts: Mapping[str, object]) -> dict[str, Plain]:
    """Return facts as plain values: moments, days and identifiers become texts.

    Raises:
        TypeError: a value is none of these.
    """
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> Plain:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {str(name): _plain(part) for name, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(part) for part in value]
        case _:
            raise TypeError(f"{type(value).__name__} is no plain value")
