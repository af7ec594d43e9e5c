"""The topic tree: topics added, named, ordered, moved under another one, deleted where nothing names them."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue.topic_services import (
    TopicFacts,
    add_topic,
    change_topic,
    described,
    placed_topics,
    topic_by_code,
)
from courses.errors import Refusal
from courses.offerings.list_uses import delete_topic
from courses.people.traces import Area, traces_of
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.admin.list_forms import TopicForm
from lms.wording_people import uses_text


@blueprint.route("/topics", methods=["GET", "POST"])
@requires(Permission.MANAGE_LISTS)
def topics() -> AnyResponse:
    """Show the tree, or add a topic."""
    form = TopicForm()
    if form.validate_on_submit() and _kept(form, None):
        flash(gettext("The topic was added."), "success")
        return redirect(url_for(".topics"), 303)
    page = render_template("lms/admin/topics.html", topics=placed_topics(reader()), form=form)
    return make_response(page, 422 if request.method == "POST" else 200)


@blueprint.route("/topics/<path:code>", methods=["GET", "POST"])
@requires(Permission.MANAGE_LISTS)
def topic(code: str) -> AnyResponse:
    """Show a topic, or name it anew, order it, move it; the button to delete it sends the same form's address."""
    found = topic_by_code(reader(), code)
    if request.form.get("action") == "delete":
        return _delete(code)
    form = TopicForm(data={**described(found), "parent_code": found.parent_code or ""})
    del form.code
    if form.validate_on_submit() and _kept(form, code):
        flash(gettext("The topic was saved."), "success")
        return redirect(url_for(".topics"), 303)
    traces = traces_of(reader(), Area.TOPIC, code)
    page = render_template("lms/admin/topic.html", topic=found, form=form, traces=traces)
    return make_response(page, 422 if request.method == "POST" else 200)


def _kept(form: TopicForm, code: str | None) -> bool:
    """Add or change the topic that a form means; show why not."""
    written = code or form.code.data.strip()
    facts = TopicFacts(code=written, parent_code=form.parent_code.data or None, **form.names())
    save = change_topic if code else add_topic
    try:
        with transaction() as session:
            save(session, facts, signed_in_person().id, clock.now())
    except Refusal as error:
        form.refuse(error, _field(error.code, code))
        return False
    return True


def _field(refusal: str, code: str | None) -> str:
    if refusal in {"topic_below_itself", "topic_too_deep", "topic_unknown"}:
        return "parent_code"
    return "name_en" if code else "code"


def _delete(code: str) -> AnyResponse:
    with transaction() as session:
        uses = delete_topic(session, code, signed_in_person().id, clock.now())
    if uses:
        flash(uses_text(uses), "warning")
        return redirect(url_for(".topic", code=code), 303)
    flash(gettext("The topic was deleted."), "success")
    return redirect(url_for(".topics"), 303)
