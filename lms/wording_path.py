"""The words of the path map: how a step stands, by what it is held, what opens it."""

from collections.abc import Iterable, Mapping

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.offerings.models import Offering
from courses.progression.compiling import Todo
from courses.progression.decision import Reason
from courses.progression.engine import Attained, Covered
from courses.progression.map import StepState, can_be_opened
from courses.progression.paths import Path, PathStep
from courses.progression.record import Category, Recognised
from courses.progression.steps import Step
from courses.progression.terms import Kind
from lms.languages import current_language, exact_percentage
from lms.naming import names
from lms.wording_people import CATEGORIES
from lms.wording_progression import fact_text, reason_text, short_text, told
from lms.wording_requirements import all_of, language_text, step_words

STATES = {
    StepState.DONE: _l("Done"),
    StepState.RECOGNISED: _l("Recognised"),
    StepState.COVERED: _l("Covered"),
    StepState.IN_PROGRESS: _l("In progress"),
    StepState.OPEN: _l("Open to you"),
    StepState.LOCKED: _l("Locked"),
}
MEANINGS = {
    StepState.DONE: _l("you passed what gives this step"),
    StepState.RECOGNISED: _l("your prior learning was recognised for it"),
    StepState.COVERED: _l("you hold a higher step, so nothing is left to do here"),
    StepState.IN_PROGRESS: _l("you are in a course or activity that gives it"),
    StepState.OPEN: _l("you meet the conditions"),
    StepState.LOCKED: _l("a condition is missing; see what opens it"),
}


def held_text(held: Attained | Covered | Recognised) -> str:
    """Return by what a step is held, to the person."""
    match held:
        case Attained(_, result):
            mark = () if result.mark is None else (("mark", str(result.mark)),)
            named = (("source", str(result.source)), ("course", result.code), ("title", result.title))
            return reason_text(Reason("result", (*named, ("date", result.passed_on.isoformat()), *mark)))
        case Covered(_, by, is_recognised):
            if is_recognised:
                return str(gettext("%(step)s is recognised to you, and covers it.", step=step_words(by, names())))
            return str(gettext("You have %(step)s, which covers it.", step=step_words(by, names())))
        case Recognised():
            until = (("until", held.expires_on.isoformat()),) if held.expires_on else ()
            return reason_text(Reason("recognised", (("date", held.decided_on.isoformat()), *until)))


def deed_text(step: PathStep) -> str:
    """Return what is to be done in a step of a way, without the title of the course: that is a link of its own."""
    match step.todo:
        case Todo.PASS | Todo.IMPROVE:
            return _passing_text(step)
        case Todo.LANGUAGE:
            language = language_text(step.code)
            return str(gettext("Add %(language)s to your profile, if you can follow a course in it", language=language))
        case Todo.VERIFICATION:
            return str(gettext("Have your official status verified"))
        case Todo.NOMINATION:
            return str(gettext("Ask your coordinator to nominate you"))
        case Todo.CATEGORY:
            category = CATEGORIES[Category(step.code)]
            return str(gettext("Be verified as: %(category)s", category=category))
        case Todo.MEASURES:
            return str(gettext("Wait until the administrative measures against your beneficiary have ended"))


def _passing_text(step: PathStep) -> str:
    mark = exact_percentage(step.minimum_mark) if step.minimum_mark is not None else ""
    if step.todo == Todo.IMPROVE:
        return str(gettext("Raise your mark to %(mark)s or more:", mark=mark))
    if step.kind == Kind.ACTIVITY:
        return str(
            gettext("Take part in and pass with %(mark)s or more:", mark=mark) if mark else gettext("Take part in:")
        )
    return str(gettext("Pass with %(mark)s or more:", mark=mark) if mark else gettext("Pass:"))


def deed_link(step: PathStep) -> str | None:
    """Return the address where a step of a way is begun; None where only others can do it."""
    match step.todo:
        case Todo.PASS | Todo.IMPROVE if step.kind == Kind.ACTIVITY:
            return url_for("activities.activity", code=step.code)
        case Todo.PASS | Todo.IMPROVE:
            return url_for("catalogue.course", code=step.code)
        case Todo.VERIFICATION | Todo.CATEGORY:
            return url_for("status.index")
        case Todo.LANGUAGE:
            return url_for("auth.profile")
        case _:
            return None


def deed_title(step: PathStep, titles: dict[str, str]) -> str:
    """Return the title of the course or activity of a step of a way; `titles` are those of the activities."""
    return titles.get(step.code) or names().course(step.code, current_language())


def titles_of(offerings: Mapping[str, Offering]) -> dict[str, str]:
    """Return the titles of activities by code, in the language at hand."""
    return {code: offering.title(current_language()) for code, offering in offerings.items()}


def path_size_text(path: Path) -> str:
    """Return how long a way is: how many courses, how many hours."""
    count = sum(step.todo == Todo.PASS for step in path.steps)
    if not count:
        return ""
    hours = f"{path.hours:g}"
    return str(ngettext(
        "%(num)d course or activity, about %(hours)s hours", "%(num)d courses or activities, about %(hours)s hours",
        count, hours=hours,
    ))  # fmt: skip


def step_name(step: Step | str) -> str:
    """Return a step in words, its topic as the institute names it."""
    return step_words(step, names())


def topic_name(topic: str) -> str:
    """Return the name of a topic in the reader's language."""
    return names().topic(topic, current_language())


def lock_text(reasons: Iterable[Reason]) -> str:
    """Return in a few words what is missing, for a line of a list."""
    return str(gettext("; ")).join(_lock(reason) for reason in reasons)


def _lock(reason: Reason) -> str:
    steps = dict(reason.parameters).get("steps", "") if reason.code == "prerequisite_missing" else ""
    if steps:
        return all_of(step_words(step, names()) for step in steps.split(", "))
    return short_text(reason.code)


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Return several reasons as one text, each a sentence."""
    return " ".join(reason_text(reason) for reason in reasons)


PATH_WORDS = {
    "step_states": STATES, "step_meanings": MEANINGS, "held_text": held_text, "deed_text": deed_text,
    "deed_link": deed_link, "deed_title": deed_title, "path_size_text": path_size_text, "step_name": step_name,
    "topic_name": topic_name, "reason_text": reason_text, "reasons_text": reasons_text, "short_text": short_text,
    "lock_text": lock_text, "can_be_opened": can_be_opened, "fact_text": fact_text,
    "conditions_told": lambda decision: told(decision, names()),
}  # fmt: skip
"""What templates need of this module, by name."""
