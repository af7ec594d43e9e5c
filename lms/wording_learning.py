"""The words for what learners and trainers read: levels, steps, topics, outcomes, rates, risks, and what to do next."""

from collections.abc import Mapping
from datetime import date

from flask import g, has_request_context
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.catalogue.models import Format
from courses.catalogue.topic_services import topic_names
from courses.catalogue.topics import Topic
from courses.cohorts.models import Cohort
from courses.cohorts.rates import Measure, Reading
from courses.cohorts.risk import Risk, RiskCode
from courses.enrolment.access import Advice
from courses.enrolment.changes import ChangeReason
from courses.enrolment.models import DropoutKind, Outcome
from courses.enrolment.register import Order
from courses.errors import Refusal
from courses.progression.steps import Step, StepError, Track, parse_step
from lms.languages import current_language, month_text
from lms.site import reader
from lms.wording import refusal_text

LEVELS = {
    1: _l("Level 1, introductory"),
    2: _l("Level 2, intermediate"),
    3: _l("Level 3, advanced"),
}
OUTSIDE_LEVELS = _l("Outside the levels")
TRACKS = {Track.GENERALIST: _l("Generalist"), Track.SPECIALIST: _l("Specialist")}
FORMATS = {Format.FIRST_GENERATION: _l("First generation"), Format.SCORM: _l("Interactive (SCORM)")}

TOPICS = {
    "accession": _l("Accession"),
    "agriculture": _l("Agriculture"),
    "development": _l("Development"),
    "dispute settlement": _l("Dispute settlement"),
    "economics": _l("Economics"),
    "environment": _l("Environment"),
    "information": _l("Information"),
    "intellectual property": _l("Intellectual property"),
    "legal": _l("Legal questions"),
    "market access": _l("Market access"),
    "multilateral agreements": _l("Multilateral agreements"),
    "notifications": _l("Notifications"),
    "overview": _l("Overview"),
    "patents": _l("Patents"),
    "regional agreements": _l("Regional agreements"),
    "rules of origin": _l("Rules of origin"),
    "services": _l("Services"),
    "sps": _l("Sanitary and phytosanitary measures"),
    "tbt": _l("Technical barriers to trade"),
    "trade finance": _l("Trade finance"),
    "trade remedies": _l("Trade remedies"),
}

OUTCOMES = {
    Outcome.NOT_STARTED: _l("Not started"),
    Outcome.ACTIVE: _l("Active"),
    Outcome.PASSED: _l("Passed"),
    Outcome.FAILED: _l("Failed"),
    Outcome.ATTENDED: _l("Attended"),
    Outcome.NO_EXAM: _l("No exam"),
    Outcome.DROPPED_OUT: _l("Dropped out"),
    Outcome.CANCELLED: _l("Cancelled"),
    Outcome.TRANSFERRED: _l("Transferred"),
    Outcome.VOID: _l("Void"),
}
OUTCOME_LOOKS = {Outcome.PASSED: "good", Outcome.FAILED: "bad", Outcome.DROPPED_OUT: "warn", Outcome.NO_EXAM: "warn"}
KINDS = {
    DropoutKind.NEVER_STARTED: _l("never started"),
    DropoutKind.WITHDREW: _l("withdrew"),
    DropoutKind.LAPSED: _l("lapsed"),
}
REASONS = {
    ChangeReason.ENROLLED: _l("Enrolled"),
    ChangeReason.STARTED: _l("Opened the course"),
    ChangeReason.RESULT: _l("Result of the course"),
    ChangeReason.CAME_BACK: _l("Came back while access lasted"),
    ChangeReason.WITHDREW: _l("Withdrew"),
    ChangeReason.ACCESS_OVER: _l("The access ended"),
    ChangeReason.SILENT: _l("Silent for too long"),
}
ADVICE = {
    Advice.START: _l("Open the course to begin. Everything you do is saved as you go."),
    Advice.CONTINUE: _l("Continue where you left off."),
    Advice.TRY_AGAIN: _l("Your mark is below the pass mark so far. Go over the parts again and try once more."),
    Advice.SIT_EXAM: _l("You have been through all parts. What is missing is a mark: sit the exam or the tests."),
    Advice.LOOK_AGAIN: _l("Nothing is left to do. You may open the course again; your result stays."),
    Advice.COME_BACK: _l("This enrolment closed after a long silence. Open the course again to take it up."),
    Advice.ENROL_AGAIN: _l("To take the course again, enrol again from its page in the catalogue."),
    Advice.WAIT: _l("The course has not opened yet."),
    Advice.NOTHING: _l("There is nothing to do here."),
}

MEASURES = {
    Measure.COMPLETION: (_l("Completion rate"), _l("completed everything required / all who count (N)")),
    Measure.PASS: (_l("Pass rate"), _l("passed / closed")),
    Measure.FAIL: (_l("Fail rate"), _l("failed / closed")),
    Measure.NO_EXAM: (_l("No exam"), _l("all content done, exam never sat / closed")),
    Measure.DROPOUT: (_l("Dropout rate"), _l("dropped out / closed")),
    Measure.DISTINCTION: (_l("Pass rate with distinction"), _l("passed with distinction / passed")),
}
READINGS = {
    Reading.OF_EXAMINED: _l("of those who sat the exam"),
    Reading.OF_STARTED: _l("of those who started"),
    Reading.NEVER_STARTED: _l("never started"),
    Reading.WITHDREW: _l("withdrew"),
    Reading.LAPSED: _l("lapsed"),
    Reading.OF_CLOSED: _l("of closed"),
}
ORDERS = {
    Order.NAME: _l("Name"),
    Order.OUTCOME: _l("State"),
    Order.MARK: _l("Mark"),
    Order.PROGRESS: _l("Progress"),
    Order.SEEN: _l("Last seen"),
}


def level_text(level: int | None, track: Track | None = None) -> str:
    """Return a level, with its track where there is one."""
    name = str(LEVELS[level]) if level in LEVELS else str(OUTSIDE_LEVELS)
    return f"{name} · {TRACKS[track]}" if track else name


def topic_text(topic: str) -> str:
    """Return a topic by the institute's own name; one that nobody has named yet as it was written."""
    row = _topics().get(topic)
    if row is None or not (row.name_fr or row.name_es):
        return str(TOPICS.get(topic) or (row.name_en if row else topic[:1].upper() + topic[1:]))
    return row.name(current_language())


def _topics() -> Mapping[str, Topic]:
    """Return the topics by their codes, read once in a request; none where there is no request."""
    if not has_request_context():
        return {}
    if "palier_topics" not in g:
        g.palier_topics = topic_names(reader())
    found: Mapping[str, Topic] = g.palier_topics
    return found


def step_text(step: Step | str) -> str:
    """Return a step in words; what is no step as it is."""
    try:
        read = step if isinstance(step, Step) else parse_step(step)
    except StepError:
        return str(step)
    words = level_text(read.level, read.track)
    return f"{words} · {topic_text(read.topic)}" if read.topic else words


def outcome_text(outcome: Outcome, kind: DropoutKind | str | None = None) -> str:
    """Return an outcome, with the kind of a dropout."""
    name = str(OUTCOMES[outcome])
    return f"{name} ({KINDS[DropoutKind(kind)]})" if kind else name


def change_text(reason: str) -> str:
    """Return why an outcome changed; a reason that a person has written as it is."""
    return str(REASONS[ChangeReason(reason)]) if reason in set(ChangeReason) else reason


def risk_text(risk: Risk) -> str:
    """Return a reason for being at risk, with the figure behind it."""
    match risk.code:
        case RiskCode.NOT_STARTED:
            return str(ngettext("Not started for %(num)d day", "Not started for %(num)d days", risk.figure))
        case RiskCode.SILENT:
            return str(ngettext("Silent for %(num)d day", "Silent for %(num)d days", risk.figure))
        case RiskCode.BEHIND:
            return str(gettext("%(points)s points behind the median", points=risk.figure))
        case RiskCode.TECHNICAL:
            return str(
                ngettext("%(num)d failed save or launch", "%(num)d failed saves or launches", risk.figure)
            )  # fmt: skip
        case RiskCode.LITTLE_TIME:
            return str(ngettext("Under half done, %(num)d day left", "Under half done, %(num)d days left", risk.figure))


def door_text(code: str) -> str:
    """Return why a course cannot be opened."""
    return refusal_text(Refusal(code))


def cohort_text(cohort: Cohort) -> str:
    """Return the name of a cohort; an entry cohort is named by its month."""
    if cohort.month is None:
        return cohort.name
    year, month = cohort.month.split("-")
    return str(gettext("Entry of %(month)s", month=month_text(date(int(year), int(month), 1))))


WORDS = {
    "level_text": level_text, "topic_text": topic_text, "step_text": step_text,
    "outcome_text": outcome_text, "outcome_looks": OUTCOME_LOOKS, "outcome_names": OUTCOMES,
    "change_text": change_text, "risk_text": risk_text, "cohort_text": cohort_text, "advice_words": ADVICE,
    "door_text": door_text,
    "measure_words": MEASURES, "reading_words": READINGS, "order_names": ORDERS, "track_names": TRACKS,
    "level_names": LEVELS, "format_names": FORMATS,
}  # fmt: skip
"""What templates need of this module, by name."""
