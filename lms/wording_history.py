"""The words for the story of a learner's attempt: how pages ended, what their parts said, what befell the posts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask_babel import format_date, format_timedelta, gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.attempts.history import Ending
from courses.attempts.history_posts import Note, Noted, Told
from courses.attempts.models import PlayMode
from courses.attempts.signals import Lack
from courses.attempts.story import Line, Said
from lms.languages import size_text
from lms.wording_trials import line_text

ENDINGS = {
    Ending.OPEN: _l("still open"),
    Ending.LEFT: _l("left by the learner"),
    Ending.CLOSED: _l("ended, because the course was closed to the learner"),
    Ending.SILENT: _l("silent for five minutes, so that it was taken for gone"),
    Ending.WINDOW: _l("replaced by another window of the same device, or by a reload"),
    Ending.DEVICE: _l("replaced by another device"),
    Ending.REPLACED: _l("replaced by another window or another device"),
}
MODES = {
    PlayMode.NORMAL: _l("for credit"),
    PlayMode.REVIEW: _l("review: looking again at what is done"),
    PlayMode.BROWSE: _l("browse: looking only"),
}
LACKS = {
    Lack.NOT_OPENED: _l("It was not opened."),
    Lack.SILENT: _l("It reported nothing: the platform only knows that it was opened."),
    Lack.NOT_STARTED: _l("It never started its session; what it said without it was refused."),
    Lack.NOT_COMPLETED: _l("It never reported completion."),
    Lack.NOT_SCORED: _l("It never reported a score."),
    Lack.FAILED_WITHOUT_SCORE: _l("It reported failure, but no score."),
    Lack.NOT_KEPT: _l("It kept nothing to resume by: who comes back begins anew."),
    Lack.NOT_TIMED: _l("It never reported its time; the platform measured its own."),
    Lack.NOT_ENDED: _l("It never reported an end."),
}
REQUESTS = {
    "open": _l("the learner opened the course on the device, without a network"),
    "continue": _l("the learner asked to go on"),
    "previous": _l("the learner asked to go back"),
    "choice": _l("the learner chose “%(title)s”"),
    "jump": _l("a jump to “%(title)s” was asked for"),
    "exit": _l("the learner asked to end this part"),
    "exitAll": _l("the learner asked to end the course"),
    "suspendAll": _l("the learner asked to save and leave"),
    "abandon": _l("the learner asked to abandon this part"),
    "abandonAll": _l("the learner asked to abandon the course"),
}
FAILURES = {
    "offline": _l("nothing answered"),
    "answer": _l("the server, or something on the way, did not answer as it should"),
    "full": _l("the server was not reached, and the device could keep nothing"),
}
_UNKNOWN_FAILURE = _l("the page did not say why")
_CIRCUMSTANCES = {
    Noted.KEPT_BACK: _l("received on %(moment)s, %(span)s after it was done: the device had kept it meanwhile"),
    Noted.RECOVERED: _l("found on the device and received on %(moment)s, when the course was opened there again"),
    Noted.LATE: _l(
        "received on %(moment)s, when a newer page had the attempt already: it may raise the result, and changes "
        "nothing else"
    ),
    Noted.BEHIND: _l(
        "received on %(moment)s, when the course was closed to the learner already: for a day it may raise the result, "
        "and changes nothing else"
    ),
}
_PLAIN = {
    Noted.DENIED: _l("that was not possible at this point"),
    Noted.LEFT: _l("the player was left"),
    Noted.NOTHING: _l("there was nothing to show any more"),
}


def device_text(device: str | None) -> str:
    """Return the random name that a browser gave itself as people can tell devices apart by it."""
    return str(gettext("device %(name)s", name=device[:6].upper())) if device else str(gettext("not known"))


def clock_text(at_ms: int, opened_at: datetime) -> str:
    """Return a time of day, in UTC, with its seconds; with the day where it is another than that of the opening."""
    at = _moment(at_ms)
    return f"{at:%H:%M:%S}" if at.date() == opened_at.date() else instant_text(at)


def instant_text(at: datetime) -> str:
    """Return a day and a time of day, in UTC, with its seconds: people compare them with what they noted."""
    return f"{format_date(at)}, {at:%H:%M:%S}"


def span_text(span: timedelta) -> str:
    """Return how long something was: `3 minutes`, `2 days`."""
    return str(format_timedelta(abs(span), granularity="second", threshold=1))


def clock_error_text(error: timedelta) -> str:
    """Return what is wrong with a device's clock."""
    if error > timedelta(0):
        return str(gettext("its clock was %(span)s ahead; the times below are corrected", span=span_text(error)))
    return str(gettext("its clock was %(span)s behind; the times below are corrected", span=span_text(error)))


def told_text(told: Told, edition: str) -> str:
    """Return a line of the story as a sentence without subject; what is not shown with its size."""
    line = told.line
    text = line_text(line, edition) if told.size is None or line.said is Said.REFUSED else _kept_text(line, told.size)
    if line.said is Said.REFUSED:
        text = f"{text} {line.name}({line.element}{', ' + line.value if line.value else ''})"
    if line.times > 1 and line.said not in (Said.ANSWERS, Said.OBJECTIVES):
        return f"{text} {gettext('(%(count)s times)', count=line.times)}"
    return text


def _kept_text(line: Line, size: int) -> str:
    facts = {"size": size_text(size), "element": line.element[:80]}
    match line.said:
        case Said.KEPT if size == 0:
            return str(gettext("kept nothing for resuming"))
        case Said.KEPT:
            return str(gettext("kept data for resuming (%(size)s, not shown)", **facts))
        case Said.PLACE:
            return str(gettext("kept the place where the learner is (%(size)s, not shown)", **facts))
        case Said.ANSWERS:
            return _list_text("answers", line.times, size)
        case Said.OBJECTIVES:
            return _list_text("objectives", line.times, size)
        case _ if line.element.startswith("cmi.comments"):
            return str(gettext("kept a comment (%(size)s, not shown)", **facts))
        case _:
            return str(gettext("set %(element)s (%(size)s, not shown)", **facts))


def _list_text(kind: str, count: int, size: int) -> str:
    shown = {"size": size_text(size)}
    if kind == "answers":
        return str(
            ngettext(
                "reported an answer to %(num)d question (%(size)s, kept and not shown)",
                "reported answers to %(num)d questions (%(size)s, kept and not shown)", count, **shown,
            )
        )  # fmt: skip
    return str(
        ngettext(
            "reported on %(num)d objective (%(size)s, not shown)",
            "reported on %(num)d objectives (%(size)s, not shown)", count, **shown,
        )
    )  # fmt: skip


def note_text(note: Note, titles: Mapping[str, str]) -> str:
    """Return what befell a post, or came of it; `titles` are those of the course's parts."""
    title = titles.get(note.activity, note.activity)
    match note.noted:
        case Noted.ASKED:
            return str(REQUESTS[note.value]) % {"title": title}
        case Noted.SHOWN:
            return str(gettext("was shown “%(title)s”", title=title))
        case Noted.FAILED:
            return _failure_text(note)
        case Noted.MISSING:
            return str(
                ngettext(
                    "%(num)d message before this one never arrived; what it held came again with the next",
                    "%(num)d messages before this one never arrived; what they held came again with the next",
                    note.times,
                )
            )
        case Noted.OMITTED:
            return str(ngettext("%(num)d line is left out here", "%(num)d lines are left out here", note.times))
        case Noted.DENIED | Noted.LEFT | Noted.NOTHING:
            return str(_PLAIN[note.noted])
        case _:
            return _circumstance_text(note)


def _circumstance_text(note: Note) -> str:
    received_ms = note.at_ms if note.other_ms is None else note.other_ms
    span = span_text(timedelta(milliseconds=received_ms - note.at_ms))
    return str(_CIRCUMSTANCES[note.noted]) % {"moment": instant_text(_moment(received_ms)), "span": span}


def _failure_text(note: Note) -> str:
    why = str(FAILURES.get(note.value, _UNKNOWN_FAILURE))
    if note.other_ms is None:
        return str(
            ngettext(
                "saving had failed %(num)d time: %(why)s; then it came through",
                "saving had failed %(num)d times: %(why)s; then it came through", note.times, why=why,
            )
        )  # fmt: skip
    return str(
        ngettext(
            "saving had failed %(num)d time since %(since)s: %(why)s; then it came through",
            "saving had failed %(num)d times since %(since)s: %(why)s; then it came through",
            note.times, why=why, since=instant_text(_moment(note.other_ms)),
        )
    )  # fmt: skip


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


WORDS = {
    "ending_names": ENDINGS, "mode_names": MODES, "lack_words": LACKS, "device_text": device_text,
    "clock_text": clock_text, "instant_text": instant_text, "span_text": span_text, "told_text": told_text,
    "note_text": note_text, "clock_error_text": clock_error_text,
}  # fmt: skip
"""What the template of the story needs of this module, by name."""
