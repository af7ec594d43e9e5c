"""The sentences for stable codes: refusals, outcomes, roles, findings. Templates, mail and command line share them."""

from flask_babel import gettext, lazy_gettext as _l

from courses.errors import Refusal

REFUSALS = {
    "email_taken": _l("There is already an account with this address. Sign in, or use another address."),
    "sign_in_failed": _l("The address or the password is not right."),
    "already_enrolled": _l("You are already enrolled in this course."),
    "not_for_credit": _l("This is self-study material: open it without enrolling."),
    "not_published": _l("This course is not published in that language yet."),
    "not_verified": _l(
        "Your official status has not been verified yet. Until then the self-study material is open to you; "
        "your coordinator can verify you."
    ),
    "prerequisite_missing": _l("This course asks for %(steps)s, which you do not have yet."),
}


def refusal_text(error: Refusal) -> str:
    """Return the sentence for a refusal, in the language at hand."""
    sentence = REFUSALS.get(error.code)
    if sentence is None:
        return gettext("This is not possible (%(code)s).", code=error.code)
    return str(sentence) % dict(error.parameters) if error.parameters else str(sentence)
