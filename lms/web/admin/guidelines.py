"""The guidelines of the steps: which step has one, every version, and the editor that writes the next one."""

from collections.abc import Sequence
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField
from wtforms.validators import Optional

from courses.catalogue.topic_services import placed_topics, topic_names
from courses.errors import NotFound, Refusal
from courses.progression.steps import Step, StepError, parse_step
from courses.records.claims import all_steps
from courses.records.faults import FaultyEntry
from courses.records.guidelines import (
    LONGEST_CODE,
    LONGEST_OUTCOME,
    MOST_OUTCOMES,
    GuidelineFacts,
    Outcome,
    add_version,
    history,
    in_force,
    latest_of_all,
    outcomes_of,
)
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.forms import Form
from lms.wording import refusal_text

EMPTY_ROWS = 3
PARTS = ("code", "en", "fr", "es")


class VersionForm(Form):
    """From which day a version is in force; its outcomes are rows of four fields."""

    in_force_from = DateField(_l("In force from"), [Optional()])


@blueprint.get("/guidelines")
@requires(Permission.MANAGE_RECORDS)
def guidelines() -> str:
    """Show every step with the version of its guideline that was written last."""
    steps = all_steps(placed.topic.code for placed in placed_topics(reader()))
    today = clock.now().date()
    return render_template(
        "lms/admin/guidelines.html", steps=steps, latest=latest_of_all(reader()), today=today,
        in_force=in_force(reader(), steps, today),
    )  # fmt: skip


@blueprint.get("/guidelines/<path:step>")
@requires(Permission.MANAGE_RECORDS)
def guideline(step: str) -> AnyResponse:
    """Show the versions of a guideline, and the editor with the last one's outcomes."""
    wanted = _existing(step)
    versions = history(reader(), wanted)
    outcomes = outcomes_of(versions[0].guideline) if versions else ()
    form = VersionForm(formdata=None, data={"in_force_from": clock.now().date()})
    return _page(wanted, form, outcomes, versions[0].guideline.version if versions else 0)


@blueprint.post("/guidelines/<path:step>", endpoint="write_guideline")
@requires(Permission.MANAGE_RECORDS)
def write(step: str) -> AnyResponse:
    """Add a version; the other button only makes room for more outcomes."""
    wanted, form, based_on = _existing(step), VersionForm(), request.form.get("based_on", 0, type=int)
    outcomes = _sent()
    if request.form.get("action") == "more":
        return _page(wanted, form, outcomes, based_on, more=EMPTY_ROWS)
    if not form.validate():
        return _page(wanted, form, outcomes, based_on)
    day = form.in_force_from.data
    facts = GuidelineFacts(
        step=wanted, outcomes=outcomes, in_force_from=day if isinstance(day, date) else None, based_on=based_on
    )
    try:
        with transaction() as session:
            is_new = add_version(session, signed_in_person(), facts, clock.now())
    except FaultyEntry as error:
        form.show_faults(error)
        return _page(wanted, form, outcomes, based_on)
    except Refusal as error:
        flash(refusal_text(error), "warning")
        return redirect(url_for(".guideline", step=wanted), 303)
    if is_new:
        flash(gettext("The new version is kept."), "success")
    else:
        flash(gettext("This version was kept already; nothing was changed."), "warning")
    return redirect(url_for(".guideline", step=wanted), 303)


def _page(step: Step, form: VersionForm, outcomes: Sequence[Outcome], based_on: int, more: int = 0) -> AnyResponse:
    rows = [*outcomes, *[Outcome("", "", "", "")] * (EMPTY_ROWS + more)][:MOST_OUTCOMES]
    today = clock.now().date()
    current = in_force(reader(), [step], today).get(step)
    text = render_template(
        "lms/admin/guideline.html", step=step, form=form, rows=rows, based_on=based_on, today=today,
        versions=history(reader(), step), current=current, outcomes_of=outcomes_of, longest_code=LONGEST_CODE,
        longest=LONGEST_OUTCOME,
    )  # fmt: skip
    return make_response(text, 422 if form.errors else 200)


def _sent() -> tuple[Outcome, ...]:
    """Return the outcomes that were sent, in their order, those left out where nothing was written."""
    columns = [[" ".join(text.split()) for text in request.form.getlist(part)] for part in PARTS]
    rows = (Outcome(*parts) for parts in zip(*columns, strict=False))
    return tuple(row for row in rows if not row.is_empty)[:MOST_OUTCOMES]


def _existing(text: str) -> Step:
    try:
        step = parse_step(text)
    except StepError as error:
        raise NotFound("step") from error
    if step.topic is not None and step.topic not in topic_names(reader()):
        raise NotFound("step")
    return step
