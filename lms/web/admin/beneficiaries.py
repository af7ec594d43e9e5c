"""The beneficiaries: the list, one with its standing and its administrative measures."""

from datetime import date
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.errors import NotFound, Refusal
from courses.people.beneficiary_queries import BeneficiarySearch, beneficiary_page, known_codes, listed_beneficiaries
from courses.people.beneficiary_services import (
    described,
    end_measure,
    enter_measure,
    save_beneficiary,
    take_back_measure,
)
from courses.people.regions import all_regions
from courses.progression.record import Membership
from lms import clock
from lms.access import Permission, requires
from lms.countries import codes_named, countries, country_text, is_country
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.admin.list_forms import BeneficiaryForm, MeasureForm
from lms.wording import refusal_text

LONGEST_SEARCH = 100


@blueprint.get("/beneficiaries")
@requires(Permission.MANAGE_LISTS)
def beneficiaries() -> str:
    """Show the beneficiaries with their standing; filters narrow the list."""
    text, search = _search()
    found = listed_beneficiaries(reader(), search, clock.now().date())
    known = known_codes(reader())
    return render_template(
        "lms/admin/beneficiaries.html", search=search, text=text, regions=all_regions(reader()),
        found=sorted(found, key=lambda one: country_text(one.beneficiary.code)), known=len(known),
        missing=[(code, name) for code, name in countries() if code not in known],
    )  # fmt: skip


@blueprint.get("/beneficiaries/add")
@requires(Permission.MANAGE_LISTS)
def choose_beneficiary() -> AnyResponse:
    """Lead to the form of a country or territory that is not among the beneficiaries yet."""
    return redirect(url_for(".beneficiary", code=_country(request.args.get("code", ""))))


@blueprint.route("/beneficiaries/<code>", methods=["GET", "POST"])
@requires(Permission.MANAGE_LISTS)
def beneficiary(code: str) -> AnyResponse:
    """Show a beneficiary, or keep its standing; one that is not there yet is added."""
    form = _form(_country(code))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                facts, reason = form.facts(code), form.reason.data.strip()
                is_new = save_beneficiary(session, facts, signed_in_person().id, clock.now(), reason)
        except Refusal as error:
            form.refuse(error)
        else:
            flash(gettext("The beneficiary was saved.") if is_new else gettext("Nothing was changed."), "success")
            return redirect(url_for(".beneficiary", code=code), 303)
    return _page(code, form, MeasureForm(formdata=None))


@blueprint.post("/beneficiaries/<code>/measures")
@requires(Permission.MANAGE_LISTS)
def add_measure(code: str) -> AnyResponse:
    """Enter administrative measures."""
    form = MeasureForm()
    if form.validate():
        try:
            with transaction() as session:
                enter_measure(session, code, form.facts(), signed_in_person().id, clock.now())
        except Refusal as error:
            form.refuse(error, "begins_on")
        else:
            flash(gettext("The measures were entered."), "success")
            return redirect(url_for(".beneficiary", code=code), 303)
    return _page(code, _form(code, is_sent=False), form)


@blueprint.post("/beneficiaries/<code>/measures/<uuid:measure_id>/end")
@requires(Permission.MANAGE_LISTS)
def change_measure(code: str, measure_id: UUID) -> AnyResponse:
    """Say on which day measures end; an empty day lets them go on until further notice."""
    try:
        with transaction() as session:
            end_measure(session, measure_id, _day(request.form.get("ends_on", "")), signed_in_person().id, clock.now())
    except Refusal as error:
        flash(refusal_text(error), "error")
    else:
        flash(gettext("The measures were changed."), "success")
    return redirect(url_for(".beneficiary", code=code), 303)


@blueprint.post("/beneficiaries/<code>/measures/<uuid:measure_id>/take-back")
@requires(Permission.MANAGE_LISTS)
def take_measure_back(code: str, measure_id: UUID) -> AnyResponse:
    """Take back measures that were entered in error, with the reason."""
    try:
        with transaction() as session:
            reason = request.form.get("reason", "")
            take_back_measure(session, measure_id, reason, signed_in_person().id, clock.now())
    except Refusal as error:
        flash(refusal_text(error), "error")
    else:
        flash(gettext("The measures were taken back."), "success")
    return redirect(url_for(".beneficiary", code=code), 303)


def _form(code: str, *, is_sent: bool = True) -> BeneficiaryForm:
    """Return the form with the present standing; of one that is not there yet, with nothing."""
    known = {"membership": Membership.NONE.value, "has_mission": True}
    if code in known_codes(reader()):
        known = described(beneficiary_page(reader(), code).beneficiary)
    return BeneficiaryForm(data=known) if is_sent else BeneficiaryForm(None, data=known)


def _page(code: str, form: BeneficiaryForm, measure_form: MeasureForm) -> AnyResponse:
    page = beneficiary_page(reader(), code) if code in known_codes(reader()) else None
    text = render_template(
        "lms/admin/beneficiary.html", code=code, page=page, form=form, measure_form=measure_form,
        today=clock.now().date(),
    )  # fmt: skip
    return make_response(text, 422 if request.method == "POST" else 200)


def _country(code: str) -> str:
    if not is_country(code):
        raise NotFound("country")
    return code


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError as error:
        raise Refusal("measure_day_invalid") from error


def _search() -> tuple[str, BeneficiarySearch]:
    args = request.args
    text = args.get("text", "").strip()[:LONGEST_SEARCH]
    wanted = args.get("membership", "")
    return text, BeneficiarySearch(
        region=args.get("region") or None,
        membership=Membership(wanted) if wanted in set(Membership) else None,
        ldc_only=args.get("only") == "ldc",
        under_measures=args.get("only") == "measures",
        codes=codes_named(text) if text else None,
    )
