"""Build the application: the platform and, under names of their own, the player and the packages."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import access, compiled, errors, frame, headers, identity, languages, logs, look
from lms.config import Settings, load_settings, secret_key
from lms.db import Database
from lms.hosts import below, by_host
from lms.resources import PACKAGE, folder
from lms.site import Site, install
from lms.storage import Storage
from lms.web import (
    activities,
    admin,
    api,
    applications,
    auth,
    catalogue,
    content,
    coordinator,
    coordinator_claims,
    coordinator_nominations,
    learner,
    path,
    player,
    records,
    status,
    steps,
    trainer,
    trainer_activities,
    trainer_records,
)


def create_site(settings: Settings) -> Site:
    """Open what the settings name: database, files, secret."""
    logs.configure()
    return Site(
        settings=settings,
        database=Database(settings.database_url),
        storage=Storage(settings.folder),
        secret=secret_key(settings),
    )


def create_app(settings: Settings | None = None) -> Flask:
    """Return the whole application, ready to be served.

    Raises:
        ConfigError: a setting makes no sense.
        UndeclaredRoute: a route does not say who may use it.
    """
    return assemble(create_site(settings or load_settings()))


def assemble(parts: Site) -> Flask:
    """Return the whole application of an installation, its hooks filled: each host name answered by its part."""
    app = create_platform(parts)
    platform = below(parts.settings.url_prefix, app.wsgi_app)
    wsgi = by_host(parts.settings, platform, content.create_content_app(parts).wsgi_app)
    if parts.settings.trusted_proxies:
        count = parts.settings.trusted_proxies
        wsgi = ProxyFix(wsgi, x_for=count, x_proto=count, x_host=count)
    app.wsgi_app = wsgi  # type: ignore[assignment, method-assign]  # the documented way to wrap an application
    return app


def create_platform(parts: Site) -> Flask:
    """Return the platform alone: pages, sessions, everything about people."""
    app = Flask("lms", root_path=str(PACKAGE), static_folder=None, template_folder=str(folder("templates")))
    app.config.update(
        SECRET_KEY=parts.secret,
        MAX_CONTENT_LENGTH=1024 * 1024,
        SESSION_COOKIE_NAME=cookie_name(parts.settings),
        SESSION_COOKIE_PATH=parts.settings.url_prefix or "/",
        SESSION_COOKIE_SECURE=parts.settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=[parts.settings.platform_host.rsplit(":", 1)[0]],
    )
    app.jinja_env.bytecode_cache = compiled.PLATFORM
    install(app, parts)
    for part in (languages, look, identity, headers, frame, errors):
        part.init_app(app)
    for audience in (
        api,
        auth,
        catalogue,
        activities,
        applications,
        learner,
        path,
        player,
        records,
        steps,
        trainer,
        trainer_activities,
        trainer_records,
        coordinator,
        coordinator_claims,
        coordinator_nominations,
        status,
        admin,
    ):
        app.register_blueprint(audience.blueprint)
    access.check_routes(app)
    return app


def cookie_name(settings: Settings) -> str:
    """Return the name of our cookie; over TLS its prefix makes browsers hold it to this host (or to https alone)."""
    if not settings.is_https:
        return "palier"
    return "__Secure-palier" if settings.url_prefix else "__Host-palier"
