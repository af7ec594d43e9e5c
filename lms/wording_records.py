"""The words for what people already have: claims, tables of participations, guidelines; and links to steps."""

from collections.abc import Iterable
from datetime import date

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from courses.progression.record import Result, Source
from courses.progression.steps import Step, StepError, parse_step
from courses.records.claims import Action
from courses.records.columns import HEADINGS, Column
from courses.records.dates import DateForm, DateOrder
from courses.records.lines import Line, LineState, Match, Problem, Remark
from courses.records.models import ClaimReason, ClaimState
from lms.countries import country_text
from lms.languages import current_language, short_day
from lms.naming import activity_text, names
from lms.wording_learning import step_text

CLAIM_STATES = {
    ClaimState.DRAFT: _l("Draft"),
    ClaimState.SUBMITTED: _l("Waits for a decision"),
    ClaimState.RETURNED: _l("Returned: more is needed"),
    ClaimState.GRANTED: _l("Granted"),
    ClaimState.REFUSED: _l("Refused"),
    ClaimState.WITHDRAWN: _l("Withdrawn"),
    ClaimState.REVOKED: _l("Revoked"),
}
CLAIM_LOOKS = {
    ClaimState.GRANTED: "good", ClaimState.REFUSED: "bad", ClaimState.REVOKED: "bad", ClaimState.RETURNED: "warn",
}  # fmt: skip
CLAIM_REASONS = {
    ClaimReason.EQUIVALENT_COURSE: _l("Passed an equivalent course elsewhere"),
    ClaimReason.EXPERIENCE: _l("Experience at work"),
    ClaimReason.DEGREE: _l("A degree that covers it"),
    ClaimReason.TAUGHT_IT: _l("Has taught it"),
    ClaimReason.PLACEMENT_TEST: _l("Passed a placement test"),
    ClaimReason.MORE_EVIDENCE: _l("The documents do not show enough"),
    ClaimReason.NOT_EQUIVALENT: _l("What was learned is not equivalent"),
    ClaimReason.TOO_OLD: _l("It lies too far back"),
    ClaimReason.NOT_READABLE: _l("A document cannot be read"),
    ClaimReason.GRANTED_IN_ERROR: _l("Granted in error"),
}
CLAIM_MOVES = {
    Action.OPEN: _l("Draft"),
    Action.SUBMIT: _l("Handed in"),
    Action.RETURN: _l("Returned for more"),
    Action.GRANT: _l("Granted"),
    Action.REFUSE: _l("Refused"),
    Action.WITHDRAW: _l("Withdrawn"),
    Action.REVOKE: _l("Revoked"),
}

LINE_STATES = {
    LineState.GOOD: _l("Good"),
    LineState.OPEN: _l("Waits for your choice"),
    LineState.DOUBLE: _l("Double"),
    LineState.WRONG: _l("Not right"),
    LineState.TAKEN: _l("Taken in"),
}
LINE_LOOKS = {LineState.GOOD: "good", LineState.TAKEN: "good", LineState.OPEN: "warn", LineState.WRONG: "bad"}
DATE_FORMS = {
    DateForm.CELL: _l("a date of the spreadsheet"),
    DateForm.SERIAL: _l("a number of days, as spreadsheets count"),
    DateForm.ISO: _l("year, month, day"),
    DateForm.DAY_FIRST: _l("day, month, year"),
    DateForm.MONTH_FIRST: _l("month, day, year"),
    DateForm.AMBIGUOUS: _l("can be read in two ways"),
    DateForm.WORDS: _l("month in words"),
    DateForm.RANGE: _l("several days: the first one counts"),
    DateForm.MONTH: _l("no day: the first of the month counts"),
}
DATE_ORDERS = {
    DateOrder.NOT_SAID: _l("Not said: show me those that can be read in two ways"),
    DateOrder.DAY_FIRST: _l("Day first: 03/04/2019 is 3 April"),
    DateOrder.MONTH_FIRST: _l("Month first: 03/04/2019 is 4 March"),
}
REMARKS = {
    Remark.MONTH_ONLY: _l("The date has no day; the first of the month is taken."),
    Remark.SEVERAL_DAYS: _l("The date names several days; the first one is taken."),
    Remark.NAME_DIFFERS: _l("The account with this address has another name."),
    Remark.COUNTRY_DIFFERS: _l("The account has another country."),
    Remark.ADDRESS_UNKNOWN: _l("Nobody has this address."),
    Remark.STEPS_OF_COURSE: _l("The steps are those of our course with this code."),
    Remark.CONFERS_NOTHING: _l("It names no step, so it confers none; it is kept as history."),
}
PROBLEMS = {
    "address_invalid": _l("“%(detail)s” is no email address. Correct it, or leave it empty and give name and country."),
    "person_missing": _l("It does not say who took part. Give the email address, or the name and the country."),
    "person_unknown": _l(
        "Nobody with an account fits. Correct address, name or country; or add the account, then match again."
    ),
    "country_unknown": _l("“%(detail)s” is no country known here. Write its name, or its two letters like SN."),
    "title_missing": _l("The activity has no title. Write it, or the code of a course of ours."),
    "step_unknown": _l(
        "“%(detail)s” is no step. Write 1, 2·generalist, 2·specialist·topic, 3·generalist or 3·specialist·topic."
    ),
    "date_missing": _l("The date is missing. Write it as 2019-05-06."),
    "date_unreadable": _l("“%(detail)s” cannot be read as a date. Write it as 2019-05-06."),
    "date_short_year": _l("“%(detail)s” has a year of two figures. Write all four."),
    "date_year_only": _l("“%(detail)s” is only a year. Write the day, or at least the month, as 2019-05."),
    "date_in_future": _l("“%(detail)s” lies in the future. Only what is over can be taken in."),
    "date_too_early": _l("“%(detail)s” lies too far back to be right."),
    "mark_unreadable": _l("“%(detail)s” is no mark. Write 78 %%, 0.78 or 15/20, or leave it empty."),
    "mark_out_of_range": _l("“%(detail)s” lies outside 0 to 100 %%."),
    "mark_scale_unclear": _l(
        "“%(detail)s” may be a share of one or of a hundred: the other marks go up to 100. Write it with %%."
    ),
    "result_unreadable": _l("“%(detail)s” does not say whether the person passed. Write passed or failed."),
    "not_passed": _l("“%(detail)s”: who did not pass or attend has no participation that counts."),
    "cell_is_formula": _l("The cell holds a formula. Copy the column and paste it as values."),
    "cell_too_long": _l("The text is too long; up to 255 characters can be kept."),
}
COLUMNS = {
    Column.EMAIL: _l("Email address"),
    Column.NAME: _l("Name"),
    Column.GIVEN_NAME: _l("Given name"),
    Column.FAMILY_NAME: _l("Family name"),
    Column.COUNTRY: _l("Country"),
    Column.TITLE: _l("Activity"),
    Column.CODE: _l("Code"),
    Column.DATE: _l("Start date"),
    Column.END: _l("End date"),
    Column.STEPS: _l("Steps"),
    Column.MARK: _l("Mark"),
    Column.RESULT: _l("Result"),
}
TEMPLATE = (
    Column.EMAIL, Column.GIVEN_NAME, Column.FAMILY_NAME, Column.COUNTRY, Column.TITLE, Column.CODE, Column.DATE,
    Column.STEPS, Column.MARK, Column.RESULT,
)  # fmt: skip
"""The columns of the table that people fill in."""


def step_link(step: Step | str) -> Markup:
    """Return a step in words, leading to what it asks for; what is no step as it is."""
    try:
        read = step if isinstance(step, Step) else parse_step(step)
    except StepError:
        return Markup("{}").format(step)
    address = url_for("steps.step", step=str(read))
    return Markup('<a class="step-link" href="{}">{}</a>').format(address, step_text(read))


def steps_text(steps: Iterable[Step | str]) -> str:
    """Return several steps in words; a dash for none."""
    return str(gettext("; ").join(step_text(step) for step in steps)) or "–"


def problem_text(problem: Problem) -> str:
    """Return what is wrong with a line, and what to do."""
    sentence = str(PROBLEMS[problem.code]) % {"detail": problem.detail}
    return gettext("Cell %(cell)s: %(sentence)s", cell=problem.cell, sentence=sentence) if problem.cell else sentence


def double_text(line: Line) -> str:
    """Return of what a line is the double: another row, a course of ours, or what is on record."""
    if line.own_course and line.own_day:
        told = {"course": line.own_course, "day": short_day(line.own_day)}
        return str(
            gettext("Our course %(course)s, passed on %(day)s, says the same; it is not taken in again.", **told)
        )
    if not line.double_of:
        return str(gettext("This is on record already; it is not taken in again."))
    return str(gettext("Row %(row)s says the same; it is taken in once.", row=line.double_of))


def line_notes(line: Line) -> list[str]:
    """Return all that is to be said of a line: what is wrong and what to do, what it doubles, what is worth a look."""
    found = [problem_text(problem) for problem in line.problems]
    if line.match is Match.NOBODY and not line.problems:
        found.append(problem_text(Problem("person_unknown")))
    if line.match is Match.CANDIDATES:
        found.append(str(gettext("No address matches. Choose who is meant, if it is one of these people.")))
    if line.held_on is None and line.either:
        found.append(str(gettext("The date can be read in two ways. Say above how this table writes dates.")))
    if line.double_of is not None:
        found.append(double_text(line))
    return found + [str(REMARKS[remark]) for remark in line.remarks if remark is not Remark.ADDRESS_UNKNOWN]


def template_headings() -> list[str]:
    """Return the headings of the table to fill in, in the language at hand."""
    return [heading_of(column) for column in TEMPLATE]


def template_example() -> list[str]:
    """Return a row that shows how the table is filled in."""
    example = {
        Column.EMAIL: "name@example.org", Column.GIVEN_NAME: "Awa", Column.FAMILY_NAME: "Diop", Column.COUNTRY: "SN",
        Column.TITLE: str(gettext("Regional seminar on services")), Column.DATE: "2019-05-06",
        Column.STEPS: "1; 2·generalist", Column.MARK: "78%", Column.RESULT: str(gettext("Passed")),
    }  # fmt: skip
    return [example.get(column, "") for column in TEMPLATE]


def reason_of_claim(reason: str) -> str:
    """Return the reason of a decision; a dash for none."""
    return str(CLAIM_REASONS[ClaimReason(reason)]) if reason in set(ClaimReason) else "–"


def move_of_claim(action: str) -> str:
    """Return what was done with a claim."""
    return str(CLAIM_MOVES[Action(action)])


def title_of(result: Result) -> str:
    """Return the title of what was passed, in the language at hand where we know it."""
    return names().course(result.code, current_language()) if result.source is Source.COURSE else result.title


def until_text(day: date | None) -> str:
    """Return until when a recognition counts."""
    return str(gettext("until %(day)s", day=short_day(day))) if day else str(gettext("without end"))


def columns_text(codes: str) -> str:
    """Return the names of columns that are missing, given as codes separated by blanks."""
    return str(gettext(", ").join(str(COLUMNS[Column(code)]) for code in codes.split()))


def heading_of(column: Column) -> str:
    """Return the heading under which a column is recognised, in the language at hand."""
    wanted = str(COLUMNS[column])
    return wanted if wanted in HEADINGS[column] else HEADINGS[column][0]


WORDS = {
    "claim_states": CLAIM_STATES, "claim_looks": CLAIM_LOOKS, "claim_reasons": CLAIM_REASONS,
    "reason_of_claim": reason_of_claim, "move_of_claim": move_of_claim, "line_states": LINE_STATES,
    "line_looks": LINE_LOOKS, "date_forms": DATE_FORMS, "date_orders": DATE_ORDERS, "remark_words": REMARKS,
    "line_notes": line_notes, "step_link": step_link, "steps_text": steps_text,
    "title_of": title_of, "country_text": country_text, "until_text": until_text, "activity_text": activity_text,
}  # fmt: skip
"""What templates need of this module, by name."""
