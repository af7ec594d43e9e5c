"""What a step asks for: the guideline in force, and what confers the step. Everybody may read it."""

from flask import Blueprint, render_template

from courses.catalogue.topic_services import topic_names
from courses.errors import NotFound
from courses.offerings.conferring import what_confers
from courses.progression.steps import Step, StepError, parse_step
from courses.records.guidelines import in_force, outcomes_of
from lms import clock
from lms.access import Permission, requires
from lms.languages import current_language
from lms.site import reader
from lms.wording_learning import WORDS as LEARNING_WORDS
from lms.wording_records import WORDS

blueprint = Blueprint("steps", __name__, url_prefix="/steps")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(LEARNING_WORDS | WORDS))


@blueprint.get("/<path:step>", endpoint="step")
@requires(Permission.PUBLIC)
def show_step(step: str) -> str:
    """Show what a person must master at the end of a step, and what leads to it."""
    wanted, today = existing_step(step), clock.now().date()
    guideline = in_force(reader(), [wanted], today).get(wanted)
    return render_template(
        "lms/steps/step.html", step=wanted, guideline=guideline, language=current_language(),
        outcomes=outcomes_of(guideline) if guideline else (), conferring=what_confers(reader(), wanted, today),
    )  # fmt: skip


def existing_step(text: str) -> Step:
    """Return the step that an address names.

    Raises:
        NotFound: it names none, or one of a topic that nobody knows.
    """
    try:
        step = parse_step(text)
    except StepError as error:
        raise NotFound("step") from error
    if step.topic is not None and step.topic not in topic_names(reader()):
        raise NotFound("step")
    return step
