"""Who is here: by our own sign-in, or because a host site says so. The only module that knows flask-security.

flask-security is in charge of passwords and of signing in; its own pages are off, ours stand in `lms.web.auth`. Its
session holds nothing but a random token whose hash is a row (`SignIn`): ending the row ends every copy of the cookie.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, jsonify, make_response, redirect, request, session, url_for
from flask_login import current_user
from flask_login.utils import _user_context_processor
from flask_security import RoleMixin, Security, UserDatastore, UserMixin
from flask_security import hash_password as security_hash
from flask_security.utils import login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from courses.errors import Refusal
from courses.people import queries, services
from courses.people.models import Language, Person, Role
from lms import clock, limits
from lms.access import Permission, permission_of, permissions_of
from lms.addresses import address_in, page_of_form, this_page
from lms.admitting import answer_question
from lms.bearer import bearer, is_of_program
from lms.config import Settings
from lms.plugins import Identity, hookimpl
from lms.site import Site, site, transaction
from lms.unreadable import refuse_unreadable, refuse_unreadable_form
from lms.wording import refusal_text

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SEEN_EVERY = timedelta(minutes=10)
CHEAP_ARGON2 = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
ARGON2 = {"argon2__time_cost": 2, "argon2__memory_cost": 19456, "argon2__parallelism": 1}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sends a request: a person with roles, or nobody in particular.

    `sign_in_id` is None for visitors and for people whom a host site signed in.
    """

    person: Person | None
    sign_in_id: UUID | None
    roles: frozenset[Role]

    def may(self, permission: Permission) -> bool:
        """Tell whether what a permission stands for is open to the visitor."""
        if self.person is None:
            return permission is Permission.PUBLIC
        return permission in permissions_of(self.roles)


NOBODY = Visitor(None, None, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIdentity(Identity):
    """What our own sign-in says: the person is known already."""

    signed_in: queries.SignedIn


class Account(UserMixin):
    """A person as flask-security knows one; `fs_uniquifier` is the token of a sign-in, and what its session holds."""

    fs_uniquifier: str = ""

    def __init__(self, person: Person, token: str = "", signed_in: queries.SignedIn | None = None) -> None:
        self.person = person
        self.signed_in = signed_in
        self.fs_uniquifier = token
        self.email = person.email
        self.password = person.password_hash
        self.active = person.is_active


class AccountRole(RoleMixin):
    """A role as flask-security names one; ours are asked through `Visitor.may`."""


class Accounts(UserDatastore):
    """flask-security's view of the people: it reads rows, and each write is a transaction of its own."""

    def __init__(self) -> None:
        super().__init__(Account, AccountRole)

    def find_user(self, case_insensitive: bool = False, **facts: Any) -> Account | None:  # noqa: ARG002
        """Return the account with an address, or the one that holds a sign-in's token."""
        token = facts.get("fs_uniquifier")
        if isinstance(token, str):
            return _account_by_token(token)
        with _looking() as reading:
            person = queries.find_person(reading, str(facts.get("email", "")))
        return Account(person) if person is not None else None

    def put(self, account: Account) -> Account:
        """Keep the password hash: flask-security puts an account only where that became stronger."""
        if account.password is not None:
            with transaction() as writing:
                services.renew_password_hash(writing, account.person.id, account.password)
        return account

    def commit(self) -> None:
        """Do nothing: what was put is committed already."""


class OwnSignIn:
    """Our own sign-in, as a plugin like any other."""

    @hookimpl
    def identify(self, environ: "WSGIEnvironment") -> Identity | None:  # noqa: ARG002  # the session has read it
        """Return the person whose sign-in the session names."""
        account = current_user
        signed_in = getattr(account, "signed_in", None)
        if signed_in is None:
            return None
        person = signed_in.person
        return OwnIdentity(
            email=person.email, given_name=person.given_name, family_name=person.family_name, signed_in=signed_in
        )


def init_app(app: Flask) -> None:
    """Set up accounts, and ask at every request who is here and whether that is enough."""
    parts: Site = app.extensions["palier"]
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(days=parts.settings.session_days),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,  # asked below, after the permission
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may stay open over night
        WTF_CSRF_SSL_STRICT=False,  # lms.headers compares the origin, also where no Referer is sent
    )
    if not parts.hooks.hook.identify.get_hookimpls():
        parts.hooks.register(OwnSignIn())
    app.before_request(refuse_unreadable)
    app.before_request(_recognise)
    csrf = CSRFProtect(app)
    _install_security(app, parts.settings)
    limits.init_app(app)
    app.before_request(_enforce)
    app.before_request(answer_question)
    app.before_request(lambda: None if is_of_program() else csrf.protect())
    app.before_request(refuse_unreadable_form)
    app.jinja_env.globals.update(
        visitor=LocalProxy(visitor), can=lambda value: visitor().may(Permission(value)), refusal_text=refusal_text,
        address_in=address_in, this_page=this_page, has_own_sign_in=has_own_sign_in,
    )  # fmt: skip


def _install_security(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of the algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},  # a lost secret key must not cost everybody the password
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=CHEAP_ARGON2 if settings.fast_passwords else ARGON2,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SESSION_PROTECTION=None,  # a sign-in is a row: ending it is enough
        REMEMBER_COOKIE_NAME="palier_remember",  # never issued; a host site's own must not be read
    )
    security = Security(app, Accounts(), register_blueprint=False)
    security.login_manager.request_loader(lambda _request: None)
    # These would read session and row at every request, static files and error pages included; we ask where it counts.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)


def names_somebody(app: Flask) -> Callable[[str], bool]:
    """Return the question whether a `Cookie` carries a session, signed by us, in which somebody signed in.

    It asks no database: the sign-in may have ended. Where a host site signs people in, anybody may be somebody.
    """
    parts: Site = app.extensions["palier"]
    is_own = any(isinstance(plugin, OwnSignIn) for plugin in parts.hooks.get_plugins())

    def ask(cookie: str) -> bool:
        found = app.session_interface.open_session(app, app.request_class({"HTTP_COOKIE": cookie}))
        return not is_own or "_user_id" in (found or {})

    return ask


def has_own_sign_in() -> bool:
    """Tell whether people sign in here, and not on a host site."""
    return any(isinstance(plugin, OwnSignIn) for plugin in site().hooks.get_plugins())


def visitor() -> Visitor:
    """Return who sends this request."""
    if "palier_visitor" not in g:
        g.palier_visitor = NOBODY  # should the look-up fail, the error page is shown to nobody in particular
        g.palier_visitor = _find_visitor()
    found: Visitor = g.palier_visitor
    return found


def signed_in_person() -> Person:
    """Return the person who is signed in; anybody else is led to the sign-in."""
    person = visitor().person
    if person is None:
        abort(ask_to_sign_in())
    return person


def ask_to_sign_in() -> Response:
    """Return the way to the sign-in page and back, for a form to the page on which it stood; JSON for a script."""
    if is_of_program():
        abort(401)
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if request.is_json or best == "application/json":
        return make_response(jsonify(error="signed_out"), 401)
    wanted = this_page() if request.method in {"GET", "HEAD"} else page_of_form()
    return make_response(redirect(url_for("auth.sign_in", next=wanted)))


def hash_password(password: str) -> str:
    """Return the hash under which a password is kept; needs an application at hand."""
    normal = current_app.extensions["security"].password_util.normalize(password)
    return str(security_hash(normal))


def hashed_for(parts: Site, password: str) -> str:
    """Return the hash of a password where no application runs: on the command line, in the demonstration."""
    app = Flask("lms.passwords")
    _install_security(app, parts.settings)
    with app.app_context():
        return hash_password(password)


def authenticate(email: str, password: str) -> Person:
    """Return the person with that address and password; an unknown address costs as much time as a wrong password.

    Raises:
        Refusal: `sign_in_failed`, whatever is wrong; `demonstration_is_local` from elsewhere than this machine.
    """
    account = current_app.extensions["security"].datastore.find_user(email=email)
    if account is None or not account.password or not account.active:
        hash_password(password)
        raise Refusal("sign_in_failed")
    if not is_password_of(account.person, password):
        raise Refusal("sign_in_failed")
    if account.person.is_demonstration and not _is_local_request():
        raise Refusal("demonstration_is_local")
    person: Person = account.person
    return person


def is_password_of(person: Person, password: str) -> bool:
    """Tell whether a password is the person's own."""
    normal = current_app.extensions["security"].password_util.normalize(password)
    return bool(person.password_hash and Account(person).verify_and_update_password(normal))


def sign_in(person: Person) -> None:
    """Start a sign-in on this device under a new token; what the session held before is forgotten."""
    token = secrets.token_urlsafe(32)
    with transaction() as writing:
        services.start_sign_in(writing, person.id, _hashed(token), clock.now())
    _forget_session()
    session.permanent = True
    login_user(Account(person, token))
    g.pop("_login_user", None)  # the rest of this request asks the row, like every later one


def sign_out() -> None:
    """End the sign-in at hand, for every copy of its cookie."""
    sign_in_id = visitor().sign_in_id
    if sign_in_id is not None:
        with transaction() as writing:
            services.end_sign_in(writing, sign_in_id, clock.now())
    logout_user()
    _forget_session()


def _forget_session() -> None:
    session.clear()
    for name in ("palier_visitor", "csrf_token", "_login_user"):
        g.pop(name, None)


def _find_visitor() -> Visitor:
    if is_of_program():
        return _visitor_of_token()
    found = site().hooks.hook.identify(environ=dict(request.environ))
    if found is None:
        return NOBODY
    if isinstance(found, OwnIdentity):
        return Visitor(found.signed_in.person, found.signed_in.sign_in.id, found.signed_in.roles)
    return _visitor_of_host(found)


def _visitor_of_token() -> Visitor:
    found = bearer()
    if found is None or (found.person.is_demonstration and not _is_local_request()):
        return NOBODY
    return Visitor(found.person, None, found.roles)


def _visitor_of_host(found: Identity) -> Visitor:
    known = _known_to_host(found.email)
    if known is not None:
        return known
    facts = services.PersonFacts(
        email=found.email, given_name=found.given_name, family_name=found.family_name,
        language=Language(found.language if found.language in list(Language) else site().settings.language),
    )  # fmt: skip
    try:
        with transaction() as writing:
            services.create_person(writing, facts, [Role.LEARNER], clock.now())
    except Refusal as error:
        if error.code != "email_taken":  # then a second request of the same person was faster
            raise
    return _known_to_host(found.email) or NOBODY


def _known_to_host(email: str) -> Visitor | None:
    with _looking() as reading:
        person = queries.find_person(reading, email)
        if person is None:
            return None
        return Visitor(person, None, queries.roles_of(reading, person.id)) if person.is_active else NOBODY


def _account_by_token(token: str) -> Account | None:
    now = clock.now()
    with _looking() as reading:
        found = queries.signed_in_by(reading, _hashed(token), now - timedelta(days=site().settings.session_days))
    if found is None or (found.person.is_demonstration and not _is_local_request()):
        return None
    if now - found.sign_in.seen_at > SEEN_EVERY:
        with transaction() as writing:
            services.touch_sign_in(writing, found.sign_in.id, now)
    return Account(found.person, token, found)


def _is_local_request() -> bool:
    """Tell whether the request comes from this machine, and not through a proxy on it that we do not know.

    A proxy need not say that it is one: where people reach the platform under a public name, nothing counts as local,
    and neither does HTTP/1.0, which nginx speaks unless it is told otherwise, and no browser.
    """
    if not site().settings.is_local or request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False
    if not site().settings.trusted_proxies and ("X-Forwarded-For" in request.headers or "Forwarded" in request.headers):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


@contextmanager
def _looking() -> Iterator[Session]:
    """Yield a short look of its own, whose rows outlive it: what the view reads later must not be older."""
    with site().database.reading() as reading:
        yield reading
        reading.expunge_all()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _recognise() -> None:
    if request.blueprint == "look":
        return
    person = visitor().person
    if person is not None:
        g.palier_preferred_language = person.language.value


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None  # there is no such page: that is said later
    permission = permission_of(current_app, request.endpoint) or abort(403)
    if permission is Permission.PUBLIC or visitor().may(permission):
        return None
    return ask_to_sign_in() if visitor().person is None else abort(403)
