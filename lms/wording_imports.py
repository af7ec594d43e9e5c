"""The sentences about imports: where each stands, and how far it is."""

from flask_babel import gettext
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
