"""The form of a course: what people type, and the facts that it means."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from courses.catalogue.facts import LONGEST_TITLE, CourseFacts, InvalidFacts, Reason
from courses.catalogue.models import CountingRule, Course, VersionRule
from courses.errors import Refusal
from courses.progression.requirements import as_document
from courses.progression.steps import SEPARATOR, Track
from lms.web.forms import Form, topic_choices
from lms.web.requirement_form import RequirementField
from lms.wording_people import CATEGORIES
from lms.wording_playing import COUNTING
from lms.wording_versions import IN_PROGRESS_RULES, NOT_STARTED_RULES

REQUIREMENT = "requirement"
"""The name of the fields of the further conditions."""
LEVELS = [
    SelectChoice("", _l("Outside the levels")),
    SelectChoice("1", _l("1, introductory")),
    SelectChoice("2", _l("2, intermediate")),
    SelectChoice("3", _l("3, advanced")),
]
TRACKS = [
    SelectChoice("", _l("None")),
    SelectChoice(Track.GENERALIST.value, _l("Generalist")),
    SelectChoice(Track.SPECIALIST.value, _l("Specialist")),
]


Words = TypeVar("Words", bound=StrEnum)


class NumberField(StringField):  # type: ignore[misc]  # the extension is not typed
    """A number with a point or a comma, or nothing; `number` is what it means."""

    number: float | None = None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002
        """Refuse what is no number."""
        text = (self.data or "").strip().rstrip("%").strip().replace(",", ".")
        try:
            self.number = float(text) if text else None
        except ValueError as error:
            raise ValidationError(_l("Please write a number, like 60 or 62.5.")) from error


class WholeField(NumberField):
    """A whole number, or nothing."""

    def pre_validate(self, form: object) -> None:
        """Refuse what is no whole number."""
        super().pre_validate(form)
        if self.number is not None and not self.number.is_integer():
            raise ValidationError(_l("Please write a whole number, like 3."))

    @property
    def whole(self) -> int | None:
        """Return the number; None for nothing, and for one that is refused."""
        return int(self.number) if self.number is not None and self.number.is_integer() else None


def _words(label: object, longest: int, **more: Any) -> Any:
    return StringField(label, [Length(max=longest)], default="", render_kw={"maxlength": longest, **more})


def _choices(rules: Mapping[VersionRule, object]) -> list[SelectChoice]:
    return [SelectChoice(rule.value, words) for rule, words in rules.items()]


def _number(label: object) -> NumberField:
    return NumberField(label, render_kw={"inputmode": "decimal"})


def _whole(label: object) -> WholeField:
    return WholeField(label, render_kw={"inputmode": "numeric"})


class CourseForm(Form):
    """A course as an administrator describes it; marks are typed in per cent."""

    code = _words(_l("Code"), 64, autocomplete="off", spellcheck="false")
    title_en = _words(_l("Title in English"), LONGEST_TITLE, lang="en")
    title_fr = _words(_l("Title in French"), LONGEST_TITLE, lang="fr")
    title_es = _words(_l("Title in Spanish"), LONGEST_TITLE, lang="es")
    level = SelectField(_l("Level"), choices=LEVELS)
    track = SelectField(_l("Track"), choices=TRACKS)
    # A program that sends the form may name a new topic, as the command line does: it joins the tree at its top.
    topic = SelectField(_l("Topic"), choices=topic_choices, default="", validate_choice=False)
    asks_for = TextAreaField(_l("Steps that it asks for"), default="", render_kw={"rows": 3})
    confers = TextAreaField(_l("Steps that it confers"), default="", render_kw={"rows": 3})
    replaces_rule = BooleanField(_l("The further conditions take the place of the steps and of the rule of the house"))
    categories = SelectMultipleField(
        _l("For whom"), choices=[SelectChoice(category.value, words) for category, words in CATEGORIES.items()]
    )
    pass_mark = _number(_l("Pass mark in per cent"))
    distinction_mark = _number(_l("Mark for a distinction in per cent"))
    hours = _number(_l("Hours of work"))
    objective_scope = _words(_l("Shared objectives"), LONGEST_TITLE, list="scopes", autocomplete="off")
    is_for_credit = BooleanField(_l("For credit: people enrol and earn a result"))
    not_started_rule = SelectField(
        _l("Who has not begun plays"), choices=_choices(NOT_STARTED_RULES), default=VersionRule.MOVE.value
    )
    in_progress_rule = SelectField(
        _l("Who has begun plays"), choices=_choices(IN_PROGRESS_RULES), default=VersionRule.STAY.value
    )

    attempts_allowed = _whole(_l("Attempts allowed"))
    days_between = _whole(_l("Days between two attempts"))
    counting = SelectField(
        _l("Which attempt counts"),
        choices=[SelectChoice(rule.value, words) for rule, words in COUNTING.items()],
        default=CountingRule.BEST.value,
    )
    tells_name = BooleanField(_l("Packages are told the learner's name"))

    def facts(self, asked: RequirementField) -> CourseFacts | None:
        """Return what the form and its further conditions mean, or None after showing every reason at its field."""
        if not asked.is_read:
            self.refuse(Refusal("requirement_unreadable"))
        try:
            facts = self._facts(as_document(asked.requirement) if asked.requirement else None)
        except InvalidFacts as error:
            self.show(error.reasons)
            return None
        return facts if asked.is_read else None

    def show(self, reasons: tuple[Reason, ...]) -> None:
        """Show each reason at its field, unless that shows one already."""
        for reason in reasons:
            if reason.field == REQUIREMENT:
                self.refuse(Refusal(reason.code))
            elif not self[reason.field].errors:
                self.refuse(Refusal(reason.code), reason.field)

    def _facts(self, requirement: dict[str, Any] | None) -> CourseFacts:
        pass_mark = self.pass_mark.number
        distinction = self.distinction_mark.number
        return CourseFacts(
            code=self.code.data.strip(),
            title_en=self.title_en.data.strip(),
            title_fr=self.title_fr.data.strip(),
            title_es=self.title_es.data.strip(),
            level=int(self.level.data) if self.level.data else None,
            track=_chosen(Track, self.track.data),
            topic=(self.topic.data or "").strip() or None,
            asks_for=steps_written(self.asks_for.data),
            confers=steps_written(self.confers.data),
            requirement=requirement,
            replaces_rule=self.replaces_rule.data,
            categories=tuple(self.categories.data or ()),
            pass_mark=0.6 if pass_mark is None else pass_mark / 100,
            distinction_mark=None if distinction is None else distinction / 100,
            hours=self.hours.number,
            is_for_credit=self.is_for_credit.data,
            objective_scope=self.objective_scope.data.strip(),
            not_started_rule=_chosen(VersionRule, self.not_started_rule.data) or VersionRule.MOVE,
            in_progress_rule=_chosen(VersionRule, self.in_progress_rule.data) or VersionRule.STAY,
            attempts_allowed=self.attempts_allowed.whole,
            days_between=self.days_between.whole or 0,
            counting=_chosen(CountingRule, self.counting.data) or CountingRule.BEST,
            tells_name=self.tells_name.data,
        )


def _chosen(kind: type[Words], written: str | None) -> Words | None:
    """Return the word that was chosen; None for none, and for one that is not offered, which its field refuses."""
    return kind(written) if written in set(kind) else None


def steps_written(text: str) -> tuple[str, ...]:
    """Return the steps of a text, one in each line; a slash may stand for the dot between their parts."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line if SEPARATOR in line else line.replace("/", SEPARATOR, 2) for line in lines if line)


def described(course: Course, scope: str) -> dict[str, Any]:
    """Return what the form shows of a course; `scope` is the name of its objective scope."""
    names = ("code", "title_en", "title_fr", "title_es", "is_for_credit", "tells_name", "replaces_rule", "categories")
    facts = {name: getattr(course, name) for name in names}
    return facts | {
        "level": str(course.level or ""),
        "track": course.track.value if course.track else "",
        "topic": course.topic or "",
        "asks_for": "\n".join(course.asks_for),
        "confers": "\n".join(course.confers),
        "pass_mark": _shown(course.pass_mark, 100),
        "distinction_mark": _shown(course.distinction_mark, 100),
        "hours": _shown(course.hours, 1),
        "objective_scope": scope,
        "not_started_rule": course.not_started_rule.value,
        "in_progress_rule": course.in_progress_rule.value,
        "attempts_allowed": _shown(course.attempts_allowed, 1),
        "days_between": _shown(course.days_between or None, 1),
        "counting": course.counting.value,
    }


def _shown(number: float | None, factor: int) -> str:
    return "" if number is None else f"{round(number * factor, 4):g}"


FRESH: dict[str, Any] = {"pass_mark": "60", "distinction_mark": "85", "is_for_credit": True}
"""What the form of a new course begins with (DOMAIN: defaults of the house)."""
