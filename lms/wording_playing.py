"""The words for what stands before and after the player: attempts, reviews, what a line has to carry."""

from datetime import datetime
from math import ceil

from flask_babel import format_date, gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.attempts.own_page import OwnPage
from courses.attempts.policy import AttemptChoice, Reason
from courses.catalogue.models import CountingRule
from courses.enrolment.access import Advice
from courses.enrolment.own import OwnCourse
from lms.languages import duration_text
from lms.wording_learning import ADVICE, door_text

SLOW_LINE = 100_000
"""Bits in a second on a slow mobile line, as people have it outside towns (2G)."""

COUNTING = {
    CountingRule.BEST: _l("The best attempt gives the mark."),
    CountingRule.LAST: _l("The last attempt gives the mark; a pass is never taken away."),
    CountingRule.FIRST: _l("The first attempt gives the mark; a pass is never taken away."),
    CountingRule.MEAN: _l("The mean of all attempts gives the mark; a pass is never taken away."),
}


def moment_text(at: datetime) -> str:
    """Return a day and a time of day, in UTC: `Nov 20, 2026, 09:00`."""
    return f"{format_date(at)}, {at:%H:%M}"


def slow_line_text(size: int) -> str:
    """Return how long a slow line takes for so many bytes."""
    minutes = ceil(size * 8 / SLOW_LINE / 60)
    if minutes <= 1:
        return str(gettext("On a slow mobile line (2G) that takes a minute at most."))
    return str(
        gettext("On a slow mobile line (2G) that takes about %(time)s in all.", time=duration_text(minutes * 6000))
    )


def next_step_text(page: OwnPage) -> str:
    """Return what the learner can do next, in a sentence or two."""
    own, choice = page.own, page.choice
    if own.can_open and choice.number == 0 and not choice.can_begin:
        return _none_left_text()
    if not own.can_open or choice.number == 0:
        return str(ADVICE[own.advice])
    if choice.is_review:
        return _review_text(page)
    if own.advice is Advice.LOOK_AGAIN:
        return str(gettext("You have passed. What is not done yet can still be done; your result stays."))
    mark, pass_mark = own.enrolment.mark, own.enrolment.course.pass_mark
    if own.advice is Advice.TRY_AGAIN and (mark is None or mark >= pass_mark):
        return str(gettext("You have not passed yet. Do what is not done, and go over what was not passed once more."))
    return str(ADVICE[own.advice])


def locked_text(own: OwnCourse) -> str:
    """Return why a course cannot be opened, and since or until when; nothing for one that can."""
    cohort = own.enrolment.cohort
    match own.door:
        case None:
            return ""
        case "access_not_begun":
            return str(gettext("It opens on %(moment)s (UTC).", moment=moment_text(cohort.opens_at)))
        case "access_over" if cohort.closes_at is not None:
            ended_at = moment_text(cohort.closes_at)
            return str(gettext("The access ended on %(moment)s (UTC); your result stands.", moment=ended_at))
        case "not_published":
            return str(
                gettext(
                    "This course is not published in that language now. What you did is kept, and it can be opened "
                    "here once it is published again."
                )
            )
        case door:
            return door_text(door)


def _review_text(page: OwnPage) -> str:
    is_passed, is_limited = page.own.advice is Advice.LOOK_AGAIN, page.choice.left is not None
    if not is_passed:
        return str(
            gettext(
                "This attempt is over, and you have not passed. You can review it: nothing you do there "
                "changes your result."
            )
        )
    if is_limited:
        return str(gettext("You have passed. You can review the course: nothing you do there changes your result."))
    return str(gettext("You have passed. You can review the course: nothing you do there makes your result any worse."))


def _none_left_text() -> str:
    return str(gettext("No attempt is left. The trainer of your cohort can grant one more."))


def attempt_text(choice: AttemptChoice) -> str:
    """Return which attempt is at hand and how many are left; nothing where there is nothing to count yet."""
    left = choice.left
    if choice.number == 0:
        return "" if not left else str(ngettext("You have one attempt.", "You have %(num)d attempts.", left))
    sentences = [
        gettext("You are in attempt %(number)s.", number=choice.number)
        if choice.can_resume
        else gettext("Attempt %(number)s is over.", number=choice.number)
    ]
    if left == 0:
        sentences.append(gettext("It is the last one."))
    elif left is not None:
        sentences.append(ngettext("%(num)d more attempt is left.", "%(num)d more attempts are left.", left))
    return " ".join(map(str, sentences))


def waiting_texts(choice: AttemptChoice) -> list[str]:
    """Return why no new attempt can begin now, and when one can; nothing for one that nobody has begun to use."""
    texts = []
    if Reason.TOO_SOON in choice.reasons and choice.next_at is not None:
        texts.append(
            gettext(
                "The next attempt can begin on %(moment)s (UTC) at the earliest: the course asks for a pause.",
                moment=moment_text(choice.next_at),
            )
        )
    if Reason.NONE_LEFT in choice.reasons and choice.is_review:
        texts.append(_none_left_text())
    return [str(text) for text in texts]


WORDS = {
    "moment_text": moment_text, "slow_line_text": slow_line_text, "next_step_text": next_step_text,
    "attempt_text": attempt_text, "locked_text": locked_text, "waiting_texts": waiting_texts,
    "counting_words": COUNTING,
}  # fmt: skip
"""What templates need of this module, by name."""
