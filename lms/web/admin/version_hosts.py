"""The hosts from which the content of a version may load, on a page of their own."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from courses.catalogue import hosts, queries
from courses.errors import Refusal
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, site, transaction
from lms.web.admin import blueprint
from lms.web.forms import Form


class HostsForm(Form):
    """The hosts of a version, one in each line."""

    hosts = TextAreaField(
        _l("Approved hosts"), default="", render_kw={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}
    )


@blueprint.route("/versions/<uuid:version_id>/hosts", methods=["GET", "POST"])
@requires(Permission.MANAGE_COURSES)
def version_hosts(version_id: UUID) -> AnyResponse:
    """Show from where a version may load, or change it."""
    version, course = queries.version_of(reader(), version_id)
    form = HostsForm(data={"hosts": "\n".join(version.approved_hosts)})
    if form.is_submitted() and form.validate() and _approved(form, version_id):
        flash(gettext("The hosts were saved. Pages that are opened from now on may load from them."), "success")
        return redirect(url_for(".course", course_id=course.id), 303)
    page = render_template("lms/admin/hosts.html", form=form, version=version, course=course, most=hosts.MOST_HOSTS)
    return make_response(page, 422 if form.is_submitted() else 200)


def _approved(form: HostsForm, version_id: UUID) -> bool:
    """Keep what was typed in; show why not, and return False, where it cannot be kept."""
    settings = site().settings
    try:
        named = hosts.hosts_named(form.hosts.data or "", (settings.platform_host, settings.content_host))
    except Refusal as error:
        form.refuse(error, "hosts")
        return False
    with transaction() as session:
        hosts.approve_hosts(session, version_id, named, signed_in_person().id)
    return True
