"""The words for attempts as trainers read them: why one was begun, and what it came to."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from courses.attempts.models import Attempt, AttemptReason, AttemptState

REASONS = {
    AttemptReason.FIRST: _l("The first one"),
    AttemptReason.AGAIN: _l("The learner wanted another one"),
    AttemptReason.GRANTED: _l("Granted by a trainer"),
    AttemptReason.VERSION: _l("The version of the one before was retired"),
    AttemptReason.TRIAL: _l("A trial"),
}


def result_text(attempt: Attempt) -> str:
    """Return what an attempt has come to, in a word or two."""
    if attempt.is_passed is not None:
        word = gettext("Passed") if attempt.is_passed else gettext("Failed")
        return str(word if attempt.is_completed else gettext("%(result)s, not completed", result=word))
    return str(gettext("Completed") if attempt.is_completed else gettext("Not decided"))


WORDS = {"attempt_reasons": REASONS, "attempt_states": AttemptState, "result_text": result_text}
"""What templates need of this module, by name."""
