"""Accounts: sign in, sign up, sign out, the own profile, the language."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, PasswordField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError

from courses.errors import Refusal
from courses.people import services
from courses.people.facts import (
    LONGEST_ADDRESS,
    LONGEST_INSTITUTION,
    LONGEST_NAME,
    LONGEST_PASSWORD,
    check_password,
    checked_address,
    checked_institution,
    checked_name,
    may_choose_country,
)
from courses.people.models import Language, Person
from courses.people.services import PersonFacts
from courses.people.status import ChosenStatus
from courses.progression.record import Category
from courses.records.verification import keep_status
from courses.records.verification import sign_up as sign_person_up
from lms import clock, identity, languages, limits
from lms.access import Permission, requires
from lms.addresses import own_page
from lms.countries import countries
from lms.identity import signed_in_person, visitor
from lms.site import site, transaction
from lms.web.forms import Form, asks
from lms.wording_people import CATEGORIES

blueprint = Blueprint("auth", __name__)
LANGUAGES = [SelectChoice(code, name) for code, name in languages.NAMES.items()]
CATEGORY_CHOICES = [SelectChoice(category.value, words) for category, words in CATEGORIES.items()]
STARTS = (
    (Permission.MANAGE_COURSES, "admin.courses"),
    (Permission.SEE_COHORTS, "trainer.index"),
    (Permission.VERIFY_PEOPLE, "coordinator.index"),
)


def _line(label: object, autocomplete: str, kind: type = StringField, longest: int = LONGEST_NAME, **more: Any) -> Any:
    rules = [InputRequired(_l("Please fill this in.")), *more.pop("rules", [])]
    return kind(label, rules, render_kw={"autocomplete": autocomplete, "maxlength": longest, **more})


def _address(**more: Any) -> Any:
    return _line(_l("Email address"), "username", EmailField, LONGEST_ADDRESS, **more)


def _password(label: object, autocomplete: str) -> Any:
    return _line(label, autocomplete, PasswordField, LONGEST_PASSWORD)


def _language() -> Any:
    return SelectField(_l("Language"), choices=LANGUAGES, render_kw={"autocomplete": "language"})


def _countries() -> list[SelectChoice]:
    return [SelectChoice("", gettext("Not given")), *(SelectChoice(code, name) for code, name in countries())]


class SignInForm(Form):
    """Who signs in."""

    email = _address()
    password = _password(_l("Password"), "current-password")


class ProfileForm(Form):
    """What a person says about the own account."""

    given_name = _line(_l("Given name"), "given-name", rules=[asks(checked_name)])
    family_name = _line(_l("Family name"), "family-name", rules=[asks(checked_name)])
    language = _language()
    country = SelectField(_l("Country"), choices=_countries, default="", render_kw={"autocomplete": "country"})
    category = SelectField(_l("You are"), choices=CATEGORY_CHOICES, default=Category.OFFICIAL.value)
    institution = StringField(
        _l("Institution"),
        [asks(checked_institution)],
        default="",
        render_kw={"autocomplete": "organization", "maxlength": LONGEST_INSTITUTION},
    )
    speaks = SelectMultipleField(_l("You can follow a course in"), choices=LANGUAGES)


class SignUpForm(ProfileForm):
    """What a new account needs."""

    email = _address(rules=[asks(checked_address)])
    password = _password(_l("Password"), "new-password")

    def validate_password(self, field: Any) -> None:
        """Refuse a password that is easily guessed."""
        asks(lambda password: check_password(password, self.email.data or ""))(self, field)


class PasswordForm(Form):
    """A new password, and the current one to show that it is the person."""

    current_password = _password(_l("Current password"), "current-password")
    new_password = _password(_l("New password"), "new-password")

    def validate_new_password(self, field: Any) -> None:
        """Refuse a password that is easily guessed."""
        asks(lambda password: check_password(password, signed_in_person().email))(self, field)

    def validate_current_password(self, field: Any) -> None:
        """Refuse another password than the person's."""
        person = signed_in_person()
        limits.count_account("password", person.email)
        if not identity.is_password_of(person, field.data or ""):
            raise ValidationError(_l("This is not your current password."))
        limits.forgive_account("password", person.email)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in() -> AnyResponse:
    """Show the form, or sign in and lead back to where the person wanted to go."""
    if visitor().person is not None or not identity.has_own_sign_in():
        return _elsewhere()
    form = SignInForm()
    if form.validate_on_submit():
        try:
            identity.sign_in(_authenticated(form.email.data, form.password.data))
        except Refusal as error:
            form.refuse(error)
        else:
            return redirect(_wanted() or url_for(_start()))
    return _page("sign_in", form)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_up() -> AnyResponse:
    """Show the form, or make an account and sign in."""
    if visitor().person is not None or not identity.has_own_sign_in():
        return _elsewhere()
    form = SignUpForm(language=languages.current_language())
    if form.validate_on_submit():
        try:
            identity.sign_in(_new_person(form))
        except Refusal as error:
            form.refuse(error, "email")
        else:
            with force_locale(form.language.data):
                flash(gettext("Your account is ready. The self-study material is open to you."), "success")
            return redirect(_wanted() or url_for("learner.index"))
    return _page("sign_up", form)


@blueprint.post("/sign-out")
@requires(Permission.PUBLIC)
def sign_out() -> AnyResponse:
    """End the sign-in on this device."""
    language = languages.current_language()
    identity.sign_out()
    session["lang"] = language
    return redirect(url_for("catalogue.index"))


@blueprint.route("/profile", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def profile() -> AnyResponse:
    """Show the own account, or keep its name and language."""
    person = signed_in_person()
    form = _profile_form(person, ProfileForm)
    if form.validate_on_submit():
        with transaction() as writing:
            services.change_name(writing, person.id, form.given_name.data, form.family_name.data)
            services.change_language(writing, person.id, Language(form.language.data))
            is_lost = keep_status(writing, person.id, _chosen_status(form, person), clock.now())
        if is_lost:
            flash(gettext("You are not verified any more: what you are now has to be verified again."), "warning")
        return redirect(url_for("auth.profile", saved="profile"))
    return _page("profile", form, password_form=PasswordForm(formdata=None))


@blueprint.post("/profile/password")
@requires(Permission.SIGNED_IN)
def change_password() -> AnyResponse:
    """Keep a new password; the sign-ins on other devices end."""
    person = signed_in_person()
    form = PasswordForm()
    if not identity.has_own_sign_in() or person.password_hash is None:
        abort(404)
    if form.validate():
        hashed = identity.hash_password(form.new_password.data)
        with transaction() as writing:
            services.change_password(writing, person.id, hashed, clock.now(), visitor().sign_in_id)
        return redirect(url_for("auth.profile", saved="password"))
    return _page("profile", _profile_form(person, partial(ProfileForm, None)), password_form=form)


@blueprint.post("/language")
@requires(Permission.PUBLIC)
def choose_language() -> AnyResponse:
    """Keep the language that somebody chose: in the profile, or in the session of a visitor."""
    chosen = request.form.get("language", "")
    if chosen not in languages.CODES:
        abort(400)
    person = visitor().person
    session["lang"] = chosen
    if person is not None:
        with transaction() as writing:
            services.change_language(writing, person.id, Language(chosen))
    return redirect(_wanted() or url_for("catalogue.index"))


def _profile_form(person: Person, make: Callable[..., ProfileForm]) -> ProfileForm:
    """Return what a person may change of the own account."""
    form = make(
        given_name=person.given_name, family_name=person.family_name, language=person.language.value,
        country=person.country or "", category=person.category.value, institution=person.institution,
        speaks=person.speaks,
    )  # fmt: skip
    if not may_choose_country(visitor().roles):
        del form.country
    return form


def _chosen_status(form: ProfileForm, person: Person) -> ChosenStatus:
    """Return what a person says to be; a country that is not the person's to choose stays."""
    return ChosenStatus(
        category=Category(form.category.data),
        country=(form.country.data or None) if form.country else person.country,
        institution=form.institution.data or "",
        speaks=tuple(Language(code) for code in form.speaks.data or ()),
    )


def _page(name: str, form: Form, **more: object) -> Response:
    page = render_template(f"lms/auth/{name}.html", form=form, wanted=_wanted(), **more)
    return make_response(page, 422 if request.method == "POST" else 200)


def _wanted() -> str | None:
    return own_page(request.values.get("next"))


def _start() -> str:
    return next((endpoint for permission, endpoint in STARTS if visitor().may(permission)), "learner.index")


def _elsewhere() -> AnyResponse:
    if visitor().person is not None:
        return redirect(_wanted() or url_for(_start()))
    address = site().settings.sign_in_url
    if not address:
        return make_response(render_template("lms/auth/elsewhere.html"), 401)
    return redirect(
        f"{address}{'&' if '?' in address else '?'}{urlencode({'next': _wanted() or url_for('learner.index')})}"
    )


def _authenticated(email: str, password: str) -> Person:
    limits.check_address("sign-in")
    limits.count_account("sign-in", email)
    try:
        person = identity.authenticate(email, password)
    except Refusal:
        limits.count_address("sign-in")
        raise
    limits.forgive_account("sign-in", email)
    return person


def _new_person(form: SignUpForm) -> Person:
    limits.check_address("sign-up")
    limits.count_address("sign-up")
    facts = PersonFacts(
        email=form.email.data, given_name=form.given_name.data, family_name=form.family_name.data,
        language=Language(form.language.data), country=form.country.data or None,
        category=Category(form.category.data), institution=form.institution.data or "",
        speaks=tuple(Language(code) for code in form.speaks.data or ()),
        password_hash=identity.hash_password(form.password.data),
    )  # fmt: skip
    with transaction() as writing:
        return sign_person_up(writing, facts, clock.now())
