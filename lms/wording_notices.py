"""The letters: for each kind of notice what happened, what it means, what to do until when.

A line with a place for a value that is not known is left out; `lms.notice_values` says which values there are.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from courses.applications.models import Outcome
from courses.notices.kinds import NoticeKind
from courses.records.models import ClaimReason

PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a kind of notice; `page` is what its link leads to."""

    subject: object
    lines: tuple[object, ...]
    page: str = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A letter in words: its subject, its paragraphs, facts as pairs, and a link with what it says."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    link: str
    link_text: str
    closing: tuple[str, ...]


K = NoticeKind
REASON = _l("Reason: %(reason)s")
JOIN = _l("Join here: %(link)s")
CALENDAR = _l("The calendar file with this letter puts the dates into your calendar.")
CALENDAR_CHANGED = _l("The calendar file with this letter corrects the dates in your calendar.")
CALENDAR_GONE = _l("The calendar file with this letter takes the dates out of your calendar.")
QUESTIONS = _l("If you have questions, ask the institute.")
PAGES = {
    "activity": _l("Read about the activity"),
    "application": _l("Open your application"),
    "nominations": _l("Open the applications of your beneficiary"),
    "claim": _l("Open your claim"),
    "reviewed": _l("Open the claim"),
    "person": _l("Open the page of the person"),
    "profile": _l("Open your profile"),
    "course": _l("Open the course"),
    "home": _l("Open the platform"),
}
WORDINGS = {
    K.APPLICATION_SUBMITTED: Wording(
        _l("We have received your application: %(title)s"),
        (
            _l("Thank you. Your application to “%(title)s” has arrived."),
            _l("It is examined now, and we tell you of every step. You need not do anything meanwhile."),
            _l("You can withdraw it until the activity begins."),
        ),
    ),
    K.NOMINATED: Wording(
        _l("You have been nominated: %(title)s"),
        (
            _l("%(by)s has nominated you for “%(title)s”."),
            _l("Your application is examined now, and we tell you of every step."),
            _l("If you do not want to take part, please withdraw it."),
        ),
    ),
    K.ENDORSEMENT_ASKED: Wording(
        _l("An application waits for your endorsement: %(title)s"),
        (
            _l("%(applicant)s has applied to “%(title)s”. The application goes on when you have endorsed it."),
            _l("Please decide by %(until)s."),
        ),
        "nominations",
    ),
    K.ENDORSED: Wording(
        _l("Your application has been endorsed: %(title)s"),
        (
            _l("Your application to “%(title)s” has been endorsed."),
            _l("It was endorsed by %(by)s."),
            _l("The institute examines it next. You need not do anything meanwhile."),
        ),
    ),
    K.NOT_ENDORSED: Wording(
        _l("Your application was not endorsed: %(title)s"),
        (
            _l("Your application to “%(title)s” was not endorsed; it does not go on."),
            REASON,
            _l("If you think that this is a mistake, please speak with your coordinator."),
        ),
    ),
    K.ELIGIBLE: Wording(
        _l("Your application meets the conditions: %(title)s"),
        (
            _l("You meet the conditions of “%(title)s”. Your application takes part in the selection."),
            _l("We write to you when the selection is made. You need not do anything meanwhile."),
        ),
    ),
    K.INELIGIBLE: Wording(
        _l("Your application does not meet the conditions: %(title)s"),
        (
            _l("We are sorry: you do not meet the conditions of “%(title)s” at present."),
            _l("What is missing:%(reasons)s"),
            REASON,
            _l("The page of the activity shows how you can meet them."),
        ),
        "activity",
    ),
    K.SELECTED: Wording(
        _l("You have been selected: %(title)s"),
        (
            _l("We are pleased to tell you that you have been selected for “%(title)s”."),
            _l("Please confirm your place by %(until)s. Afterwards it goes to the next person on the waiting list."),
            _l("If you cannot take part, please withdraw, so that somebody else can."),
        ),
    ),
    K.WAITLISTED: Wording(
        _l("You are on the waiting list: %(title)s"),
        (
            _l("All places of “%(title)s” are taken; you are on the waiting list."),
            _l("Your place on the list: %(waiting)s"),
            _l("When a place becomes free for you, we write to you. You need not do anything meanwhile."),
        ),
    ),
    K.DECLINED: Wording(
        _l("You have not been selected: %(title)s"),
        (
            _l("Thank you for your application to “%(title)s”. We are sorry that we cannot offer you a place."),
            REASON,
            _l("Other activities are open to you; you are welcome to apply again."),
        ),
        "activity",
    ),
    K.CONFIRMED: Wording(
        _l("Your place is confirmed: %(title)s"),
        (
            _l("Thank you. Your place in “%(title)s” is confirmed."),
            JOIN,
            _l(
                "If something keeps you away, please withdraw as early as you can, so that somebody else can take part."
            ),
        ),
    ),
    K.PLACE_OFFERED: Wording(
        _l("A place has become free for you: %(title)s"),
        (
            _l("A place in “%(title)s” has become free, and you are the next on the waiting list."),
            _l("Please confirm it by %(until)s. Afterwards it goes to the next person."),
            _l("If you cannot take part, please withdraw, so that somebody else can."),
        ),
    ),
    K.CONFIRMATION_REMINDER: Wording(
        _l("Please confirm your place: %(title)s"),
        (
            _l("You have been selected for “%(title)s” and have not confirmed your place yet."),
            _l("Please confirm it by %(until)s. Afterwards it goes to the next person on the waiting list."),
        ),
    ),
    K.LAPSED: Wording(
        _l("Your place was not confirmed in time: %(title)s"),
        (
            _l("You did not confirm your place in “%(title)s” in time, so it goes to the next person."),
            _l("It could be confirmed until %(until)s."),
            QUESTIONS,
        ),
    ),
    K.WITHDRAWN: Wording(
        _l("Your application is withdrawn: %(title)s"),
        (
            _l("Your application to “%(title)s” is withdrawn. If you had a place, it goes to somebody else."),
            REASON,
            _l("You can apply again while applications are open."),
        ),
        "activity",
    ),
    K.NO_SHOW: Wording(
        _l("You did not take part: %(title)s"),
        (
            _l("You had a place in “%(title)s” and, as far as we know, did not take part."),
            _l("If this is a mistake, or something kept you away, please tell the institute."),
        ),
    ),
    K.OUTCOME: Wording(
        _l("Your result: %(title)s"),
        (
            _l("“%(title)s” is over."),
            "%(outcome)s",
            REASON,
        ),
    ),
    K.ACTIVITY_CHANGED: Wording(
        _l("Changed: %(title)s"),
        (
            _l("“%(title)s” has changed."),
            REASON,
            _l("Your application stays as it is. If you cannot take part any more, please withdraw it."),
            _l("Please confirm by %(until)s that you still take part. Afterwards your place goes to the next person."),
        ),
    ),
    K.ACTIVITY_POSTPONED: Wording(
        _l("Postponed: %(title)s"),
        (
            _l("“%(title)s” is postponed. The new dates are not fixed yet."),
            REASON,
            _l("Your application stays as it is; we write to you when the new dates are fixed."),
        ),
    ),
    K.ACTIVITY_CANCELLED: Wording(
        _l("Cancelled: %(title)s"),
        (
            _l("We are sorry: “%(title)s” is cancelled."),
            REASON,
            _l("Your application ends with it. Other activities are open to you."),
        ),
        "activity",
    ),
    K.SESSION_REMINDER: Wording(
        _l("Soon: %(title)s"),
        (
            _l("A session of “%(title)s” begins soon: %(hours)s."),
            _l("Its subject: %(session)s"),
            JOIN,
        ),
    ),
    K.CLAIM_ASKED: Wording(
        _l("A claim waits for your decision"),
        (
            _l("%(applicant)s claims the recognition of prior learning. The claim goes on when it is decided."),
            _l("Asked for: %(steps)s"),
        ),
        "reviewed",
    ),
    K.CLAIM_RETURNED: Wording(
        _l("Your claim needs something more"),
        (
            _l(
                "Your claim for the recognition of prior learning was read. The reviewer asks for more before deciding."
            ),
            REASON,
            _l("The reviewer writes: %(note)s"),
            _l("Please add what is missing and send the claim again."),
        ),
        "claim",
    ),
    K.CLAIM_GRANTED: Wording(
        _l("Your prior learning is recognised"),
        (
            _l("Your claim for the recognition of prior learning was granted."),
            _l("Recognised: %(steps)s"),
            REASON,
            _l("The reviewer writes: %(note)s"),
            _l("This holds until %(expires_on)s."),
            _l("What asks for these steps is open to you now. Recognition is not a result, and gives no certificate."),
        ),
        "claim",
    ),
    K.CLAIM_REFUSED: Wording(
        _l("Your prior learning was not recognised"),
        (
            _l("Your claim for the recognition of prior learning was read and refused."),
            _l("Asked for: %(steps)s"),
            REASON,
            _l("The reviewer writes: %(note)s"),
            _l("You can take the courses of these steps, or send a new claim with other evidence."),
        ),
        "claim",
    ),
    K.CLAIM_REVOKED: Wording(
        _l("The recognition of your prior learning was taken back"),
        (
            _l("The recognition of your prior learning was taken back."),
            _l("It concerns: %(steps)s"),
            REASON,
            _l("The reviewer writes: %(note)s"),
            _l("Courses and activities that you take already go on. New ones ask for these steps again."),
        ),
        "claim",
    ),
    K.VERIFICATION_ASKED: Wording(
        _l("Somebody waits for verification"),
        (
            _l("%(applicant)s waits for the verification of the official status."),
            _l("Registered as: %(category)s"),
            _l("Until it is verified, the self-study material alone is open to this person."),
        ),
        "person",
    ),
    K.VERIFIED: Wording(
        _l("Your official status is verified"),
        (
            _l("Your official status is verified."),
            _l("You are registered as: %(category)s"),
            _l("Courses and activities that are for you are open to you now."),
        ),
        "home",
    ),
    K.STATUS_REFUSED: Wording(
        _l("Your official status could not be verified"),
        (
            _l("Your official status could not be verified."),
            REASON,
            _l("Whoever decided writes: %(note)s"),
            _l("The self-study material stays open to you. You can send other documents, or ask your coordinator."),
        ),
        "profile",
    ),
    K.VERIFICATION_TAKEN_BACK: Wording(
        _l("The verification of your official status was taken back"),
        (
            _l("The verification of your official status was taken back."),
            REASON,
            _l("Courses that you take already go on; new ones wait until your status is verified again."),
            _l("If this is a mistake, please speak with your coordinator."),
        ),
        "profile",
    ),
    K.ENROLLED_BY_OTHER: Wording(
        _l("You have been enrolled: %(title)s"),
        (
            _l("You have been enrolled in the course “%(title)s”."),
            _l("You were enrolled by %(by)s."),
            _l("You can take it until %(closes_at)s."),
            _l("If you do not want to take it, please withdraw soon: that has no consequences in the first days."),
        ),
        "course",
    ),
    K.TEST: Wording(
        _l("A letter to try the mail"),
        (_l("This letter was sent to see whether mail arrives. It did."), _l("You need not do anything.")),
        "home",
    ),
}
ENCLOSED = {"request": CALENDAR, "changed": CALENDAR_CHANGED, "cancel": CALENDAR_GONE}
OUTCOMES = {
    Outcome.PASSED: _l("You have passed. Congratulations!"),
    Outcome.FAILED: _l("You have not passed this time."),
    Outcome.ATTENDED: _l("You took part in it, and it counts."),
    Outcome.NOT_ATTENDED: _l("You were not there often enough for it to count."),
}
CLAIM_REASONS = {
    ClaimReason.EQUIVALENT_COURSE: _l("an equivalent course"),
    ClaimReason.EXPERIENCE: _l("professional experience"),
    ClaimReason.DEGREE: _l("a degree"),
    ClaimReason.TAUGHT_IT: _l("having taught the subject"),
    ClaimReason.PLACEMENT_TEST: _l("a placement test"),
    ClaimReason.MORE_EVIDENCE: _l("more evidence is needed"),
    ClaimReason.NOT_EQUIVALENT: _l("what was shown is not equivalent"),
    ClaimReason.TOO_OLD: _l("what was shown is too long ago"),
    ClaimReason.NOT_READABLE: _l("a document cannot be read"),
    ClaimReason.GRANTED_IN_ERROR: _l("it was granted in error"),
}


def filled(text: object, values: Mapping[str, str]) -> str | None:
    """Return a line with its values, None where one of them is not known."""
    line = str(text)
    places = set(PLACE.findall(line))
    if not all(values.get(name) for name in places):
        return None
    return line % values if places else line


def lines_of(lines: Iterable[object], values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lines whose values are all known."""
    said = (filled(line, values) for line in lines)
    return tuple(line for line in said if line)


def greeting(name: str) -> str:
    """Return how a letter begins."""
    return str(gettext("Dear %(name)s,", name=name))


def closing(sender: str, *, is_answered: bool) -> tuple[str, ...]:
    """Return how a letter ends."""
    ends = [str(gettext("With kind regards,")), sender]
    if not is_answered:
        ends.append(str(gettext("This letter was sent by the platform; answers to it are not read.")))
    return tuple(ends)
