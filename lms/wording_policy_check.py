"""What the check of a policy found, in plain words: where it is, what is wrong, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from courses.catalogue.names import Names
from courses.progression.checks import Finding, Severity
from courses.progression.decision import Reason
from courses.progression.steps import Track
from courses.progression.terms import Kind
from lms.languages import current_language
from lms.wording_learning import LEVELS, TRACKS
from lms.wording_playing import moment_text
from lms.wording_progression import shown
from lms.wording_requirements import step_words

SEVERITIES = {
    Severity.ERROR: _l("Must be mended"),
    Severity.WARNING: _l("Please look at it"),
}
FINDINGS = {
    "months_out_of_range": (
        _l("A number of months is less than one: %(months)s."),
        _l("Write at least 1, or leave it empty where any time will do."),
    ),
    "nobody_is_admitted": (_l("No category of people is admitted."), _l("Choose at least one category.")),
    "rule_code_twice": (_l("Two rules have the same code."), _l("Remove one of them and add it again.")),
    "rule_code_missing": (_l("A rule has no code."), _l("Remove it and add it again.")),
    "rule_never_applies": (
        _l("This rule never counts: an earlier one fits all that it is for."),
        _l("Move it above that rule, or remove it."),
    ),
    "level_without_rule": (
        _l("There is no rule for %(level)s on the track “%(track)s”: nothing is asked for there."),
        _l("Add a rule for it, unless this is meant."),
    ),
    "rule_asks_upwards": (
        _l("The rule for a level asks for a step that is not below it: %(asked)s."),
        _l("Ask for a step of a lower level."),
    ),
    "reach_out_of_range": (
        _l("The number of topics above is less than none: %(reach)s."),
        _l("Choose how far above its own topic a step counts."),
    ),
    "contradiction": (
        _l("Nobody can ever meet this: it contradicts itself."),
        _l("Look for something that is asked for and excluded at once, and remove one of the two."),
    ),
    "always_met": (_l("Everybody meets this: it asks for nothing."), _l("Remove it, or ask for something else.")),
    "more_than_there_are": (
        _l("At least %(count)s are asked for, and only %(of)s stand there."),
        _l("Lower the number, or add conditions to the group."),
    ),
    "nothing_asked": (
        _l("At least %(count)s are asked for: everybody meets this."),
        _l("Raise the number to 1 or more, or remove the group."),
    ),
    "nothing_named": (
        _l("A condition names nothing, so nobody can meet it."),
        _l("Choose at least one, or remove the condition."),
    ),
    "mark_out_of_range": (
        _l("The mark that is asked for in “%(course)s” cannot be reached."),
        _l("Write a mark from 0 to 100 per cent."),
    ),
    "contradicts_the_rest": (
        _l("Nobody can enter: its own conditions contradict the rules, or for whom it is."),
        _l("Change its own conditions, or let them replace the rule for the level."),
    ),
    "step_not_conferred": (
        _l("It asks for %(step)s, which no course or activity gives."),
        _l("Add a course or activity that gives it; until then only recognition of prior learning opens it."),
    ),
    "course_unknown": (
        _l("It asks for “%(course)s”, and there is no such course or activity for credit."),
        _l("Check the code, or remove the condition."),
    ),
    "cannot_be_renewed": (
        _l("It asks for a recent result in “%(course)s”, and a course that was passed cannot be taken again."),
        _l("Say after how many months a course can be taken again, or accept older results."),
    ),
    "circle": (
        _l("Nobody can begin: these wait for each other: %(codes)s."),
        _l("Let one of them ask for something else."),
    ),
    "unreachable": (
        _l("There is no way to it: nothing that is offered gives what it asks for: %(missing)s."),
        _l("Add what is missing to the offer, or ask for something else."),
    ),
}
PLACES = {
    "step_months": _l("Ages of steps and results"),
    "retake_months": _l("Ages of steps and results"),
    "course_categories": _l("For whom: courses for credit"),
    "activity_categories": _l("For whom: activities"),
    "rules": _l("Rules for the levels"),
}


def finding_text(finding: Finding, names: Names) -> str:
    """Return what is wrong."""
    said = FINDINGS.get(finding.code)
    if said is None:
        return str(gettext("Something is wrong here (%(code)s).", code=finding.code))
    return str(said[0]) % _shown(finding, names)


def remedy_text(finding: Finding) -> str:
    """Return what to do about it."""
    said = FINDINGS.get(finding.code)
    return "" if said is None else str(said[1])


def place_text(finding: Finding, names: Names, rules: Mapping[str, int]) -> str:
    """Return where something was found; `rules` are the numbers of the rules by their codes."""
    kind, _, rest = finding.place.partition("/")
    code, _, inside = rest.partition("/")
    if kind == "rules" and code:
        where = str(gettext("Rule %(number)s", number=rules.get(code, code)))
    elif kind == Kind.COURSE:
        where = str(gettext("Course “%(title)s”", title=names.course(code, current_language())))
    elif kind == Kind.ACTIVITY:
        where = str(gettext("Activity “%(code)s”", code=code))
    else:
        where = str(PLACES.get(kind, kind))
    numbers = [str(int(part) + 1) for part in inside.split("/") if part.isdigit()]
    if not numbers:
        return where
    return str(gettext("%(where)s, condition %(number)s", where=where, number=".".join(numbers)))


def place_link(finding: Finding) -> str | None:
    """Return the address of the public page of a course or an activity in which something was found."""
    kind, _, rest = finding.place.partition("/")
    code = rest.partition("/")[0]
    if kind == Kind.ACTIVITY:
        return url_for("activities.activity", code=code)
    return None


def _shown(finding: Finding, names: Names) -> dict[str, str]:
    given = dict(finding.parameters)
    found = shown(Reason(finding.code, finding.parameters), names)
    level, track = given.get("level", ""), given.get("track", "")
    if level.isdigit() and int(level) in LEVELS:
        found["level"] = str(LEVELS[int(level)])
    if track in set(Track):
        found["track"] = str(TRACKS[Track(track)])
    step = given.get("step")
    found["asked"] = step_words(step, names) if step else found.get("level", "")
    for name in ("codes", "missing"):
        if name in given:
            wanted = (each for each in given[name].split(", ") if each)
            found[name] = str(gettext("; ")).join(_named(each, names) for each in wanted) or "–"
    return found


def _named(code: str, names: Names) -> str:
    """Return a step in words, or the title of a course."""
    return names.course(code, current_language()) if code in names.courses else step_words(code, names)


def dry_run_asked(asked_at: datetime) -> str:
    """Return that a dry run is on its way."""
    return str(
        gettext("The dry run was asked for on %(moment)s. It takes up to a minute.", moment=moment_text(asked_at))
    )
