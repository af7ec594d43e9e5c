"""The sentences about imports: where each stands, and how far it is."""

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from courses.catalogue.models import Format, ImportState, PackageImport

STATES = {
    ImportState.WAITING: _l("Waiting"),
    ImportState.READING: _l("Being read"),
    ImportState.READY: _l("Ready"),
    ImportState.PUBLISHED: _l("Published"),
    ImportState.REFUSED: _l("Refused"),
    ImportState.FAILED: _l("Error"),
}

FORMATS = {Format.FIRST_GENERATION: _l("First generation"), Format.SCORM: _l("SCORM")}
UNITS = (_l("bytes"), _l("KB"), _l("MB"), _l("GB"))


def size_text(size: int | None) -> str:
    """Return a number of bytes as people say it: `1.4 MB`; a dash for none."""
    if size is None:
        return "–"
    power = min(max(size.bit_length() - 1, 0) // 10, len(UNITS) - 1)
    amount = size / 1024**power
    number = format_decimal(round(amount, 1 if power and amount < 100 else 0))
    return f"{number}\N{NO-BREAK SPACE}{UNITS[power]}"


def progress_text(import_: PackageImport) -> str:
    """Return how far an import is, as a sentence."""
    if import_.state is ImportState.WAITING:
        return str(gettext("The package has arrived and waits to be read."))
    if import_.state is ImportState.READING:
        return str(gettext("The package is being read: %(percent)s %% done.", percent=percent_read(import_)))
    return str(STATES[import_.state])


def percent_read(import_: PackageImport) -> int:
    """Return how much of a package is read, in whole hundredths."""
    return min(100, import_.done * 100 // import_.total) if import_.total else 0
