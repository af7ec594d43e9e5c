"""The sentences for stable codes: refusals, outcomes, roles, findings. Templates, mail and command line share them."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from courses.errors import Refusal
from lms import (
    wording_activity_refusals,
    wording_application_refusals,
    wording_evidence,
    wording_facts,
    wording_gate,
    wording_people,
)

REFUSALS = {
    "email_taken": _l("There is already an account with this address. Sign in, or use another address."),
    "sign_in_failed": _l("The address or the password is not right."),
    "demonstration_is_local": _l("Demonstration accounts can be used on the machine of the site only."),
    "email_invalid": _l("This is not an email address. It has the form name@example.org."),
    "name_missing": _l("Please write the name."),
    "name_too_long": _l("This name is too long; up to 100 characters can be kept."),
    "name_not_readable": _l("This name holds characters that cannot be shown."),
    "password_short": _l("The password is too short; use at least %(least)s characters."),
    "password_long": _l("The password is too long; use at most %(most)s characters."),
    "password_is_address": _l("Do not use your email address as the password."),
    "password_too_simple": _l("This password is too easy to guess; use more different characters."),
    "password_wrong": _l("This is not your current password."),
    "country_fixed": _l("Your country cannot be changed here any more. Ask the institute to change it."),
    "already_enrolled": _l("You are already enrolled in this course."),
    "not_for_credit": _l("This is self-study material: open it without enrolling."),
    "not_published": _l("This course is not published in that language yet."),
    "not_verified": _l(
        "Your official status has not been verified yet. Until then the self-study material is open to you; "
        "your coordinator can verify you."
    ),
    "prerequisite_missing": _l("This asks for %(steps)s, which you do not have yet."),
    "first_generation": _l(
        "In this language the course is still in its first form, to be read: enrolment opens when it is converted."
    ),
    "already_passed": _l("You have passed this course. Open it again from “My courses” whenever you like."),
    "enrolment_closed": _l("This enrolment is closed already; nothing was changed."),
    "enrolment_left": _l("This enrolment was cancelled or moved; enrol again to take the course."),
    "enrolment_withdrawn": _l("You have withdrawn from this course; enrol again to take it."),
    "enrolled_again": _l("You have enrolled in this course again; continue with the newer enrolment."),
    "access_not_begun": _l("This course has not opened yet."),
    "access_over": _l("The access to this course has ended; your result stands."),
    "no_attempt_left": _l(
        "You have used every attempt that this course allows. Your result stands, and you can look at the course "
        "again; your trainer can grant one more attempt."
    ),
    "too_soon": _l(
        "Between two attempts this course asks for some time: the next one can begin on %(until)s (UTC). Until then "
        "you can look at the last one again."
    ),
    "no_limit_to_attempts": _l("This course sets no limit to attempts: nothing has to be granted."),
    "attempts_out_of_range": _l("Attempts are a whole number from 1 to 100; leave it empty when there is no limit."),
    "days_out_of_range": _l("Days are a whole number from 0 to 365."),
    "nothing_to_review": _l("There is nothing to look at again yet: you have not opened this course."),
    "attempt_not_kept": _l(
        "The version of the course that you took is no longer kept, and no further attempt is open to you now. Your "
        "result stands; your trainer can grant one more attempt."
    ),
    "attempt_over": _l(
        "This attempt has ended because a newer one was begun. What it came to counts; go on in the newer one."
    ),
    "grace_over": _l("The period in which an enrolment can be cancelled is over."),
    "value_missing": _l("Please fill this in."),
    "value_too_long": _l("This is too long."),
    "value_unreadable": _l("This holds characters that cannot be shown."),
    "course_code_invalid": _l("A code has letters, digits, points, hyphens and underscores only, up to 64 of them."),
    "course_code_taken": _l("Another course has this code already."),
    "level_invalid": _l("Levels are 1, 2 and 3."),
    "steps_invalid": _l(
        "A line names no step. Steps are 1, 2·generalist, 2·specialist·topic, 3·generalist, 3·specialist·topic."
    ),
    "mark_out_of_range": _l("A mark lies between 0 and 100 per cent."),
    "distinction_below_pass": _l("A distinction cannot ask for less than the pass mark."),
    "hours_out_of_range": _l("Hours lie between 0 and 2000; leave them out when they are not known."),
    "language_exists": _l("The course has this language already."),
    "already_converted": _l("In this language the course is in SCORM already; send a package instead."),
    "file_missing": _l("Please choose a file that is not empty."),
    "host_invalid": _l(
        "“%(host)s” is not the full name of a host, like fonts.example.org; wildcards, ports and paths are not taken."
    ),
    "host_is_ours": _l("“%(host)s” belongs to this platform; no content loads from there."),
    "hosts_too_many": _l("At most %(most)s hosts can be named for a version."),
    "version_current": _l("This version is the current one. Publish another one first."),
    "version_in_use": _l(
        "This version cannot be retired yet: %(in_progress)s people are in the middle of it, "
        "%(not_begun)s are to begin it."
    ),
    "publication_stale": _l(
        "Version %(number)s was published meanwhile. Nothing was changed now: read again what publishing this version "
        "means, then decide."
    ),
    "draft_published": _l(
        "This version was published meanwhile. Nothing was changed now: read again what retiring it means, then decide."
    ),
    "version_retired": _l("This version was retired: its files are no longer kept. Import the package again."),
    "import_not_ready": _l("This import cannot be published: it is not read yet, was refused, or failed."),
    **wording_activity_refusals.REFUSALS,
    **wording_application_refusals.REFUSALS,
    **wording_evidence.REFUSALS,
    **wording_people.REFUSALS,
    **wording_facts.REFUSALS,
    **wording_gate.REFUSALS,
}


def quoted(text: str) -> str:
    """Return a text between the quotation marks of the language at hand."""
    return str(gettext("“%(text)s”", text=text))


def refusal_text(error: Refusal) -> str:
    """Return the sentence for a refusal, in the language at hand."""
    sentence = REFUSALS.get(error.code)
    if sentence is None:
        return str(gettext("This is not possible (%(code)s).", code=error.code))
    return str(sentence) % _shown(error.parameters) if error.parameters else str(sentence)


def _shown(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters as people read them: `until` is a moment."""
    until = parameters.get("until")
    if until is None:
        return dict(parameters)
    at = datetime.fromisoformat(until)
    return {**parameters, "until": f"{format_date(at)}, {at:%H:%M}"}
