"""The regions of the institute's own list: added, named, ordered, deleted where nothing names them."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.errors import Refusal
from courses.offerings.list_uses import delete_region
from courses.people.regions import add_region, change_region, counted_regions, described_region, region_by_code
from courses.people.traces import Area, traces_of
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.admin.list_forms import RegionForm
from lms.wording_people import uses_text


@blueprint.route("/regions", methods=["GET", "POST"])
@requires(Permission.MANAGE_LISTS)
def regions() -> AnyResponse:
    """Show the regions in their order, or add one."""
    form = RegionForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                add_region(session, form.facts(), signed_in_person().id, clock.now())
        except Refusal as error:
            form.refuse(error, "code")
        else:
            flash(gettext("The region was added."), "success")
            return redirect(url_for(".regions"), 303)
    page = render_template("lms/admin/regions.html", regions=counted_regions(reader()), form=form)
    return make_response(page, 422 if request.method == "POST" else 200)


@blueprint.route("/regions/<code>", methods=["GET", "POST"])
@requires(Permission.MANAGE_LISTS)
def region(code: str) -> AnyResponse:
    """Show a region, or name it anew and give it another place."""
    found = region_by_code(reader(), code)
    form = RegionForm(data=described_region(found))
    del form.code
    if form.validate_on_submit():
        try:
            with transaction() as session:
                change_region(session, form.facts(code), signed_in_person().id, clock.now())
        except Refusal as error:
            form.refuse(error)
        else:
            flash(gettext("The region was saved."), "success")
            return redirect(url_for(".regions"), 303)
    traces = traces_of(reader(), Area.REGION, code)
    page = render_template("lms/admin/region.html", region=found, form=form, traces=traces)
    return make_response(page, 422 if request.method == "POST" else 200)


@blueprint.post("/regions/<code>/delete")
@requires(Permission.MANAGE_LISTS)
def remove_region(code: str) -> AnyResponse:
    """Delete a region that nothing names."""
    with transaction() as session:
        uses = delete_region(session, code, signed_in_person().id, clock.now())
    if uses:
        flash(uses_text(uses), "warning")
        return redirect(url_for(".region", code=code), 303)
    flash(gettext("The region was deleted."), "success")
    return redirect(url_for(".regions"), 303)
