"""The sentences about trials: what a package said, what never came, why calls were refused, the rules that complete."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from courses.attempts.signals import Lack, Signal
from courses.attempts.story import Line, Said
from courses.attempts.trial_report import Hint
from courses.catalogue.models import CompletionRule

SIGNALS = {
    Signal.STARTED: _l("Started"),
    Signal.COMPLETION: _l("Completion"),
    Signal.SUCCESS: _l("Passed or failed"),
    Signal.SCORE: _l("Score"),
    Signal.KEPT: _l("Kept for resuming"),
    Signal.TIME: _l("Time"),
    Signal.ENDED: _l("Ended"),
    Signal.ERRORS: _l("Errors"),
}

LACKS = {
    Lack.NOT_OPENED: _l("This part was not opened in this trial."),
    Lack.SILENT: _l("This package made no call at all: the platform only knows that it was opened."),
    Lack.NOT_STARTED: _l("This package never started its session; what it said without it was refused."),
    Lack.NOT_COMPLETED: _l("This package never said that it is finished."),
    Lack.NOT_SCORED: _l("This package never reported a score."),
    Lack.FAILED_WITHOUT_SCORE: _l("This package reported failure but no score."),
    Lack.NOT_KEPT: _l("This package kept nothing to resume by: who comes back begins anew."),
    Lack.NOT_TIMED: _l("This package never reported its time; the platform measures its own."),
    Lack.NOT_ENDED: _l("This package never ended its session; the platform took it as suspended."),
}

RULES: dict[CompletionRule | None, object] = {
    None: _l("Nothing chosen"),
    CompletionRule.STATUS: _l("Status"),
    CompletionRule.SCORE: _l("Score"),
    CompletionRule.ALL_SCOS: _l("All parts"),
    CompletionRule.PAGES_VISITED: _l("Pages visited"),
}
EXPLANATIONS: dict[CompletionRule | None, object] = {
    None: _l("As long as nobody chooses, the package’s own status completes the course."),
    CompletionRule.STATUS: _l("The course is completed when the package itself says so."),
    CompletionRule.SCORE: _l("The course is completed when the mark reaches the pass mark."),
    CompletionRule.ALL_SCOS: _l("The course is completed when every part that opens has completed or passed itself."),
    CompletionRule.PAGES_VISITED: _l("The course is completed when every part that opens was opened."),
}
HINTS = {
    Hint.SAYS_IT: _l("in this trial the package’s own status completed the course"),
    Hint.PARTS_SAY_IT: _l("in this trial each part was completed, but the course as a whole was not"),
    Hint.ONLY_SCORES: _l("in this trial the package reported a score, but never that it was finished"),
    Hint.SAYS_NOTHING: _l("in this trial every part was opened, and the package said nothing that would complete it"),
}

_COMMON = {
    "101": _l("The call was refused, or could not be carried out at that moment."),
    "201": _l("The name or the argument is not one that the standard knows."),
}
ERRORS_12 = _COMMON | {
    "202": _l("A list of children was asked for where there is none."),
    "203": _l("A count was asked for where nothing is counted."),
    "301": _l("The session was not open: it had not been started, or was ended already."),
    "401": _l("This part of the data model does not exist, or is not supported."),
    "402": _l("A name of the data model itself was to be set; that is not possible."),
    "403": _l("Only the platform sets this value; the package may read it."),
    "404": _l("The package may set this value, but not read it."),
    "405": _l("The value has the wrong form, is too long, or is not one of the words that are allowed."),
}
_NOT_BEFORE = _l("It came before the session was started.")
_NOT_AFTER = _l("It came after the session was ended.")
ERRORS_2004 = _COMMON | {
    "102": _l("The session could not be started."),
    "103": _l("The session was started already."),
    "104": _l("The session was ended already, and cannot be started again."),
    "111": _l("The session could not be ended."),
    "112": _NOT_BEFORE,
    "113": _NOT_AFTER,
    "122": _NOT_BEFORE,
    "123": _NOT_AFTER,
    "132": _NOT_BEFORE,
    "133": _NOT_AFTER,
    "142": _NOT_BEFORE,
    "143": _NOT_AFTER,
    "301": _l("The value could not be read: a list does not have that entry, or the name leads nowhere."),
    "351": _l("The value could not be set: a list does not have that entry yet, or the name leads nowhere."),
    "391": _l("What was set could not be saved."),
    "401": _l("The data model has no element of this name."),
    "402": _l("The platform does not support this element."),
    "403": _l("The value was asked for before it was ever set."),
    "404": _l("Only the platform sets this value; the package may read it."),
    "405": _l("The package may set this value, but not read it."),
    "406": _l("The value has the wrong form, or is not one of the words that are allowed."),
    "407": _l("The number lies outside what is allowed."),
    "408": _l("Another value has to be set first."),
}
UNKNOWN_ERROR = _l("The call was refused.")


def error_text(edition: str, code: str) -> str:
    """Return what an error code of an edition means, in plain words."""
    known = ERRORS_12 if edition == "1.2" else ERRORS_2004
    return str(known.get(code, UNKNOWN_ERROR))


def line_text(line: Line, edition: str) -> str:
    """Return a line of a trial's story as a sentence without subject."""
    facts = {"value": line.value, "element": line.element}
    match line.said:
        case Said.REFUSED:
            return str(gettext("was refused a call: %(reason)s", reason=error_text(edition, line.code)))
        case Said.KEPT if not line.value:
            return str(gettext("kept nothing for resuming"))
        case Said.EXIT if not line.value:
            return str(gettext("said that it will be left in the normal way"))
        case _:
            return str(_SAID[line.said]) % facts


_SAID = {
    Said.OPENED: _l("started its session"),
    Said.CLOSED: _l("ended its session"),
    Said.COMPLETION: _l("said of its completion: “%(value)s”"),
    Said.SUCCESS: _l("said of its success: “%(value)s”"),
    Said.SCORE: _l("reported a score: %(value)s (%(element)s)"),
    Said.PLACE: _l("kept the place where the learner is: “%(value)s”"),
    Said.KEPT: _l("kept data for resuming: “%(value)s”"),
    Said.TIME: _l("reported the time of this session: %(value)s"),
    Said.EXIT: _l("said how it will be left: “%(value)s”"),
    Said.REQUEST: _l("asked to go on to: %(value)s"),
    Said.OBJECTIVES: _l("reported on objectives"),
    Said.ANSWERS: _l("reported answers to questions"),
    Said.OTHER: _l("set %(element)s to “%(value)s”"),
}


def elapsed_text(milliseconds: int) -> str:
    """Return the time since the first call, as minutes and seconds."""
    seconds = max(milliseconds, 0) // 1000
    return f"{seconds // 60}:{seconds % 60:02d}"
