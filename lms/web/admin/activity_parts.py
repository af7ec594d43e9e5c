"""The parts of a composite activity: what it consists of, and what each weighs in the result."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectChoice, SelectField, StringField
from wtforms import Form as PlainForm

from courses.catalogue.facts import InvalidFacts
from courses.catalogue.models import Course
from courses.errors import Refusal
from courses.offerings import queries
from courses.offerings.choices import courses_for_parts
from courses.offerings.models import Offering, PartKind
from courses.offerings.parts import PartFacts, save_parts
from courses.offerings.services import Ask
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.languages import current_language
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.admin.activity_fields import choices_of, chosen
from lms.web.admin.course_form import NumberField
from lms.web.forms import Form
from lms.wording import refusal_text
from lms.wording_activities import PARTS

SPARE = 3
COLUMNS = {"title": "title", "weight": "weight", "course": "course"}


class PartForm(PlainForm):  # type: ignore[misc]  # the extension is not typed
    """One part; without a title and a kind the line is empty."""

    id = HiddenField(default="")
    kind = SelectField(_l("Kind"), choices=[SelectChoice("", _l("No part")), *choices_of(PARTS.items())], default="")
    title = StringField(_l("Title"), default="", render_kw={"maxlength": 255})
    course = SelectField(_l("Course from which its mark is taken"), choices=[], default="")
    weight = NumberField(_l("Weight"), default="", render_kw={"inputmode": "decimal"})
    is_required = BooleanField(_l("Required"), default=True)


class PartsForm(Form):
    """All parts, in their order."""

    parts = FieldList(FormField(PartForm), min_entries=SPARE)


@blueprint.route("/activities/<uuid:offering_id>/parts", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIVITIES)
def activity_parts(offering_id: UUID) -> AnyResponse:
    """Show the parts of an activity, or change them."""
    offering = queries.offering_of(reader(), offering_id)
    form = PartsForm(data={"parts": [*_described(offering), *({},) * SPARE]})
    courses = courses_for_parts(reader())
    for entry in form.parts:
        entry.form.course.choices = _choices(courses)
    if form.is_submitted() and form.validate() and _saved(form, offering, courses):
        flash(gettext("The parts were saved."), "success")
        return redirect(url_for(".activity", offering_id=offering_id), 303)
    page = render_template("lms/admin/activity_parts.html", offering=offering, form=form)
    return make_response(page, 422 if form.is_submitted() else 200)


def _saved(form: PartsForm, offering: Offering, courses: Sequence[Course]) -> bool:
    """Keep the parts; tell whether that worked, after showing why not."""
    entries = [entry.form for entry in form.parts if entry.form.kind.data]
    known = {part.id for part in offering.parts}
    titles = {str(course.id): course.title(current_language()) for course in courses}
    try:
        with transaction() as session:
            facts = [_facts(entry, known, titles) for entry in entries]
            save_parts(session, offering.id, facts, Ask(signed_in_person().id), clock.now())
        return True
    except InvalidFacts as error:
        for reason in error.reasons:
            _show(entries, reason.field, refusal_text(Refusal(reason.code)))
        form.refuse(Refusal(error.reasons[0].code))
    except Refusal as error:
        form.refuse(error)
    return False


def _show(entries: Sequence[Any], name: str, sentence: str) -> None:
    """Show a reason at its field: `parts-0-title` is the title of the first part."""
    _parts, _, rest = name.partition("-")
    number, _, column = rest.partition("-")
    if number.isdigit() and column in COLUMNS:
        entries[int(number)][column].errors = [sentence]


def _facts(entry: Any, known: set[UUID], titles: dict[str, str]) -> PartFacts:
    part_id = UUID(entry.id.data) if entry.id.data in {str(one) for one in known} else None
    return PartFacts(
        kind=chosen(PartKind, entry.kind.data) or PartKind.COURSE,
        title=(entry.title.data or "").strip() or titles.get(entry.course.data, ""),
        weight=entry.weight.number or 0.0,
        course_id=UUID(entry.course.data) if entry.course.data in titles else None,
        is_required=entry.is_required.data,
        id=part_id,
    )


def _choices(courses: Sequence[Course]) -> list[SelectChoice]:
    named = (SelectChoice(str(course.id), f"{course.code}: {course.title(current_language())}") for course in courses)
    return [SelectChoice("", _l("None")), *named]


def _described(offering: Offering) -> list[dict[str, Any]]:
    return [
        {
            "id": str(part.id), "kind": part.kind.value, "title": part.title, "weight": f"{part.weight:g}",
            "course": str(part.course_id or ""), "is_required": part.is_required,
        }
        for part in offering.parts
    ]  # fmt: skip
