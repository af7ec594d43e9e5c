"""Every setting, in one typed place: read from `LMS_*`, refused at the start when it makes no sense."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from lms.mail_settings import mailbox_of, server_of

PREFIX = "LMS_"
HOST = re.compile(r"(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_DAYS = 36_500
"""A century: what is much more than that no calendar can count back."""


class ConfigError(Exception):
    """Raised at the start when a setting cannot be used; its text is for the person who starts the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation may set. `docs/settings.md` explains each.

    Sizes in bytes, durations in seconds unless the name says otherwise. `content_host` is the registrable name (with
    its port, where it is not the usual one) under which the player (`play.`) and the packages (`p….`) are served.
    """

    folder: Path = Path("var")
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    base_url: str = "http://localhost:8000"
    content_host: str = ""
    url_prefix: str = ""
    listen: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    language: str = "en"
    max_upload: int = 2 * 1024**3
    max_unpacked: int = 8 * 1024**3
    first_screen_budget: int = 500 * 1024
    course_budget: int = 20 * 1024**2
    session_days: int = 14
    token_days: int = 365
    raw_log_days: int = 730
    sign_in_limit: str = "10 per minute"
    trusted_proxies: int = 0
    demonstration: bool = False
    fast_passwords: bool = False
    sign_in_url: str = ""
    mail_url: str = field(default="", repr=False)
    mail_from: str = ""
    mail_reply_to: str = ""
    mail_timeout: int = 20
    letter_days: int = 180

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the platform over TLS."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_local(self) -> bool:
        """Tell whether the platform is reached from its own machine alone."""
        return (urlsplit(self.base_url).hostname or "") in LOCAL_HOSTS

    @property
    def address(self) -> str:
        """Return where people reach the platform: its own pages stand below it."""
        return self.base_url + self.url_prefix

    @property
    def platform_host(self) -> str:
        """Return the exact `Host` of the platform, as browsers send it."""
        return urlsplit(self.base_url).netloc

    @property
    def shell_host(self) -> str:
        """Return the exact `Host` of the player's own page."""
        return f"play.{self.content_host}"

    @property
    def content_scheme(self) -> str:
        """Return the scheme of the content hosts: that of the platform."""
        return urlsplit(self.base_url).scheme

    @property
    def shell_origin(self) -> str:
        """Return the origin of the player's own page."""
        return f"{self.content_scheme}://{self.shell_host}"


def load_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Return the settings of `LMS_*`, over them those `given` by name, checked.

    Raises:
        ConfigError: a setting is unknown or makes no sense; the text says which and what to do.
    """
    raw: dict[str, object] = {}
    known = {entry.name: entry for entry in fields(Settings)}
    for key, value in sorted((os.environ if environment is None else environment).items()):
        if key.startswith(PREFIX):
            name = key.removeprefix(PREFIX).lower()
            if name not in known:
                raise ConfigError(f"{key} is not a setting of Palier. The settings are listed in docs/settings.md.")
            raw[name] = _typed(key, value, type(known[name].default))
    raw.update(given)
    return _checked(raw)


def below_prefix(settings: Settings, prefix: str) -> Settings:
    """Return the settings of the same installation, mounted below a prefix.

    Raises:
        ConfigError: the prefix is not one.
    """
    return replace(settings, url_prefix=_url_prefix(prefix))


def _typed(key: str, value: str, kind: type) -> object:
    if kind is bool:
        if value.lower() in {"1", "true", "yes", "on"}:
            return True
        if value.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ConfigError(f"{key} is {value!r}; write yes or no.")
    if kind is int:
        try:
            return int(value)
        except ValueError as error:
            raise ConfigError(f"{key} is {value!r}; write a whole number.") from error
    return Path(value) if issubclass(kind, Path) else value


def _checked(raw: dict[str, object]) -> Settings:
    settings = Settings(**raw)  # type: ignore[arg-type]  # names and types were checked above
    _check_numbers(settings)
    if settings.secret_key and len(settings.secret_key) < 32:
        raise ConfigError("LMS_SECRET_KEY is too short; use at least 32 characters, or leave it out to have one made.")
    if settings.sign_in_url and not re.match(r"/(?!/)|https?://", settings.sign_in_url):
        raise ConfigError(f"LMS_SIGN_IN_URL is {settings.sign_in_url!r}; write an address, or a path of the host site.")
    _check_mail(settings)
    checked = replace(
        settings,
        folder=settings.folder.resolve(),
        base_url=_base_url(settings),
        url_prefix=_url_prefix(settings.url_prefix),
        database_url=_database_url(settings),
        content_host=_content_host(settings),
    )
    if checked.demonstration and not checked.is_local:
        raise ConfigError(
            f"LMS_DEMONSTRATION is set, but LMS_BASE_URL is {settings.base_url!r}: the demonstration and its accounts "
            "are for this machine only. Leave one of the two out, or use http://localhost."
        )
    return checked


def _check_mail(settings: Settings) -> None:
    if settings.mail_url and not settings.mail_from:
        raise ConfigError("LMS_MAIL_FROM is missing: whose name do letters bear? Palier <no-reply@example.org>")
    for name, check in (("mail_url", server_of), ("mail_from", mailbox_of), ("mail_reply_to", mailbox_of)):
        text = getattr(settings, name)
        try:
            if text:
                check(text)
        except ValueError as error:  # the address of the server may hold a password: it is not shown
            raise ConfigError(f"LMS_{name.upper()} makes no sense: {error}.") from error


def _base_url(settings: Settings) -> str:
    if not re.fullmatch(rf"https?://{HOST.pattern}/?", settings.base_url.lower()):
        raise ConfigError(
            f"LMS_BASE_URL is {settings.base_url!r}; write the address people use, like https://learn.example.org."
        )
    parts = urlsplit(settings.base_url)
    if parts.scheme == "http" and (parts.hostname or "") not in LOCAL_HOSTS:
        raise ConfigError(
            f"LMS_BASE_URL is {settings.base_url!r}; over plain http sign-ins could be read on the way. "
            "Only http://localhost may do without TLS: use an https address."
        )
    usual = ":443" if parts.scheme == "https" else ":80"  # browsers leave it out of the Host
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def _url_prefix(prefix: str) -> str:
    if not re.fullmatch(r"(?:/[A-Za-z0-9._~-]*[A-Za-z0-9_~-])*", prefix):
        raise ConfigError(f"LMS_URL_PREFIX is {prefix!r}; write something like /learning, without a slash at the end.")
    return prefix


def _database_url(settings: Settings) -> str:
    url = settings.database_url
    if not url:
        return f"sqlite:///{settings.folder.resolve() / 'palier.db'}"
    scheme = url.split(":", 1)[0]
    if scheme in {"postgresql", "postgres"}:
        return "postgresql+psycopg:" + url.split(":", 1)[1]
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise ConfigError(f"LMS_DATABASE_URL starts with {scheme!r}; use sqlite:/// or postgresql://.")
    return url


def _content_host(settings: Settings) -> str:
    platform = urlsplit(settings.base_url)
    host = settings.content_host.lower()
    if not host:
        if (platform.hostname or "") not in LOCAL_HOSTS:
            raise ConfigError(
                "LMS_CONTENT_HOST is missing: packages run under a name of their own, like learn-content.example.net "
                "with a wildcard for the names below it. docs/deploy.md says how."
            )
        host = "content.localhost" + (f":{platform.port}" if platform.port else "")
    if not HOST.fullmatch(host):
        raise ConfigError(f"LMS_CONTENT_HOST is {host!r}; write a name alone, like learn-content.example.net.")
    name, own = host.partition(":")[0], platform.hostname or ""
    if name == own or (own not in LOCAL_HOSTS and (name.endswith(f".{own}") or own.endswith(f".{name}"))):
        raise ConfigError(
            f"LMS_CONTENT_HOST is {host!r}, of the same family as the platform's own name: a package could set cookies "
            "for the platform. Use a name under another domain."
        )
    return host


def _check_numbers(settings: Settings) -> None:
    smallest = {"port": 1, "threads": 2, "max_upload": 1024, "max_unpacked": 1024}
    smallest |= {"first_screen_budget": 1024, "course_budget": 1024, "mail_timeout": 1}
    days = {"session_days": 1, "token_days": 1, "raw_log_days": 0, "letter_days": 0}
    for name, least in (smallest | days).items():
        if getattr(settings, name) < least:
            raise ConfigError(f"LMS_{name.upper()} is {getattr(settings, name)}; it must be at least {least}.")
    for name in days:
        if getattr(settings, name) > MOST_DAYS:
            raise ConfigError(f"LMS_{name.upper()} is {getattr(settings, name)}; it must be at most {MOST_DAYS}.")
    if settings.port > 65535:
        raise ConfigError(f"LMS_PORT is {settings.port}; ports end at 65535.")
    if settings.language not in {"en", "fr", "es"}:
        raise ConfigError(f"LMS_LANGUAGE is {settings.language!r}; use en, fr or es.")


def secret_key(settings: Settings) -> str:
    """Return the secret of the installation; make one in `secret.key` of the folder at the first start."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.folder / "secret.key"
    if not path.exists():
        _make_key(path)
    return path.read_text("ascii").strip()


def _make_key(path: Path) -> None:
    """Write a key of our own beside the place, then link it there: of two who start at once, one key counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"secret.{secrets.token_hex(8)}")
    with open(own, "x", opener=lambda name, flags: os.open(name, flags, 0o600), encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
