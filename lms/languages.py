"""The language of a request: the person's own, else `?lang=`, else what the browser asks for, else the setting."""

from datetime import date

from babel.dates import format_skeleton
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, format_date, format_decimal, format_percent, get_locale
from flask_babel import lazy_gettext as _l

from courses.people.models import Language
from lms.resources import PACKAGE
from lms.site import site

CODES = tuple(language.value for language in Language)
NAMES = {"en": "English", "fr": "Français", "es": "Español"}
_KEY = "lang"
UNITS = (_l("bytes"), _l("KB"), _l("MB"), _l("GB"))


def init_app(app: Flask) -> None:
    """Set up translations, number and date formats, and what templates need of them."""
    Babel(
        app,
        default_locale="en",
        default_translation_directories=str(PACKAGE / "translations"),
        locale_selector=chosen_language,
        default_timezone="UTC",
    )
    app.before_request(_remember_choice)
    app.jinja_env.globals.update(
        current_language=current_language, language_names=NAMES, percentage=percentage, decimal=format_decimal,
        day=short_day, month_text=month_text, duration_text=duration_text, size_text=size_text,
        size_units=lambda: "|".join(map(str, UNITS)),
    )  # fmt: skip


def current_language() -> str:
    """Return the language of this request: `en`, `fr` or `es`."""
    locale = get_locale()
    return locale.language if locale and locale.language in CODES else "en"


def chosen_language() -> str:
    """Return the language to answer in."""
    if not has_request_context():
        return str(g.get("palier_language", "en"))
    preferred = g.get("palier_preferred_language")
    for candidate in (request.args.get("lang"), preferred, session.get(_KEY)):
        if candidate in CODES:
            return str(candidate)
    return request.accept_languages.best_match(CODES) or site().settings.language


def _remember_choice() -> None:
    asked = request.args.get("lang")
    if asked in CODES and session.get(_KEY) != asked:
        session[_KEY] = asked


def percentage(value: float | None, digits: int = 1) -> str:
    """Return a ratio as a percentage in the language's own form; a dash for none, never 0 %."""
    if value is None:
        return "–"
    return _percentage(value, "#,##0." + "0" * digits if digits else "#,##0")


def exact_percentage(value: float) -> str:
    """Return a ratio that somebody has to reach: as it was set, never rounded to less or more."""
    return _percentage(value, "#,##0.####")


def _percentage(value: float, pattern: str) -> str:
    sign = "%" if current_language() == "en" else "\N{NARROW NO-BREAK SPACE}%"
    return str(format_percent(value, pattern + sign))


def duration_text(hundredths: int | None) -> str:
    """Return a time as hours and minutes: `1 h 05`, `12 min`; a dash for none."""
    if not hundredths:
        return "–"
    minutes = max(1, round(hundredths / 6000))
    hours, rest = divmod(minutes, 60)
    space = "\N{NO-BREAK SPACE}"
    return f"{hours}{space}h{space}{rest:02}" if hours else f"{minutes}{space}min"


def short_day(day: date | None) -> str:
    """Return a day in a few letters, in French with the first as such: `1er janv. 2028`; without a day, today's."""
    text = str(format_date(day))
    return f"1er{text[1:]}" if current_language() == "fr" and text.startswith("1 ") else text


def month_text(day: date) -> str:
    """Return a month as people say it: `November 2026`, `novembre 2026`, `noviembre de 2026`."""
    return str(format_skeleton("yMMMM", day, locale=current_language()))


def size_text(size: int | None) -> str:
    """Return a number of bytes as people say it: `1.4 MB`; a dash for none."""
    if size is None:
        return "–"
    power = min(max(size.bit_length() - 1, 0) // 10, len(UNITS) - 1)
    amount = size / 1024**power
    number = format_decimal(round(amount, 1 if power and amount < 100 else 0))
    return f"{number}\N{NO-BREAK SPACE}{UNITS[power]}"
